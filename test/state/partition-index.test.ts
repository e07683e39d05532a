/** The indexes of partitions by broker and by mark: whatever happens, they find what a scan of all partitions finds. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NewRecord } from "../../src/protocol/metadata-record.ts";
import type { PartitionAt, PartitionMark, PartitionState } from "../../src/state/metadata-view.ts";
import { hasMark, PARTITION_MARKS } from "../../src/state/partition-mark.ts";
import { isFirstPagesKey } from "../../src/state/row-key.ts";
import { topicIdsIn } from "../../src/state/rows/first-pages.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import { record, type StateUnderTest } from "./records.ts";

/** The first two were created together, and so were the others. */
const TOPICS = ["AAAAAAAA", "AAAAAAAz", "AgICAgIC", "AgICAgI-"].map(
  (first) => `${first}0000000000000A`,
);
const BROKERS = [1, 2, 3, 4];

const names = (found: Iterable<PartitionAt>) =>
  [...found].map(({ topicId, partitionIndex }) => `${topicId}-${partitionIndex}`);

function scan(state: StateUnderTest, matches: (partition: PartitionState) => boolean): string[] {
  const view = state.view();
  const all = TOPICS.toSorted().flatMap((topicId) => [...view.partitions(topicId)]);
  return names(all.filter(({ partition }) => matches(partition)));
}

/** The index says what a scan says, and leads nowhere else. */
function expectExact(state: StateUnderTest): void {
  const view = state.view();
  let pages = 0;
  const pagesOf = (found: Iterable<PartitionAt>) =>
    new Set([...found].map((at) => `${at.topicId}/${at.partitionIndex >> 7}`)).size;
  for (const mark of PARTITION_MARKS) {
    const matches = (partition: PartitionState) => hasMark(mark, partition);
    expect([mark, names(view.markedPartitions(mark))]).toEqual([mark, scan(state, matches)]);
    pages += pagesOf(view.markedPartitions(mark));
  }
  for (const id of BROKERS) {
    const matches = ({ replicas, elr }: PartitionState) =>
      replicas.includes(id) || elr.includes(id);
    const found = [...view.partitionsOfBroker(id)];
    expect([id, names(found)]).toEqual([id, scan(state, matches)]);
    for (const from of TOPICS) {
      const behind = found.filter(({ topicId }) => topicId >= from);
      expect(names(view.partitionsOfBroker(id, from))).toEqual(names(behind));
    }
    pages += pagesOf(found);
  }
  const keys = state.keys().filter((key) => /^(marked|broker)-page\//.test(key));
  expect(keys.flatMap((key) => pagesNamed(state, key))).toHaveLength(pages);
}

/** What a row of the index stands for. */
function pagesNamed(state: StateUnderTest, key: string): string[] {
  if (!isFirstPagesKey(key)) return [key];
  const list = state.store.get(key, state.endOffset)?.value ?? new Uint8Array(0);
  const topicIds = topicIdsIn(list, key);
  // A list of nothing would be a row too much.
  return topicIds.length === 0 ? [key] : topicIds;
}

/** One change: the topic and the partition that it is about, and lists and a leader to be had. */
const anyStep = fc.record({
  kind: fc.constantFrom(
    "create",
    "change",
    "change",
    "change",
    "remove",
    "clear",
    "clear-all",
    "cut",
  ),
  topic: fc.integer({ min: 0, max: TOPICS.length - 1 }),
  index: fc.constantFrom(0, 1, 2, 127, 128, 300),
  ids: fc.array(fc.shuffledSubarray(BROKERS, { minLength: 1 }), { minLength: 6, maxLength: 6 }),
  leader: fc.constantFrom(-1, ...BROKERS),
  fields: fc.subarray(["replicas", "isr", "elr", "last", "removing", "adding", "leader"]),
  isEmpty: fc.boolean(),
});
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

const EPOCHS = { leaderEpoch: 0, partitionEpoch: 0 };
const nameOf = (topic: number) => `topic-${topic}`;

/** The partitions that there are, by topic. */
type Known = Map<number, Set<number>>;

/** The records of a step; `known` goes along. */
function recordsOf(step: Step, known: Known): NewRecord[] {
  const topicId = TOPICS[step.topic] ?? "";
  const [replicas = [], isr = [], elr = [], removing = [], adding = [], last = []] = step.ids;
  const partitions = known.get(step.topic);
  if (step.kind === "create") {
    const records: NewRecord[] =
      partitions === undefined ? [record("topic", { topicId, name: nameOf(step.topic) })] : [];
    known.set(step.topic, new Set([...(partitions ?? []), step.index]));
    const lists = { replicas, isr, leader: step.leader, addingReplicas: adding };
    const partition = { topicId, partitionId: step.index, ...lists, ...EPOCHS };
    return [...records, record("partition", partition, 2)];
  }
  if (step.kind === "clear-all") return [record("clearElr", { topicName: "" })];
  if (partitions === undefined) return [];
  if (step.kind === "clear") return [record("clearElr", { topicName: nameOf(step.topic) })];
  if (step.kind === "remove") {
    known.delete(step.topic);
    return [record("removeTopic", { topicId })];
  }
  if (!partitions.has(step.index)) return [];
  const has = (field: string) => step.fields.includes(field);
  const list = (ids: number[]) => (step.isEmpty ? [] : ids);
  const change = {
    ...(has("replicas") && { replicas }),
    ...(has("isr") && { isr: list(isr) }),
    ...(has("elr") && { eligibleLeaderReplicas: list(elr) }),
    ...(has("last") && { lastKnownElr: list(last) }),
    ...(has("removing") && { removingReplicas: list(removing) }),
    ...(has("adding") && { addingReplicas: list(adding) }),
    ...(has("leader") && { leader: step.leader }),
  };
  return [record("partitionChange", { topicId, partitionId: step.index, ...change }, 2)];
}

describe("the indexes", () => {
  it("find what a scan finds, whatever batches were applied, and when batches are taken back", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyStep, { maxLength: 4 }), { maxLength: 12 }), (batches) => {
        const state = clusterState([]);
        let known: Known = new Map();
        const before: { endOffset: number; known: Known }[] = [];
        for (const steps of batches) {
          if (steps[0]?.kind === "cut") {
            const at = before.pop();
            if (at === undefined) continue;
            state.store.truncate(at.endOffset);
            state.endOffset = at.endOffset;
            known = at.known;
          } else {
            before.push({ endOffset: state.endOffset, known: new Map(known) });
            const records = steps.flatMap((step) => recordsOf(step, known));
            if (records.length > 0) state.apply(...records);
          }
          expectExact(state);
        }
      }),
      { numRuns: 250 },
    );
  });

  it("are the same after one batch as after one for each of its records", () => {
    const [topicId = ""] = TOPICS;
    const steps: NewRecord[] = [
      record("topic", { topicId, name: "t" }),
      record(
        "partition",
        { topicId, partitionId: 0, replicas: [1, 2], isr: [1, 2], leader: 1, ...EPOCHS },
        2,
      ),
      record("partitionChange", { topicId, partitionId: 0, leader: -1 }, 2),
      record(
        "partitionChange",
        { topicId, partitionId: 0, isr: [], eligibleLeaderReplicas: [2, 3] },
        2,
      ),
      record("clearElr", { topicName: "t" }),
      record("partitionChange", { topicId, partitionId: 0, lastKnownElr: [-1] }, 2),
    ];
    const together = clusterState([]);
    together.apply(...steps);
    const apart = clusterState([]);
    for (const step of steps) apart.apply(step);
    expect(together.keys()).toEqual(apart.keys());
    expectExact(together);
    expect(together.view().partition(topicId, 0)).toEqual(apart.view().partition(topicId, 0));
    expect(together.view().partition(topicId, 0)?.lastKnownElr).toEqual([-1]);
  });
});

describe("a mark", () => {
  const marksOf = (changes: Partial<PartitionState>): PartitionMark[] => {
    const partition: PartitionState = {
      replicas: [1, 2],
      directories: [],
      isr: [1, 2],
      elr: [],
      lastKnownElr: [],
      removingReplicas: [],
      addingReplicas: [],
      leader: 1,
      leaderRecoveryState: 0,
      leaderEpoch: 0,
      partitionEpoch: 0,
      ...changes,
    };
    return PARTITION_MARKS.filter((mark) => hasMark(mark, partition));
  };

  it("is what something may have to be done about", () => {
    expect(marksOf({})).toEqual([]);
    expect(marksOf({ leader: 2 })).toEqual(["imbalanced"]);
    expect(marksOf({ leader: -1 })).toEqual(["leaderless", "imbalanced"]);
    expect(marksOf({ addingReplicas: [2] })).toEqual(["reassigning"]);
    expect(marksOf({ removingReplicas: [2] })).toEqual(["reassigning"]);
    expect(marksOf({ elr: [2] })).toEqual(["elr"]);
    expect(marksOf({ lastKnownElr: [2] })).toEqual(["elr"]);
  });
});

describe("clearing the ELR", () => {
  it("moves the epoch of the partitions that had one, and no others, of one topic or of all", () => {
    const state = clusterState([]);
    const eligible = { replicas: [1, 2], isr: [1], eligibleLeaderReplicas: [2] };
    const lost = { replicas: [1, 2], isr: [1], lastKnownElr: [2] };
    addTopic(state, { name: "a", topicId: uuid(1) }, eligible, { replicas: [1, 2] }, lost);
    addTopic(state, { name: "b", topicId: uuid(2) }, eligible);
    const epochs = (topicId: string) =>
      [...state.view().partitions(topicId)].map(({ partition }) => partition.partitionEpoch);
    state.apply(record("clearElr", { topicName: "a" }));
    expect([epochs(uuid(1)), epochs(uuid(2))]).toEqual([[8, 7, 8], [7]]);
    state.apply(record("clearElr", { topicName: "" }));
    expect([epochs(uuid(1)), epochs(uuid(2))]).toEqual([[8, 7, 8], [8]]);
    expect([...state.view().markedPartitions("elr")]).toEqual([]);
  });
});
