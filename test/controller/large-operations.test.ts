/**
 * Operations on thousands of partitions, on SQL: how many records a batch holds and how large it is, how many statements
 * an event takes and rows it reads. Limits are those of what must be touched, with little to spare.
 */

import { beforeEach, describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { MAX_RECORDS_PER_BATCH } from "../../src/controller/record-batching.ts";
import type { TopicState } from "../../src/state/metadata-view.ts";
import { type Cost, LargeCluster } from "./large-cluster.ts";

/** A batch is one row of storage, and a row holds 2 MB. */
const MAX_BATCH_BYTES = 1_900_000;
const SESSION_MS = 9000;
const PARTITIONS_PER_PAGE = 128;

/** Statements and rows that do not grow with what is operated on. */
const FIXED = 60;

function topicsOf(cluster: LargeCluster): readonly TopicState[] {
  return cluster.view().topics("", 20_000);
}

function count(found: Iterable<unknown>): number {
  let total = 0;
  for (const _ of found) total += 1;
  return total;
}

/** What holds for any operation. */
function expectBounded({ batches, largestBatchBytes }: Cost): void {
  for (const records of batches) expect(records).toBeLessThanOrEqual(MAX_RECORDS_PER_BATCH);
  expect(largestBatchBytes).toBeLessThan(MAX_BATCH_BYTES);
}

/** An event that touches `pages`, `perPage` statements each at most. */
function expectPaged(cost: Cost, pages: number, perPage: number): void {
  expectBounded(cost);
  expect(cost.statements).toBeLessThanOrEqual(pages * perPage + FIXED);
  expect(cost.rowsRead).toBeLessThanOrEqual(pages * perPage + FIXED);
}

/** Moves each partition's first replica to the end of its list, which leaves its leader behind. */
function turnReplicas(cluster: LargeCluster, topics: readonly TopicState[]): void {
  const { responses } = cluster.call("alterPartitionReassignments", {
    timeoutMs: 5000,
    topics: topics.map(({ name, topicId }) => ({
      name,
      partitions: [...cluster.view().partitions(topicId)].map(({ partitionIndex, partition }) => ({
        partitionIndex,
        replicas: [...partition.replicas.slice(1), ...partition.replicas.slice(0, 1)],
      })),
    })),
  });
  const refused = responses
    .flatMap(({ partitions }) => partitions)
    .filter((p) => p.errorCode !== 0);
  expect(refused).toEqual([]);
}

describe.each([
  { topics: 2, partitionsOfEach: 5000 },
  { topics: 1000, partitionsOfEach: 10 },
])("with $topics topics of $partitionsOfEach partitions", ({ topics, partitionsOfEach }) => {
  const pages = topics * Math.ceil(partitionsOfEach / PARTITIONS_PER_PAGE);
  const setUp = () => {
    const cluster = new LargeCluster({ brokers: 3 });
    cluster.create(topics, partitionsOfEach);
    return cluster;
  };

  it("a broker with ten thousand partitions is fenced in one piece, then its marks are gone", () => {
    const cluster = setUp();
    const cost = cluster.measure(() => cluster.run(SESSION_MS + 2000, [2, 3]));
    // A piece is a full batch; that the broker is fenced comes with the next.
    expect(cost.batches).toEqual([10_000, 1]);
    expectPaged(cost, pages, 5);
    expect(cluster.view().broker(1)?.fenced).toBe(true);
    expect(count(cluster.view().markedPartitions("leaderless"))).toBe(0);
  });

  it("a broker with ten thousand partitions is emptied at one heartbeat, and may go at the next", () => {
    const cluster = setUp();
    const begin = cluster.measure(() => {
      expect(cluster.heartbeat(1, { wantShutDown: true }).shouldShutDown).toBe(false);
    });
    expect(begin.batches).toEqual([10_000, 1]);
    expectPaged(begin, pages, 6);
    cluster.heartbeat(2);
    cluster.heartbeat(3);
    const end = cluster.measure(() => {
      expect(cluster.heartbeat(1, { wantShutDown: true }).shouldShutDown).toBe(true);
    });
    expect(end.batches).toEqual([1]);
  });

  it("ten thousand partitions are reassigned, and lead where they should again, in one batch each", () => {
    const cluster = setUp();
    const turn = cluster.measure(() => turnReplicas(cluster, topicsOf(cluster)));
    expect(turn.batches).toEqual([10_000]);
    expectPaged(turn, pages, 8);
    expect(count(cluster.view().markedPartitions("imbalanced"))).toBe(10_000);
    const elect = cluster.measure(() => {
      const body = { electionType: 0, topicPartitions: null, timeoutMs: 5000 };
      expect(cluster.call("electLeaders", body).errorCode).toBe(0);
    });
    expect(elect.batches).toEqual([10_000]);
    expectPaged(elect, pages, 6);
    expect(count(cluster.view().markedPartitions("imbalanced"))).toBe(0);
  });

  it("leaders are balanced a thousand at a time, with heartbeats in between", () => {
    const cluster = setUp();
    turnReplicas(cluster, topicsOf(cluster));
    const cost = cluster.measure(() => cluster.run(61_000, [1, 2, 3]));
    expect(cost.batches).toEqual(Array.from({ length: 10 }, () => 1000));
    expectPaged(cost, pages, 6);
    expect(count(cluster.view().markedPartitions("imbalanced"))).toBe(0);
  });
});

it("a broker with more than ten thousand partitions is fenced piece by piece", () => {
  const cluster = new LargeCluster({ brokers: 3 });
  cluster.create(5, 5000);
  const cost = cluster.measure(() => cluster.run(SESSION_MS + 2000, [2, 3]));
  // Only when there is nothing more to take it out of it is fenced.
  expect(cost.batches).toEqual([10_000, 10_000, 5000, 1]);
  expectPaged(cost, (5 * 5000) / PARTITIONS_PER_PAGE, 3);
  expect(cluster.view().broker(1)?.fenced).toBe(true);
});

it("leaders are found piece by piece for more than ten thousand partitions that had none", () => {
  const cluster = new LargeCluster({ brokers: 3 });
  cluster.create(5, 5000);
  for (const alive of [[2, 3], [3], []]) cluster.run(SESSION_MS + 2000, alive);
  expect(count(cluster.view().markedPartitions("leaderless"))).toBe(25_000);
  const cost = cluster.measure(() => {
    cluster.heartbeat(3);
    cluster.run(500, [3]);
  });
  expect(cost.batches).toEqual([10_000, 1, 10_000, 5000]);
  expectPaged(cost, 25_000 / PARTITIONS_PER_PAGE, 3);
  expect(count(cluster.view().markedPartitions("leaderless"))).toBe(0);
});

describe("a broker that is alone, and has lost ten thousand of its partitions to a fencing that is under way", () => {
  let cluster: LargeCluster;

  beforeEach(() => {
    cluster = new LargeCluster({ brokers: 3 });
    cluster.create(5, 5000);
    for (const alive of [[2, 3], [3]]) cluster.run(SESSION_MS + 2000, alive);
    const { endOffset } = cluster.quorum.log;
    while (cluster.quorum.log.endOffset === endOffset) cluster.tick();
    expect(count(cluster.view().markedPartitions("leaderless"))).toBe(10_000);
  });

  it.each([
    ["of the same controller", () => {}],
    ["of the next one", () => cluster.restart()],
  ])("leads them again when it is back in the eyes %s", (_, happens) => {
    happens();
    cluster.heartbeat(3);
    cluster.run(500, [3]);
    expect(cluster.view().broker(3)?.fenced).toBe(false);
    expect(count(cluster.view().markedPartitions("leaderless"))).toBe(0);
  });
});

it("a broker that has lost more than ten thousand partitions registers when it is out of all of them", () => {
  const cluster = new LargeCluster({ brokers: 3, elr: true });
  cluster.create(5, 5000);
  for (const alive of [[2, 3], [3], []]) cluster.run(SESSION_MS + 2000, alive);
  const trusted = (): number => {
    const found = [...cluster.view().partitionsOfBroker(3)];
    return found.filter(({ partition: { isr, elr } }) => [...isr, ...elr].includes(3)).length;
  };
  expect(trusted()).toBe(25_000);
  const cost = cluster.measure(() => {
    expect(cluster.register(3)).toBe(ErrorCode.DUPLICATE_BROKER_REGISTRATION);
    expect(trusted()).toBe(15_000);
    // The former life, if it was only silent, cannot come between.
    expect(cluster.heartbeat(3).errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH);
    expect(cluster.register(3)).toBe(ErrorCode.DUPLICATE_BROKER_REGISTRATION);
    cluster.run(500, []);
    expect(trusted()).toBe(0);
    expect(cluster.register(3)).toBe(ErrorCode.NONE);
  });
  expect(cost.batches).toEqual([10_000, 10_000, 5000, 1]);
  expectPaged(cost, 25_000 / PARTITIONS_PER_PAGE, 3);
});

it("a broker that registers at the next controller is taken out of what the one before has left", () => {
  const cluster = new LargeCluster({ brokers: 3, elr: true });
  cluster.create(5, 5000);
  for (const alive of [[2, 3], [3], []]) cluster.run(SESSION_MS + 2000, alive);
  cluster.register(3);
  cluster.restart();
  const cost = cluster.measure(() => {
    expect(cluster.register(3)).toBe(ErrorCode.DUPLICATE_BROKER_REGISTRATION);
    cluster.run(500, []);
    expect(cluster.register(3)).toBe(ErrorCode.NONE);
  });
  expect(cost.batches).toEqual([10_000, 5000, 1]);
});

it("a broker with more than ten thousand partitions hands them over in as many heartbeats", () => {
  const cluster = new LargeCluster({ brokers: 3 });
  cluster.create(5, 5000);
  const beats: (readonly [moved: number, shouldShutDown: boolean])[] = [];
  for (let shouldShutDown = false; !shouldShutDown; ) {
    const cost = cluster.measure(() => {
      ({ shouldShutDown } = cluster.heartbeat(1, { wantShutDown: true }));
    });
    expectBounded(cost);
    beats.push([cost.batches.reduce((sum, records) => sum + records, 0), shouldShutDown]);
    cluster.heartbeat(2);
    cluster.heartbeat(3);
  }
  const moved = beats.map(([records]) => records);
  expect(moved[0]).toBe(10_001);
  expect(moved.at(-1)).toBe(1);
  expect(Math.max(...moved)).toBe(10_001);
  for (const { partition } of cluster.view().partitionsOfBroker(1)) {
    if (partition.leader === 1) throw new Error("a partition was left behind");
  }
});

it("a thousand topics are deleted with one batch, and their rows with it", () => {
  const cluster = new LargeCluster({ brokers: 3 });
  cluster.create(1000, 10);
  const names = topicsOf(cluster).map(({ name }) => ({ name }));
  const cost = cluster.measure(() => {
    const { responses } = cluster.call("deleteTopics", { topics: names, timeoutMs: 5000 });
    expect(responses.filter(({ errorCode }) => errorCode !== 0)).toEqual([]);
  });
  expect(cost.batches).toEqual([1000]);
  expectPaged(cost, 1000, 14);
  expect(topicsOf(cluster)).toEqual([]);
  expect(count(cluster.view().partitionsOfBroker(1))).toBe(0);
});

it("a thousand partitions under way are found without looking at the rest", () => {
  const cluster = new LargeCluster({ brokers: 4 });
  cluster.create(1000, 10);
  const [topic] = topicsOf(cluster);
  const name = topic?.name ?? "";
  const current = cluster.view().partition(topic?.topicId ?? "", 0)?.replicas ?? [];
  const absent = [1, 2, 3, 4].find((id) => !current.includes(id)) ?? 0;
  const replicas = [...current.slice(1), absent];
  cluster.call("alterPartitionReassignments", {
    timeoutMs: 5000,
    topics: [{ name, partitions: [{ partitionIndex: 0, replicas }] }],
  });
  const cost = cluster.measure(() => {
    const { topics } = cluster.call("listPartitionReassignments", { timeoutMs: 1, topics: null });
    expect(topics.map((each) => each.name)).toEqual([name]);
  });
  expectPaged(cost, 0, 0);
});
