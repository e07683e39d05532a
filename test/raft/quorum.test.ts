/** Whole quorums in single situations: divergence, silence, lost disks. */

import { expect, test } from "vitest";
import { readBatch } from "../../src/protocol/record-batch.ts";
import { Cluster } from "./cluster.ts";
import { beginEpoch, dataBatch, fetchAnswer, LoneReplica } from "./lone-replica.ts";

function ledCluster(seed: number, voters = 3, observers = 0): Cluster {
  const cluster = new Cluster({ seed, voters, observers });
  expect(cluster.run(10_000, () => cluster.leader !== null)).toBe(true);
  cluster.run(700);
  return cluster;
}

test("what a cut-off leader appended is replaced, and what was committed stays", () => {
  for (let seed = 0; seed < 20; seed++) {
    const cluster = ledCluster(seed);
    const old = cluster.leader!;
    const kept = cluster.append(old.id, 1);
    cluster.run(100);
    cluster.isolate(old.id);
    for (let i = 0; i < 5; i++) cluster.append(old.id, 2);
    cluster.run(5000, () => cluster.leader !== null && cluster.leader !== old);
    const successor = cluster.leader!;
    cluster.append(successor.id, 3);
    cluster.heal();
    cluster.run(3000);
    expect(old.log.truncations).toBeGreaterThan(0);
    expect(old.log.entries).toEqual(successor.log.entries);
    expect(old.log.entryAt(kept)!.epoch).toBeLessThan(successor.replica!.epoch);
    expect(cluster.replica(old.id).highWatermark).toBe(successor.log.endOffset);
  }
});

test("a voter that lost its disk under the same directory id gets the whole log again", () => {
  const cluster = ledCluster(3);
  const leader = cluster.leader!;
  for (let i = 0; i < 10; i++) cluster.append(leader.id);
  cluster.run(100);
  const other = cluster.nodes.find(({ id }) => id !== leader.id)!;
  cluster.crash(other.id);
  cluster.wipe(other.id);
  cluster.start(other.id);
  cluster.run(3000);
  expect(other.log.entries).toEqual(leader.log.entries);
});

test("a partitioned voter that comes back disturbs nobody (KIP-996)", () => {
  for (let seed = 0; seed < 20; seed++) {
    const cluster = ledCluster(seed);
    const leader = cluster.leader!;
    const { epoch } = leader.replica!;
    const other = cluster.nodes.find(({ id }) => id !== leader.id)!;
    cluster.isolate(other.id);
    cluster.run(20_000);
    expect(other.replica!.epoch).toBe(epoch);
    cluster.heal();
    cluster.run(3000);
    expect([leader.replica!.isLeader, leader.replica!.epoch, other.replica!.role]).toEqual([
      true,
      epoch,
      "follower",
    ]);
  }
});

test("an idle quorum exchanges a few messages per second, and an isolated voter too (KAFKA-17751)", () => {
  const cluster = ledCluster(5, 3, 1);
  const eventsBefore = cluster.events;
  cluster.run(60_000);
  // Three fetch twice a second: each is an arrival, an expiry, an answer and a time-out that comes too late.
  expect((cluster.events - eventsBefore) / 60).toBeLessThan(3 * 2 * 6);
  cluster.isolate(cluster.leader!.id);
  cluster.run(5000);
  const healthyBefore = cluster.events;
  cluster.run(60_000);
  expect((cluster.events - healthyBefore) / 60).toBeLessThan(60);
});

test("a controller that only observes finds the leader and follows it through an election", () => {
  const cluster = ledCluster(9, 3, 1);
  const observer = cluster.replica(4);
  expect([observer.role, observer.leaderId]).toEqual(["follower", cluster.leader!.id]);
  cluster.crash(cluster.leader!.id);
  cluster.run(5000, () => cluster.leader !== null && observer.leaderId === cluster.leader.id);
  cluster.append(cluster.leader!.id);
  cluster.run(1000);
  expect(observer.highWatermark).toBe(cluster.leader!.log.endOffset);
});

/** Replica 1 of 3 follows 3 in epoch 2 with five records of epoch 1, three of them committed. */
function follower(): LoneReplica {
  const lone = new LoneReplica(1, 3);
  lone.log.append(readBatch(dataBatch(0, 1, 3))!);
  lone.log.append(readBatch(dataBatch(3, 1, 2))!);
  lone.restart();
  lone.sent();
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 2));
  lone.respond<"fetch">(lastFetch(lone), fetchAnswer({ id: 3, epoch: 2 }, { highWatermark: 3n }));
  expect(lone.replica.highWatermark).toBe(3);
  return lone;
}

function lastFetch(lone: LoneReplica) {
  return lone.sent().findLast(({ api }) => api === "fetch")!;
}

test("a follower truncates to where its log and the leader's part", () => {
  const lone = follower();
  const divergingEpoch = { epoch: 1, endOffset: 3n };
  lone.respond<"fetch">(lastFetch(lone), fetchAnswer({ id: 3, epoch: 2 }, { divergingEpoch }));
  expect(lone.log.endOffset).toBe(3);
  const records = dataBatch(3, 2);
  lone.respond<"fetch">(
    lastFetch(lone),
    fetchAnswer({ id: 3, epoch: 2 }, { records, highWatermark: 9n }),
  );
  expect([lone.log.endOffset, lone.log.lastEpoch, lone.replica.highWatermark]).toEqual([4, 2, 4]);
});

test("a follower stops rather than truncate what is committed (KAFKA-12460)", () => {
  const lone = follower();
  const divergingEpoch = { epoch: 0, endOffset: 0n };
  const answer = fetchAnswer({ id: 3, epoch: 2 }, { divergingEpoch });
  expect(() => lone.respond<"fetch">(lastFetch(lone), answer)).toThrow(
    "Cannot truncate to 0: committed up to 3",
  );
  expect(lone.log.endOffset).toBe(5);
});

test.each([
  ["a gap", dataBatch(6, 2)],
  ["an epoch above the leader's", dataBatch(5, 3)],
  ["an epoch below its log's", dataBatch(5, 0)],
  ["a wrong checksum", dataBatch(5, 2).fill(1, 70, 71)],
])(
  "a follower appends nothing of an answer with %s and fetches again after a pause",
  (_, records) => {
    const lone = follower();
    const wrong = new Uint8Array([...records]);
    if (_ === "a wrong checksum") wrong[wrong.length - 1] = 77;
    lone.respond<"fetch">(lastFetch(lone), fetchAnswer({ id: 3, epoch: 2 }, { records: wrong }));
    expect([lone.log.endOffset, lone.sent()]).toEqual([5, []]);
    lone.pass(20);
    expect(lone.sent().map(({ api, to }) => [api, to])).toEqual([["fetch", 3]]);
  },
);

test("a late answer to a fetch of an earlier epoch is dropped", () => {
  const lone = follower();
  const late = lastFetch(lone);
  lone.ask("beginQuorumEpoch", 1, beginEpoch(2, 4));
  lone.respond<"fetch">(late, fetchAnswer({ id: 3, epoch: 2 }, { records: dataBatch(5, 2) }));
  expect([lone.log.endOffset, lone.replica.leaderId, lone.replica.epoch]).toEqual([5, 2, 4]);
});

test("a voter set is in force when appended and gone when truncated", () => {
  const cluster = ledCluster(2);
  const lone = new LoneReplica(1, 3);
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 9));
  const first = cluster.leader!.log.read(0, 1, 3);
  lone.respond<"fetch">(lastFetch(lone), fetchAnswer({ id: 3, epoch: 9 }, { records: first }));
  const written = cluster.replica(1).voters();
  expect(lone.replica.voters()).toEqual(written);
  expect(lone.replica.voters()).not.toEqual(lone.voters);
});
