/** What is committed must be on most disks of the voters. */

import { beforeEach, expect, test } from "vitest";
import type { ReplicaView } from "../observation.ts";
import { CommittedOnMajority } from "./committed-on-majority.ts";
import { broken, committedOf, logOf, type StoryLog, view } from "./histories.ts";

const LOG = logOf(1, 1, 1);
const LEADER = view({ id: 1, role: "leader", log: LOG, highWatermark: 3 });

let invariant: CommittedOnMajority;

/** The leader of three voters has three records on its disk. */
beforeEach(() => {
  invariant = new CommittedOnMajority();
  invariant.onReplica(LEADER);
});

function follower(id: number, log: StoryLog, overrides: Partial<ReplicaView> = {}): void {
  invariant.onReplica(view({ id, log, ...overrides }));
}

function commitLast(by: ReplicaView = LEADER): void {
  invariant.onCommitted(committedOf(LOG, 2), by);
}

test("a batch on the disks of two of three voters is accepted", () => {
  follower(2, logOf(1, 1, 1));
  follower(3, logOf(1));
  commitLast();
});

test("a sole voter is a majority", () => {
  commitLast(view({ role: "leader", voters: [1], log: LOG, highWatermark: 3 }));
});

test("a batch that only the leader has is found", () => {
  follower(2, logOf(1, 1));
  expect(broken(commitLast)).toEqual([
    "committed-on-majority",
    "1 commits offset 2, which only 1 of 3 has on disk",
  ]);
});

test("a batch that a follower has written and not synced does not count", () => {
  follower(2, logOf(1, 1, 1), { durableEndOffset: 2 });
  expect(broken(commitLast)).toEqual([
    "committed-on-majority",
    "1 commits offset 2, which only 1 of 3 has on disk",
  ]);
});

test("a batch that the leader itself has not synced does not count", () => {
  invariant.onReplica(view({ role: "leader", log: LOG, highWatermark: 3, durableEndOffset: 2 }));
  expect(broken(commitLast)).toEqual([
    "committed-on-majority",
    "1 commits offset 2, which only nobody of 3 has on disk",
  ]);
});

test("another batch at the same offset does not count", () => {
  follower(2, logOf(1, 1, { epoch: 1, checksum: 9 }));
  follower(3, logOf(1, 1, 2));
  expect(broken(commitLast)).toEqual([
    "committed-on-majority",
    "1 commits offset 2, which only 1 of 3 has on disk",
  ]);
});

test("the disks of observers do not count, and neither does that of a leader without a vote", () => {
  const voters = [2, 3, 4];
  for (const id of [2, 5, 6]) follower(id, logOf(1, 1, 1), { voters });
  const leader = view({ role: "leader", voters, log: LOG, highWatermark: 3 });
  expect(broken(() => commitLast(leader))).toEqual([
    "committed-on-majority",
    "1 commits offset 2, which only 2 of 3 has on disk",
  ]);
});

test("a disk that is lost counts with what it held then", () => {
  follower(2, logOf(1, 1, 1));
  follower(2, logOf(), { life: 2, hasLostDisk: true });
  commitLast();
});

test("a disk that is lost counts with nothing that came later", () => {
  follower(2, logOf(1, 1));
  follower(2, logOf(1, 1, 1), { life: 2, hasLostDisk: true });
  expect(broken(commitLast)).toEqual([
    "committed-on-majority",
    "1 commits offset 2, which only 1 of 3 has on disk",
  ]);
});
