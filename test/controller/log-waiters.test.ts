import { expect, test } from "vitest";
import type { ApiCaller } from "../../src/controller/caller.ts";
import { LogWaiters } from "../../src/controller/log-waiters.ts";

function callerOf(principal: string, tokenId: string | null): ApiCaller {
  return { principal, tokenId } as ApiCaller;
}

const ALICE = callerOf("User:alice", "a");
const BOB = callerOf("User:bob", "b");
const NOBODY = callerOf("User:ANONYMOUS", null);

function waitersOf(...callers: readonly { readonly caller: ApiCaller; readonly count: number }[]) {
  const waiters = new LogWaiters();
  const request = {
    kind: "log",
    sender: null,
    form: "raw",
    fromOffset: 0,
    maxRecords: 1,
    maxWaitMs: 1,
  } as const;
  for (const { caller, count } of callers) {
    for (let i = 0; i < count; i++)
      waiters.add({ request, caller, deadlineMs: i, reply: () => {} });
  }
  return waiters;
}

test("one principal has half of the places, and leaves the others to others", () => {
  const waiters = waitersOf({ caller: BOB, count: 1 }, { caller: ALICE, count: 499 });
  expect(waiters.refusal(ALICE)).toBeNull();
  expect(waiters.refusal(BOB)).toBeNull();
  const full = waitersOf({ caller: BOB, count: 1 }, { caller: ALICE, count: 500 });
  expect(full.refusal(ALICE)).toBe(
    "500 of User:alice wait for the log: come back in a while, or do not wait.",
  );
  expect(full.refusal(BOB)).toBeNull();
});

test("who needs no token has all the places there are", () => {
  expect(waitersOf({ caller: NOBODY, count: 999 }).refusal(NOBODY)).toBeNull();
  const full = waitersOf({ caller: NOBODY, count: 1000 });
  const message = "1000 others wait for the log: come back in a while, or do not wait.";
  expect(full.refusal(NOBODY)).toBe(message);
  expect(full.refusal(ALICE)).toBe(message);
});

test("those that are over are taken out in their order, and make room", () => {
  const waiters = waitersOf({ caller: ALICE, count: 500 });
  expect(waiters.nextDeadlineMs()).toBe(0);
  const over = waiters.take(0, 1);
  expect(over.map(({ deadlineMs }) => deadlineMs)).toEqual([0, 1]);
  expect(waiters.refusal(ALICE)).toBeNull();
  expect(waiters.nextDeadlineMs()).toBe(2);
  expect(waiters.take(0, 1)).toEqual([]);
  expect(waiters.take(1, 0)).toHaveLength(498);
  expect(waiters.nextDeadlineMs()).toBe(Number.POSITIVE_INFINITY);
});

test("those who wait for a later offset wait on, and those who come back count once", () => {
  const waiters = waitersOf({ caller: ALICE, count: 499 });
  const [one] = waiters.take(0, 0);
  if (one === undefined) throw new Error("nobody is over");
  waiters.add({ ...one, request: { ...one.request, fromOffset: 5 }, deadlineMs: 1000 });
  expect(waiters.take(5, -1)).toHaveLength(498);
  expect(waiters.refusal(ALICE)).toBeNull();
  expect([waiters.take(5, 999), waiters.nextDeadlineMs()]).toEqual([[], 1000]);
  expect(waiters.take(6, 0).map(({ request }) => request.fromOffset)).toEqual([5]);
});

test("when nobody is to wait any longer all are taken out", () => {
  const waiters = waitersOf({ caller: BOB, count: 1 }, { caller: ALICE, count: 500 });
  expect(waiters.takeAll()).toHaveLength(501);
  expect(waiters.takeAll()).toEqual([]);
  expect(waiters.refusal(ALICE)).toBeNull();
  expect(waiters.nextDeadlineMs()).toBe(Number.POSITIVE_INFINITY);
});
