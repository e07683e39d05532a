/** Which answers a leader may give before it has stored what it has appended. */

import { expect, test } from "vitest";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import { beginEpoch, fetchRequest, LoneReplica, voteRequest } from "./lone-replica.ts";

const BROKER = 100;

/** Stores what was appended when it is told to. */
class LateLog extends MemoryLog {
  #stored = 0;

  override get storedEndOffset(): number {
    return this.#stored;
  }

  override flush(): void {
    this.#stored = this.endOffset;
  }
}

/** Replica 1 leads epoch 1; its LeaderChange is not stored yet. */
function leading(voters: number): LoneReplica {
  const lone = new LoneReplica(1, voters, undefined, new LateLog());
  lone.lead();
  return lone;
}

function fetch(lone: LoneReplica, id: number, offset: number): string {
  const lastEpoch = offset === 0 ? 0 : 1;
  lone.ask("fetch", 18, fetchRequest({ id, offset, epoch: lone.replica.epoch, lastEpoch }));
  return lone.lastToken;
}

test("voters are sent what is appended before it is stored", () => {
  const lone = leading(3);
  lone.log.flush();
  const parked = fetch(lone, 2, 3);
  lone.append();
  expect(lone.answerTo(parked)).not.toBeNull();
  expect([lone.log.storedEndOffset, lone.log.endOffset]).toEqual([3, 4]);
  expect(lone.beforeStored).toContain(parked);
});

test("nobody hears of an epoch before its beginning is stored", () => {
  const lone = leading(3);
  const early = fetch(lone, 2, 0);
  expect(lone.answerTo(early)).not.toBeNull();
  lone.log.flush();
  const late = fetch(lone, 2, 0);
  expect([lone.beforeStored.has(early), lone.beforeStored.has(late)]).toEqual([false, true]);
});

test("brokers are sent nothing before it is stored", () => {
  const lone = leading(3);
  lone.log.flush();
  fetch(lone, 2, 3);
  const introduction = fetch(lone, BROKER, 0);
  const records = fetch(lone, BROKER, 0);
  lone.append();
  expect([lone.answerTo(introduction), lone.answerTo(records)]).not.toContain(null);
  expect([...lone.beforeStored]).not.toContain(introduction);
  expect([...lone.beforeStored]).not.toContain(records);
});

test("what is called committed is stored", () => {
  const lone = leading(3);
  lone.log.flush();
  fetch(lone, 2, 3);
  lone.append();
  // Both in one transaction, as if the follower could have answered before it ended.
  const ahead = fetch(lone, 2, 4);
  const told = fetch(lone, 3, 3);
  lone.pass(5);
  expect(lone.replica.highWatermark).toBe(4);
  expect(lone.answerTo(told)).not.toBeNull();
  expect([lone.beforeStored.has(ahead), lone.beforeStored.has(told)]).toEqual([false, false]);
});

test("votes and what a follower says wait until they are stored", () => {
  const lone = new LoneReplica(1, 3, undefined, new LateLog());
  lone.ask("vote", 2, voteRequest({ replicaEpoch: 1, replicaId: 2 }));
  lone.ask("beginQuorumEpoch", 1, beginEpoch(2, 1));
  fetch(lone, 3, 0);
  expect(lone.beforeStored.size).toBe(0);
});
