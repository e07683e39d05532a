/** How a call finds the active controller, how long it tries, and what it says when an answer is lost. */
import { beforeEach, expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import { Leader, type LeaderMemory } from "../../workers/gateway/leader.ts";
import type { Timers } from "../../workers/gateway/timers.ts";
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
  expect(await leader.call(READ)).toEqual({
    kind: "answered",
    reply: RESULT,
    isRepeated: false,
  });
  expect(await leader.call(READ)).toEqual({
    kind: "answered",
    reply: RESULT,
    isRepeated: false,
  });
  expect(calls).toEqual(["read 1", "read 3", "read 3"]);
  expect(timers.nowMs()).toBe(0);
  expect(timers.pendingCount).toBe(0);
});

test("a read goes on past dead controllers and hints at them", async () => {
  const leader = leaderOf({ 1: lost, 2: follows(1), 3: leads });
  memory.leaderId = 1;
  expect(await leader.call(READ)).toEqual({
    kind: "answered",
    reply: RESULT,
    isRepeated: false,
  });
  expect(calls).toEqual(["read 1", "read 2", "read 3"]);
});

test("a hint at a controller that is not of this deployment is not followed", async () => {
  const leader = leaderOf({ 1: follows(77), 2: leads });
  expect((await leader.call(READ)).kind).toBe("answered");
  expect(calls).toEqual(["read 1", "read 2"]);
});

test("a read waits for an election, longer each time, and no longer than the bound", async () => {
  let electedAtMs = 300;
  const elected: Behaviour = (request) =>
    timers.nowMs() >= electedAtMs ? leads(request) : follows(-1)(request);
  const leader = leaderOf({ 1: follows(-1), 2: elected });
  expect((await leader.call(READ)).kind).toBe("answered");
  // 5, 10, 20, 40, 80, 100, 100.
  expect(timers.nowMs()).toBe(355);
  electedAtMs = Number.POSITIVE_INFINITY;
  expect(await leader.call(READ)).toEqual({ kind: "no-leader" });
  expect(timers.nowMs()).toBe(5355);
});

test("a controller that is silent costs a read 4 s and a silent quorum 5 s", async () => {
  const leader = leaderOf({ 1: silent, 2: leads });
  expect((await leader.call(READ)).kind).toBe("answered");
  expect(timers.nowMs()).toBe(4000);
  memory.leaderId = null;
  const nobody = leaderOf({ 1: silent, 2: silent });
  expect(await nobody.call(READ)).toEqual({ kind: "no-leader" });
  expect(timers.nowMs()).toBe(9000);
});

test("a long poll is given the time that it asked for", async () => {
  const leader = leaderOf({ 1: silent });
  const options = { waitMs: 30_000 };
  expect(await leader.call(READ, options)).toEqual({ kind: "no-leader" });
  expect(timers.nowMs()).toBe(35_000);
});

test("a write that was refused untouched is sent to the leader that was named", async () => {
  const leader = leaderOf({ 1: follows(2), 2: leads });
  memory.leaderId = 1;
  expect(await leader.call(WRITE)).toEqual({
    kind: "answered",
    reply: WRITTEN,
    isRepeated: false,
  });
  expect(calls).toEqual(["write 1", "write 2"]);
});

test.each([
  ["was lost with the connection", lost],
  ["did not come in time", silent],
  ["says that time ran out while the write was pending", () => TIMED_OUT],
  ["says that leadership was lost while the write was pending", () => DEPOSED],
] as const)("a write is repeated when its answer %s, and that is told", async (_, behaviour) => {
  const leader = leaderOf({ 1: behaviour, 2: leads });
  memory.leaderId = 1;
  expect(await leader.call(WRITE)).toEqual({ kind: "answered", reply: WRITTEN, isRepeated: true });
  expect(calls.filter((call) => call.startsWith("write"))).toEqual(["write 1", "write 2"]);
  expect(memory.leaderId).toBe(2);
});

/** Says who leads, in which epoch; takes nothing else. */
const knows =
  (leaderId: number, epoch: number): Behaviour =>
  ({ kind }) =>
    kind === "status" ? statusOf(leaderId, epoch) : "silent";

function statusOf(leaderId: number, epoch: number): ApiReply {
  const at = { highWatermark: 9, logEndOffset: 9 };
  const status = { controllerId: 1, document: null, role: "follower", leaderId, epoch, ...at };
  return { kind: "status", status };
}

test("a call to a frozen leader is given up as soon as another controller names its successor", async () => {
  const leader = leaderOf({ 1: silent, 2: knows(3, 4), 3: leads });
  memory.leaderId = 1;
  expect(await leader.call(WRITE)).toEqual({ kind: "answered", reply: WRITTEN, isRepeated: true });
  // One look after 500 ms; the status of the frozen one is waited for no longer than 300 ms.
  expect(timers.nowMs()).toBe(800);
  expect(memory.leaderId).toBe(3);
  expect(timers.pendingCount).toBe(0);
});

test("a leader that is slow but leads in the newest epoch is waited for", async () => {
  const stale: Behaviour = ({ kind }) => (kind === "status" ? statusOf(3, 4) : RESULT);
  const leader = leaderOf({ 1: knows(1, 5), 2: stale, 3: knows(-1, 6) });
  memory.leaderId = 1;
  expect((await leader.call(READ)).kind).toBe("answered");
  expect(timers.nowMs()).toBe(4000);
});

/** A gateway that is frozen 100 ms after the start of a call that the first controller never answers. */
async function callWhileFrozen(frozenMs: number, request: ApiRequest) {
  const clock: Timers = {
    // Everything that is due within the freeze happens at its end.
    nowMs: () => (timers.nowMs() > 100 ? timers.nowMs() + frozenMs : timers.nowMs()),
    after: (delayMs, run) => timers.after(delayMs, run),
  };
  const call = (id: number): Promise<ApiReply> =>
    id === 1 ? new Promise(() => {}) : Promise.resolve(request.kind === "write" ? WRITTEN : RESULT);
  const outcome = await new Leader({ ids: () => [1, 2], call }, memory, clock).call(request);
  return { kind: outcome.kind, nowMs: clock.nowMs() };
}

test("time in which the gateway was frozen itself does not count", async () => {
  expect(await callWhileFrozen(9000, READ)).toEqual({ kind: "answered", nowMs: 13_000 });
});

test("a write is not sent again when its first answer may be forgotten by then", async () => {
  expect(await callWhileFrozen(9000, WRITE)).toMatchObject({ kind: "answered" });
  timers = new VirtualTimers();
  memory = { leaderId: null, clusterId: null };
  expect(await callWhileFrozen(18_000, WRITE)).toMatchObject({ kind: "unknown" });
  timers = new VirtualTimers();
  memory = { leaderId: null, clusterId: null };
  expect(await callWhileFrozen(18_000, READ)).toMatchObject({ kind: "answered" });
});

test("a long poll asks nobody, and is given up when another call has found another leader", async () => {
  const poll: ApiRequest = {
    ...{ kind: "log", sender: null, form: "records" },
    ...{ fromOffset: 0, maxRecords: 1, maxWaitMs: 10_000 },
  };
  const leader = leaderOf({ 1: silent, 2: knows(3, 4), 3: leads });
  memory.leaderId = 1;
  const asked = leader.call(poll, { waitMs: 10_000 });
  timers.after(1200, () => {
    memory.leaderId = 3;
  });
  expect(await asked).toMatchObject({ kind: "answered" });
  expect(timers.nowMs()).toBe(1500);
  expect(calls).toEqual(["log 1", "log 3"]);
});

test("a write has an unknown outcome when nobody leads after its answer was lost", async () => {
  const leader = leaderOf({ 1: lost, 2: follows(-1) });
  memory.leaderId = 1;
  expect(await leader.call(WRITE)).toEqual({ kind: "unknown" });
  expect(timers.nowMs()).toBe(5000);
  const nobody = leaderOf({ 1: follows(-1), 2: follows(-1) });
  expect(await nobody.call(WRITE)).toEqual({ kind: "no-leader" });
});

test("there is no cluster only when every controller says so", async () => {
  const nowhere = leaderOf({ 1: unformatted, 2: unformatted });
  expect(await nowhere.call(READ)).toEqual({ kind: "not-formatted" });
  expect(timers.nowMs()).toBe(0);
  const unclear = leaderOf({ 1: unformatted, 2: lost });
  expect(await unclear.call(READ)).toEqual({ kind: "no-leader" });
  const elsewhere = leaderOf({ 1: unformatted, 2: leads });
  expect((await elsewhere.call(WRITE)).kind).toBe("answered");
});

test("a refusal of the leader is an answer", async () => {
  const reply: ApiReply = { kind: "refused", error: "POLICY_VIOLATION", message: "too large" };
  const leader = leaderOf({ 1: ({ kind }) => (kind === "write" ? reply : RESULT) });
  expect(await leader.call(WRITE)).toEqual({
    kind: "answered",
    reply,
    isRepeated: false,
  });
});
