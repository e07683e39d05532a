/** Replication: what counts as committed, what is never taken back, and when a waiting fetch is answered. */

import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { ResponseOf } from "../../src/protocol/apis.ts";
import { readBatch } from "../../src/protocol/record-batch.ts";
import { LeaderProgress, noteFetch } from "../../src/raft/leader-progress.ts";
import { Cluster } from "../raft/cluster.ts";
import {
  beginEpoch,
  DIRECTORY,
  dataBatch,
  type FetchFields,
  fetchAnswer,
  fetchRequest,
  LoneReplica,
  votersOf,
} from "../raft/lone-replica.ts";

const BROKER = 100;

function fetch(lone: LoneReplica, fields: Partial<FetchFields> & { id: number }, version = 18) {
  const { epoch } = lone.replica;
  const answer = lone.ask("fetch", version, fetchRequest({ epoch, offset: 0, ...fields }));
  return answer === null ? null : partitionOf(answer);
}

function partitionOf(answer: unknown) {
  return (answer as ResponseOf<"fetch">).responses[0]!.partitions[0]!;
}

test("KAFKA-12619: a new leader shows no high watermark until the first record of its own epoch is committed", () => {
  const lone = new LoneReplica(1, 3);
  lone.log.append(readBatch(dataBatch(0, 1, 5))!);
  lone.restart();
  lone.lead();
  const { epoch, epochStartOffset } = lone.replica;
  expect([epoch, epochStartOffset, lone.log.endOffset]).toEqual([2, 5, 8]);
  // All of epoch 1 is on a majority now, and the first of epoch 2 is not.
  const behind = fetch(lone, { id: 2, offset: 5, lastEpoch: 1, highWatermark: -1 });
  expect(behind!.highWatermark).toBe(-1n);
  expect(lone.replica.highWatermark).toBe(-1);
  expect(fetch(lone, { id: BROKER, offset: 5, lastEpoch: 1 })).toBeNull();
  const broker = lone.lastToken;
  fetch(lone, { id: 2, offset: 8, highWatermark: -1 });
  expect(lone.replica.highWatermark).toBe(8);
  expect(partitionOf(lone.answerTo(broker)).highWatermark).toBe(8n);
});

test("KAFKA-12460: a follower truncates down to its high watermark and not one record further", () => {
  const lone = new LoneReplica(1, 3);
  for (const offset of [0, 1, 2, 3]) lone.log.append(readBatch(dataBatch(offset, 1))!);
  lone.restart();
  lone.sent();
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 2));
  const answer = (partition: Parameters<typeof fetchAnswer>[1]) => {
    const [asked] = lone.sent().slice(-1);
    lone.respond<"fetch">(asked!, fetchAnswer({ id: 3, epoch: 2 }, partition));
  };
  answer({ highWatermark: 2n });
  answer({ divergingEpoch: { epoch: 1, endOffset: 2n } });
  expect([lone.log.endOffset, lone.replica.highWatermark]).toEqual([2, 2]);
  expect(() => answer({ divergingEpoch: { epoch: 1, endOffset: 1n } })).toThrow(
    "Cannot truncate to 1: committed up to 2",
  );
  expect(lone.log.endOffset).toBe(2);
});

test("KAFKA-12181: a voter that comes back with an empty log counts with what it has, and the leader goes on", () => {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  fetch(lone, { id: 2, offset: 3 });
  lone.append();
  fetch(lone, { id: 2, offset: 4 });
  lone.append();
  expect([lone.replica.highWatermark, lone.log.endOffset]).toEqual([4, 5]);
  const again = fetch(lone, { id: 2, offset: 0, highWatermark: -1 });
  expect([again!.errorCode, again!.highWatermark]).toEqual([0, 4n]);
  const described = lone.ask("describeQuorum", 2, {
    topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }],
  })!;
  const { currentVoters } = described.topics[0]!.partitions[0]!;
  expect(currentVoters.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset])).toEqual([
    [1, 5n],
    [2, 0n],
    [3, -1n],
  ]);
  expect([lone.replica.role, lone.replica.highWatermark]).toEqual(["leader", 4]);
  fetch(lone, { id: 2, offset: 5 });
  expect(lone.replica.highWatermark).toBe(5);
});

test("KAFKA-16530: a leader outside the voter set commits what a majority of those inside holds", () => {
  const [self, ...others] = votersOf(4);
  const progress = new LeaderProgress();
  for (const [voter, endOffset] of [
    [others[0]!, 9],
    [others[1]!, 7],
    [others[2]!, 4],
  ] as const) {
    noteFetch(progress.open(voter, true), endOffset, 20, 0);
  }
  const endOffsetOf = ({ endOffset }: { endOffset: number }) => endOffset;
  expect(progress.reached(others, self!, 20, endOffsetOf)).toBe(7);
  // The same id with another directory is another replica, so its log is not the leader's.
  const namesake = { id: 1, directoryId: DIRECTORY[0]! };
  expect(progress.reached([self!, ...others], self!, 20, endOffsetOf)).toBe(7);
  expect(progress.reached([self!, ...others], namesake, 20, endOffsetOf)).toBe(4);
});

test("KAFKA-15100: a waiting fetch is answered by what is true when it is answered, once", () => {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  expect(fetch(lone, { id: 2, offset: 3, highWatermark: 3 })).toBeNull();
  const waiting = lone.lastToken;
  lone.pass(100);
  lone.ask("beginQuorumEpoch", 1, beginEpoch(2, 5));
  const answer = partitionOf(lone.answerTo(waiting));
  expect(answer).toMatchObject({
    errorCode: ErrorCode.FENCED_LEADER_EPOCH,
    highWatermark: -1n,
    currentLeader: { leaderId: 2, leaderEpoch: 5 },
  });
  expect(answer.records).toHaveLength(0);
  // A second answer, when its time is up, would throw here.
  lone.pass(1000);
});

test("KAFKA-15100: a fetch that has to hear of a divergence does not wait", () => {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  const answer = fetch(lone, { id: 2, offset: 9, lastEpoch: 1, highWatermark: -1 });
  expect(answer!.divergingEpoch).toEqual({ epoch: 1, endOffset: 3n });
});

test("KAFKA-13959: every replica knows within a fetch what is committed, while records keep coming and after", () => {
  for (let seed = 0; seed < 10; seed++) {
    const cluster = new Cluster({ seed, voters: 3, observers: 1 });
    cluster.run(10_000, () => cluster.leader !== null);
    cluster.run(700);
    const leader = cluster.leader!;
    for (let record = 0; record < 20; record++) {
      cluster.append(leader.id);
      // Three one-way delays of at most 3 ms until it is committed, 20 ms of patience, and the way back.
      cluster.run(40);
      const known = cluster.nodes.map(({ replica }) => replica!.highWatermark);
      expect(known).toEqual(cluster.nodes.map(() => leader.log.endOffset));
      cluster.run(460);
    }
  }
});
