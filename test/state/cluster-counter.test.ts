/** The counts of topics and partitions: whatever is applied and taken back, they are what counting everything finds. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRecord, encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { ClusterCounter } from "../../src/state/cluster-counter.ts";
import type { ClusterCounts } from "../../src/state/cluster-counts.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { applyBatch } from "../../src/state/metadata-writer.ts";
import { uuid } from "./cluster-state.ts";
import { record } from "./records.ts";

const NO_CHANGE = -2;
const RECOVERING = 1;

/** A log with its state and its counter, and the naive count of what is committed. */
class CountedLog {
  readonly store = new MemoryVersionedStore();
  counter = new ClusterCounter(0);
  endOffset = 0;
  committedOffset = 0;
  nowMs = 0;

  append(records: readonly NewRecord[]): void {
    const lastOffset = this.endOffset + records.length - 1;
    const decoded = records.map((each) => decodeRecord(encodeRecord(each)));
    const changes = applyBatch(this.store, { lastOffset, records: decoded });
    this.counter.onBatch(lastOffset, changes);
    this.endOffset = lastOffset + 1;
  }

  truncate(endOffset: number): void {
    this.store.truncate(endOffset);
    this.counter.onTruncate(endOffset);
    this.endOffset = endOffset;
  }

  commit(endOffset: number): void {
    this.committedOffset = endOffset;
    this.counter.onCommit(endOffset);
  }

  /** All memory is lost. */
  restart(): void {
    this.counter = new ClusterCounter(this.endOffset);
  }

  view(): MetadataReader {
    return new MetadataReader(this.store, this.committedOffset - 1);
  }

  counts(): ClusterCounts | null {
    return this.counter.counts(() => this.view(), this.nowMs);
  }

  counted(): ClusterCounts {
    const view = this.view();
    const topics = [...view.topics("", 1_000_000)];
    const partitions = topics.flatMap(({ topicId }) =>
      [...view.partitions(topicId)].map(({ partition }) => partition),
    );
    return {
      topics: topics.length,
      partitions: partitions.length,
      offlinePartitions: partitions.filter(({ leader }) => leader === -1).length,
      imbalancedPartitions: partitions.filter(({ leader, replicas }) => leader !== replicas[0])
        .length,
    };
  }
}

const TOPICS = [1, 2, 3];
const BROKERS = [1, 2, 3];

const anyChange = fc.record({
  kind: fc.constantFrom("create", "create", "change", "change", "change", "remove", "clear"),
  topic: fc.constantFrom(...TOPICS),
  index: fc.constantFrom(0, 1, 127, 128, 300),
  replicas: fc.shuffledSubarray(BROKERS, { minLength: 1 }),
  leader: fc.constantFrom(-1, NO_CHANGE, ...BROKERS),
  movesReplicas: fc.boolean(),
});
type Change = typeof anyChange extends fc.Arbitrary<infer T> ? T : never;

const anyStep = fc.oneof(
  { weight: 6, arbitrary: fc.array(anyChange, { minLength: 1, maxLength: 5 }) },
  { weight: 2, arbitrary: fc.record({ cut: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ commit: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ restart: fc.constant(true) }) },
);

/** The partitions that there are, by topic. */
type Known = Map<number, Set<number>>;

function recordsOf({ kind, topic, index, replicas, leader, movesReplicas }: Change, known: Known) {
  const topicId = uuid(topic);
  const partitions = known.get(topic);
  if (kind === "create") {
    known.set(topic, new Set([...(partitions ?? []), index]));
    const first = partitions === undefined ? [record("topic", { topicId, name: `t${topic}` })] : [];
    const named = leader === NO_CHANGE ? -1 : leader;
    const state = { replicas, isr: replicas, leader: named, leaderEpoch: 0, partitionEpoch: 0 };
    return [...first, record("partition", { topicId, partitionId: index, ...state }, 2)];
  }
  if (partitions === undefined) return [];
  if (kind === "clear") return [record("clearElr", { topicName: `t${topic}` })];
  if (kind === "remove") {
    known.delete(topic);
    return [record("removeTopic", { topicId })];
  }
  if (!partitions.has(index)) return [];
  const moved = movesReplicas ? { replicas } : {};
  return [record("partitionChange", { topicId, partitionId: index, leader, ...moved }, 2)];
}

describe("the counts", () => {
  it("are what counting everything finds, after commits, cuts and restarts, whenever somebody asks", () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        const log = new CountedLog();
        let known: Known = new Map();
        /** The ends of batches that can be cut at, with what was known then. */
        let ends: { endOffset: number; known: Known }[] = [{ endOffset: 0, known: new Map() }];
        for (const step of steps) {
          if (Array.isArray(step)) {
            const records = step.flatMap((change) => recordsOf(change, known));
            if (records.length === 0) continue;
            log.append(records);
            ends.push({ endOffset: log.endOffset, known: new Map(known) });
          } else if ("cut" in step) {
            const open = ends.filter(({ endOffset }) => endOffset >= log.committedOffset);
            const at = open.at(-1 - step.cut) ?? open[0];
            if (at === undefined) continue;
            log.truncate(at.endOffset);
            known = new Map(at.known);
            ends = ends.filter(({ endOffset }) => endOffset <= at.endOffset);
          } else if ("commit" in step) {
            const open = ends.filter(({ endOffset }) => endOffset >= log.committedOffset);
            log.commit((open[step.commit] ?? open.at(-1))?.endOffset ?? 0);
          } else if ("restart" in step) {
            log.restart();
            log.commit(log.committedOffset);
          } else {
            const counts = log.counts();
            if (counts !== null) {
              expect(counts).toEqual(log.counted());
              compared += 1;
            }
          }
        }
        log.commit(log.endOffset);
        expect(log.counts()).toEqual(log.counted());
      }),
      { numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  it("wait until what was in the log before the start is known to be committed or cut", () => {
    const log = new CountedLog();
    log.append([record("topic", { topicId: uuid(1), name: "a" })]);
    log.append([record("topic", { topicId: uuid(2), name: "b" })]);
    log.restart();
    log.commit(1);
    expect(log.counts()).toBe(null);
    log.truncate(1);
    expect(log.counts()).toMatchObject({ topics: 1 });
    log.append([record("topic", { topicId: uuid(3), name: "c" })]);
    expect(log.counts()).toMatchObject({ topics: 1 });
    log.commit(2);
    expect(log.counts()).toMatchObject({ topics: 2 });
  });

  it("of a large cluster are counted piece by piece, while the cluster goes on to change", () => {
    const log = new CountedLog();
    const names = Array.from({ length: 7500 }, (_, i) => `t${String(i).padStart(5, "0")}`);
    log.append(names.map((name, i) => record("topic", { topicId: largeId(i), name })));
    log.commit(log.endOffset);
    expect(log.counts()).toBe(null);
    expect(log.counter.nextDeadlineMs()).toBe(10);
    // One that the count has passed, and one that it has yet to come to.
    log.append([record("removeTopic", { topicId: largeId(0) })]);
    log.append([record("removeTopic", { topicId: largeId(7400) })]);
    log.commit(log.endOffset);
    let steps = 0;
    for (; log.counter.nextDeadlineMs() !== Number.POSITIVE_INFINITY; steps++) {
      log.nowMs = log.counter.nextDeadlineMs();
      log.counter.onDeadline(log.nowMs);
    }
    expect(steps).toBe(3);
    expect(log.counts()).toEqual({ ...log.counted(), topics: 7498 });
  });

  it("of nothing are nothing", () => {
    const log = new CountedLog();
    log.commit(0);
    const nothing = { topics: 0, partitions: 0, offlinePartitions: 0, imbalancedPartitions: 0 };
    expect(log.counts()).toEqual(nothing);
  });
});

function largeId(i: number): string {
  return `id-${String(i).padStart(18, "0")}A`;
}

describe("elections", () => {
  const partition = { topicId: uuid(1), partitionId: 0 };
  const created = [
    record("topic", { topicId: uuid(1), name: "a" }),
    record(
      "partition",
      {
        ...partition,
        replicas: [1, 2],
        isr: [1],
        leader: 1,
        eligibleLeaderReplicas: [2],
        leaderEpoch: 0,
        partitionEpoch: 0,
      },
      2,
    ),
  ];
  const electedAfter = (...records: NewRecord[]) => {
    const log = new CountedLog();
    log.append(created);
    for (const each of records) log.append([each]);
    log.commit(log.endOffset);
    const { uncleanElections, electionsFromElr } = log.counter.elections;
    return [uncleanElections, electionsFromElr];
  };
  const change = (changes: object) => record("partitionChange", { ...partition, ...changes }, 2);

  it("are unclean when the record says that the leader has to recover", () => {
    expect(electedAfter()).toEqual([0, 0]);
    expect(electedAfter(change({ leader: 1, leaderRecoveryState: RECOVERING }))).toEqual([1, 0]);
    expect(electedAfter(change({ leader: 1, leaderRecoveryState: 0 }))).toEqual([0, 0]);
  });

  it("are from the ELR when the leader was in it before", () => {
    expect(electedAfter(change({ leader: 2, eligibleLeaderReplicas: [] }))).toEqual([0, 1]);
    expect(electedAfter(change({ eligibleLeaderReplicas: [] }), change({ leader: 2 }))).toEqual([
      0, 0,
    ]);
  });

  it("are not counted of partitions that are new, and once when they are committed", () => {
    const log = new CountedLog();
    log.append(created);
    log.append([change({ leader: 1, leaderRecoveryState: RECOVERING })]);
    log.commit(2);
    expect(log.counter.elections.uncleanElections).toBe(0);
    log.commit(3);
    log.commit(3);
    expect(log.counter.elections.uncleanElections).toBe(1);
  });
});
