/** When a follower may say that it has what the leader has committed, and for how long. */

import { beforeEach, expect, test } from "vitest";
import { DEFAULT_TIMING } from "../../src/raft/timing.ts";
import { beginEpoch, dataBatch, fetchAnswer, LoneReplica } from "./lone-replica.ts";

const { fetchTimeoutMs } = DEFAULT_TIMING;
const LEADER = { id: 2, epoch: 1 };

let lone: LoneReplica;

beforeEach(() => {
  lone = new LoneReplica(1, 3);
  lone.ask("beginQuorumEpoch", 1, beginEpoch(LEADER.id, LEADER.epoch));
});

function isCaughtUp(): boolean {
  return lone.replica.isCaughtUp(lone.nowMs);
}

/** Answers the fetch in flight, `afterMs` after it was sent. */
function answerFetch(partition: Parameters<typeof fetchAnswer>[1], afterMs = 0): void {
  const fetch = lone.sent().findLast(({ api }) => api === "fetch");
  if (fetch === undefined) throw new Error("no fetch is in flight");
  lone.pass(afterMs);
  lone.respond<"fetch">(fetch, fetchAnswer(LEADER, partition));
}

test("it may not before an answer has told where the leader is", () => {
  expect(isCaughtUp()).toBe(false);
  answerFetch({ highWatermark: -1n });
  expect(isCaughtUp()).toBe(false);
  answerFetch({ highWatermark: 0n });
  expect(isCaughtUp()).toBe(true);
});

test("it may for the fetch timeout after it has asked, whatever becomes of it", () => {
  answerFetch({ highWatermark: 1n, records: dataBatch(0, 1) });
  lone.pass(fetchTimeoutMs);
  expect(lone.replica.role).toBe("prospective");
  expect(isCaughtUp()).toBe(true);
  lone.pass(1);
  expect(isCaughtUp()).toBe(false);
});

test("the time that an answer was on its way counts", () => {
  answerFetch({ highWatermark: 0n }, 400);
  lone.pass(fetchTimeoutMs - 400);
  expect(isCaughtUp()).toBe(true);
  lone.pass(1);
  expect(isCaughtUp()).toBe(false);
});

test("it may not while it only follows the log from afar", () => {
  for (let offset = 0; offset < 3; offset++) {
    answerFetch({ highWatermark: 4n, records: dataBatch(offset, 1) });
    expect(isCaughtUp()).toBe(false);
  }
  answerFetch({ highWatermark: 4n, records: dataBatch(3, 1) });
  expect(isCaughtUp()).toBe(true);
});
