// The host with one workerd per controller: what a real kill, a pause and a restart look like.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ControllerProcess, type Processes, startProcesses } from "../../cli/processes.ts";
import { call, EchoClient, eventually, frameOf } from "./echo-client.ts";

const workerEntry = fileURLToPath(new URL("echo-worker.ts", import.meta.url));
const dataPath = mkdtempSync(join(tmpdir(), "quorate-processes-"));
const lines: string[] = [];
let processes: Processes;
let first: ControllerProcess;
let second: ControllerProcess;

interface Outcome {
  outcome: string;
  tookMs: number;
}

function callPeer(voterId: number, text: string, timeoutMs: number): Promise<Outcome> {
  return call(first.baseUrl, 1, { kind: "call-peer", voterId, timeoutMs, text });
}

beforeAll(async () => {
  const onLine = (_id: number, line: string) => lines.push(line);
  processes = await startProcesses({ dataPath, workerEntry, onLine });
  [first, second] = processes.controllers as [ControllerProcess, ControllerProcess];
});

afterAll(async () => {
  await processes.close();
  rmSync(dataPath, { recursive: true });
});

test("every process reaches every controller", async () => {
  for (const { id, baseUrl } of processes.controllers) {
    await call(baseUrl, id, { kind: "put", key: "id", value: String(id) });
  }
  for (const { baseUrl } of processes.controllers) {
    for (const { id } of processes.controllers) {
      expect(await call(baseUrl, id, { kind: "get", key: "id" })).toEqual({
        value: String(id),
      });
    }
  }
  expect((await callPeer(3, "hello", 2000)).outcome).toBe("3 heard hello");
});

test("each process takes Kafka connections on its own port", async () => {
  const client = await EchoClient.open(second.kafkaPort);
  client.socket.write(frameOf("hello"));
  expect(await client.texts(1)).toEqual(["hello"]);
  client.socket.destroy();
});

test("a killed process fails the calls to it at once, and answers again after a restart", async () => {
  await callPeer(2, "hello", 2000);
  await call(second.baseUrl, 2, { kind: "put", key: "k", value: "kept" });
  const pending = callPeer(2, "never", 4000);
  await eventually(
    () => callPeer(2, "hello", 2000),
    ({ outcome }) => outcome === "2 heard hello",
  );
  const killedPid = second.pid;
  await second.kill();
  expect(second.pid).toBeNull();
  const rejected = await pending;
  expect(rejected.outcome).toBe("failed: the peer ended the link");
  expect(rejected.tookMs).toBeLessThan(2000);
  const down = await callPeer(2, "hello", 4000);
  expect(down.outcome).toMatch(/^failed: /);
  expect(down.tookMs).toBeLessThan(1000);
  await second.restart();
  expect(second.pid).not.toBe(killedPid);
  expect((await callPeer(2, "hello", 2000)).outcome).toBe("2 heard hello");
  expect(await call(second.baseUrl, 2, { kind: "get", key: "k" })).toEqual({ value: "kept" });
});

test("a paused process costs the caller its deadline, and its late answer nothing", async () => {
  second.stop();
  const paused = await callPeer(2, "hello", 100);
  expect(paused.outcome).toBe("failed: no answer in 100 ms");
  second.cont();
  expect((await callPeer(2, "hello", 2000)).outcome).toBe("2 heard hello");
});

test("a restarted process wakes its controller without being called", async () => {
  await second.restart();
  const stats = await call<{ events: number }>(second.baseUrl, 2, { kind: "stats" });
  // This call is one event; the rest came from the connection that woke the controller.
  expect(stats.events).toBeGreaterThan(1);
});

test("an unknown controller is refused", async () => {
  expect((await callPeer(7, "hello", 1000)).outcome).toBe(
    "failed: no controller 7 in this deployment",
  );
});

test("nothing was logged but what the tests provoked", () => {
  expect(lines).toEqual([]);
});
