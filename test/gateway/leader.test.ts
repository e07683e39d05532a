/** How a call finds the active controller, how long it tries, and what it says when an answer is lost. */
import { beforeEach, expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import { Leader, type LeaderMemory } from "../../workers/gateway/leader.ts";
import { VirtualTimers } from "./virtual-timers.ts";

const READ: ApiRequest = { kind: "read", sender: null, read: { what: "brokers" } };
const WRITE: ApiRequest = { kind: "write", sender: null, api: "createTopics", body: {} };

const RESULT: ApiReply = {
  kind: "result",
  result: { what: "brokers", brokers: [] },
  offset: 9,
  epoch: 3,
};
const WRITTEN: ApiReply = { kind: "written", api: "createTopics", body: {}, offset: 9, epoch: 3 };
const NOT_FORMATTED: ApiReply = { kind: "not-formatted" };
const TIMED_OUT: ApiReply = { kind: "refused", error: "REQUEST_TIMED_OUT", message: "late" };
const DEPOSED: ApiReply = { kind: "refused", error: "NOT_CONTROLLER", message: "deposed" };

type Behaviour = (request: ApiRequest) => ApiReply | "lost" | "silent";

const leads: Behaviour = ({ kind }) => (kind === "write" ? WRITTEN : RESULT);
const lost: Behaviour = () => "lost";
const silent: Behaviour = () => "silent";
const unformatted: Behaviour = () => NOT_FORMATTED;
const follows =
  (leaderId: number): Behaviour =>
  () => ({ kind: "not-controller", leaderId, epoch: 3 });

let timers: VirtualTimers;
let memory: LeaderMemory;
let calls: string[];

beforeEach(() => {
  timers = new VirtualTimers();
  memory = { leaderId: null, clusterId: null };
  calls = [];
});

function leaderOf(controllers: Record<number, Behaviour>): Leader {
  const ids = Object.keys(controllers).map(Number);
  const call = (id: number, request: ApiRequest): Promise<ApiReply> => {
    calls.push(`${request.kind} ${id}`);
    const reply = controllers[id]?.(request) ?? "lost";
    if (reply === "silent") return new Promise(() => {});
    return reply === "lost" ? Promise.reject(new Error("lost")) : Promise.resolve(reply);
  };
  return new Leader({ ids: () => ids, call }, memory, timers);
}

test("a read follows the hint and the next one goes straight to the leader", async () => {
  const leader = leaderOf({ 1: follows(3), 2: follows(3), 3: leads });
  expect(await leader.call(READ, { idempotent: true })).toEqual({
    kind: "answered",
    reply: RESULT,
  });
  expect(await leader.call(READ, { idempotent: true })).toEqual({
    kind: "answered",
    reply: RESULT,
  });
  expect(calls).toEqual(["read 1", "read 3", "read 3"]);
  expect(timers.nowMs()).toBe(0);
  expect(timers.pendingCount).toBe(0);
});

test("a read goes on past dead controllers and hints at them", async () => {
  const leader = leaderOf({ 1: lost, 2: follows(1), 3: leads });
  memory.leaderId = 1;
  expect(await leader.call(READ, { idempotent: true })).toEqual({
    kind: "answered",
    reply: RESULT,
  });
  expect(calls).toEqual(["read 1", "read 2", "read 3"]);
});

test("a hint at a controller that is not of this deployment is not followed", async () => {
  const leader = leaderOf({ 1: follows(77), 2: leads });
  expect((await leader.call(READ, { idempotent: true })).kind).toBe("answered");
  expect(calls).toEqual(["read 1", "read 2"]);
});

test("a read waits for an election, longer each time, and no longer than the bound", async () => {
  let electedAtMs = 300;
  const elected: Behaviour = (request) =>
    timers.nowMs() >= electedAtMs ? leads(request) : follows(-1)(request);
  const leader = leaderOf({ 1: follows(-1), 2: elected });
  expect((await leader.call(READ, { idempotent: true })).kind).toBe("answered");
  // 5, 10, 20, 40, 80, 100, 100.
  expect(timers.nowMs()).toBe(355);
  electedAtMs = Number.POSITIVE_INFINITY;
  expect(await leader.call(READ, { idempotent: true })).toEqual({ kind: "no-leader" });
  expect(timers.nowMs()).toBe(5355);
});

test("a controller that is silent costs a read 4 s and a silent quorum 5 s", async () => {
  const leader = leaderOf({ 1: silent, 2: leads });
  expect((await leader.call(READ, { idempotent: true })).kind).toBe("answered");
  expect(timers.nowMs()).toBe(4000);
  memory.leaderId = null;
  const nobody = leaderOf({ 1: silent, 2: silent });
  expect(await nobody.call(READ, { idempotent: true })).toEqual({ kind: "no-leader" });
  expect(timers.nowMs()).toBe(9000);
});

test("a long poll is given the time that it asked for", async () => {
  const leader = leaderOf({ 1: silent });
  const options = { idempotent: true, waitMs: 30_000 };
  expect(await leader.call(READ, options)).toEqual({ kind: "no-leader" });
  expect(timers.nowMs()).toBe(35_000);
});

test("a write goes only to a controller that has just answered as the leader", async () => {
  const leader = leaderOf({ 1: lost, 2: follows(1), 3: leads });
  expect(await leader.call(WRITE, { idempotent: false })).toEqual({
    kind: "answered",
    reply: WRITTEN,
  });
  expect(calls).toEqual(["read 1", "read 2", "read 3", "write 3"]);
});

test("a write that was refused untouched is sent to the leader that was named", async () => {
  const leader = leaderOf({ 1: follows(2), 2: leads });
  memory.leaderId = 1;
  expect((await leader.call(WRITE, { idempotent: false })).kind).toBe("answered");
  expect(calls).toEqual(["write 1", "read 2", "write 2"]);
});

test.each([
  ["was lost with the connection", lost],
  ["did not come in time", silent],
  ["says that time ran out while the write was pending", () => TIMED_OUT],
  ["says that leadership was lost while the write was pending", () => DEPOSED],
] as const)("a write is not repeated when its answer %s", async (_, behaviour) => {
  const leader = leaderOf({ 1: behaviour, 2: leads });
  memory.leaderId = 1;
  expect(await leader.call(WRITE, { idempotent: false })).toEqual({ kind: "unknown" });
  expect(calls).toEqual(["write 1"]);
  expect(memory.leaderId).toBe(null);
});

test("a write that may be repeated is, when its answer was lost", async () => {
  const leader = leaderOf({ 1: lost, 2: leads });
  memory.leaderId = 1;
  expect((await leader.call(WRITE, { idempotent: true })).kind).toBe("answered");
  expect(calls).toEqual(["write 1", "write 2"]);
});

test("a write that may be repeated has an unknown outcome when nobody leads after its answer was lost", async () => {
  const leader = leaderOf({ 1: lost, 2: follows(-1) });
  memory.leaderId = 1;
  expect(await leader.call(WRITE, { idempotent: true })).toEqual({ kind: "unknown" });
  expect(timers.nowMs()).toBe(5000);
  const nobody = leaderOf({ 1: follows(-1), 2: follows(-1) });
  expect(await nobody.call(WRITE, { idempotent: true })).toEqual({ kind: "no-leader" });
});

test("there is no cluster only when every controller says so", async () => {
  const nowhere = leaderOf({ 1: unformatted, 2: unformatted });
  expect(await nowhere.call(READ, { idempotent: true })).toEqual({ kind: "not-formatted" });
  expect(timers.nowMs()).toBe(0);
  const unclear = leaderOf({ 1: unformatted, 2: lost });
  expect(await unclear.call(READ, { idempotent: true })).toEqual({ kind: "no-leader" });
  const elsewhere = leaderOf({ 1: unformatted, 2: leads });
  expect((await elsewhere.call(WRITE, { idempotent: false })).kind).toBe("answered");
});

test("a refusal of the leader is an answer", async () => {
  const reply: ApiReply = { kind: "refused", error: "POLICY_VIOLATION", message: "too large" };
  const leader = leaderOf({ 1: ({ kind }) => (kind === "write" ? reply : RESULT) });
  expect(await leader.call(WRITE, { idempotent: false })).toEqual({ kind: "answered", reply });
});
