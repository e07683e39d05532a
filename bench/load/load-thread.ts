/** The thread that makes the load: sockets of its own, so that nothing else in the process gets into the times. */

import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { parentPort } from "node:worker_threads";
import { createTopicsWire } from "./create-topics-wire.ts";
import { etcdPutWire } from "./etcd-put-wire.ts";
import type { LoadJob, LoadResult } from "./job.ts";
import { clientPrefix, type Wire } from "./wire.ts";

parentPort?.on("message", (job: LoadJob) => {
  run(job).then(
    (result) => parentPort?.postMessage({ result }),
    (error: Error) => parentPort?.postMessage({ error: error.message }),
  );
});

async function run(job: LoadJob): Promise<LoadResult> {
  const sockets: Socket[] = [];
  for (let i = 0; i < job.clients; i++) sockets.push(await open(job.port));
  const latenciesMs: number[] = [];
  const loopBefore = performance.eventLoopUtilization();
  const startMs = performance.now();
  const endMs = startMs + job.durationMs;
  let requests: number[];
  try {
    requests = await Promise.all(
      sockets.map((socket, client) => drive(socket, wireOf(job, client), endMs, latenciesMs)),
    );
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return {
    elapsedMs: performance.now() - startMs,
    requests,
    latenciesMs: Float64Array.from(latenciesMs),
    generatorShare: performance.eventLoopUtilization(loopBefore).utilization,
  };
}

function wireOf({ wire, prefix, replicationFactor }: LoadJob, client: number): Wire {
  const own = clientPrefix(prefix, client);
  if (wire === "etcd-put") return etcdPutWire(own);
  return createTopicsWire({ prefix: own, replicationFactor });
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.setNoDelay(true);
    socket.once("error", reject);
  });
}

/** Sends one request after the other until the time is over and the last one is answered; returns how many. */
function drive(socket: Socket, wire: Wire, endMs: number, latenciesMs: number[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = 0;
    let received: Buffer = Buffer.alloc(0);
    let sentMs = performance.now();
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the connection was closed under load")));
    socket.on("data", (bytes) => {
      received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
      try {
        const length = wire.answerLength(received, 0, received.length);
        if (length === 0) return;
        received = received.subarray(length);
      } catch (error) {
        reject(error);
        socket.destroy();
        return;
      }
      const nowMs = performance.now();
      latenciesMs.push(nowMs - sentMs);
      answered += 1;
      if (nowMs >= endMs) {
        resolve(answered);
        return;
      }
      sentMs = nowMs;
      // A copy, because a socket may keep what it could not write yet.
      socket.write(Buffer.from(wire.next()));
    });
    socket.write(Buffer.from(wire.next()));
  });
}
