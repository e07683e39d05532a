/** The thread that makes HTTP load: plain sockets, and of an answer no more is read than its status and its length. */

import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { parentPort } from "node:worker_threads";
import type { HttpJob, HttpLoadResult } from "./job.ts";

const HEAD_END = "\r\n\r\n";
const OK = "HTTP/1.1 200 ";
const LENGTH = "content-length: ";

parentPort?.on("message", (job: HttpJob) => {
  run(job).then(
    (result) => parentPort?.postMessage({ result }),
    (error: Error) => parentPort?.postMessage({ error: error.message }),
  );
});

interface Run {
  /** Sent in turn. */
  readonly requests: readonly Buffer[];
  readonly startMs: number;
  readonly endMs: number;
  readonly latenciesMs: number[];
  sent: number;
  bytes: number;
}

async function run(job: HttpJob): Promise<HttpLoadResult> {
  const { port, paths, connections, warmUpMs, durationMs } = job;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const startMs = performance.now() + warmUpMs;
  const state: Run = {
    requests: paths.map((path) =>
      Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
    ),
    sent: 0,
    startMs,
    endMs: startMs + durationMs,
    latenciesMs: [],
    bytes: 0,
  };
  const before = performance.eventLoopUtilization();
  try {
    await Promise.all(sockets.map((socket) => drive(socket, state)));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  const { utilization } = performance.eventLoopUtilization(before);
  const sorted = state.latenciesMs.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
  return {
    requestsPerSecond: sorted.length / (durationMs / 1000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    bytes: state.bytes,
    generatorShare: utilization,
  };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.setNoDelay(true);
    socket.once("error", reject);
  });
}

/** One request after the other until the time is over; throws for any answer but 200. */
function drive(socket: Socket, state: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentMs = performance.now();
    let missing = 0;
    let head = "";
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.on("error", fail);
    socket.on("close", () => fail(new Error("the connection was closed under load")));
    socket.on("data", (bytes) => {
      if (missing > 0) {
        missing -= bytes.length;
      } else {
        head += bytes.toString("latin1");
        const headEnd = head.indexOf(HEAD_END);
        if (headEnd < 0) return;
        const length = lengthOf(head, headEnd);
        if (length === null) return fail(new Error(`unexpected answer: ${head.slice(0, 1000)}`));
        state.bytes = length;
        missing = headEnd + HEAD_END.length + length - head.length;
        head = "";
      }
      if (missing > 0) return;
      const nowMs = performance.now();
      if (sentMs >= state.startMs && nowMs < state.endMs) state.latenciesMs.push(nowMs - sentMs);
      if (nowMs >= state.endMs) return resolve();
      sentMs = nowMs;
      socket.write(nextRequest(state));
    });
    socket.write(nextRequest(state));
  });
}

function nextRequest(state: Run): Buffer {
  const { requests, sent } = state;
  state.sent += 1;
  const request = requests[sent % requests.length];
  if (request === undefined) throw new Error("Cannot make load: there is no path");
  return request;
}

/** Of the body; null when the answer is not one that was expected. */
function lengthOf(head: string, headEnd: number): number | null {
  if (!head.startsWith(OK)) return null;
  const at = head.slice(0, headEnd).toLowerCase().indexOf(LENGTH);
  return at < 0 ? null : Number.parseInt(head.slice(at + LENGTH.length, headEnd), 10);
}
