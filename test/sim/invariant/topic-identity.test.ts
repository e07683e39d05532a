/** A name must be one topic's at a time, an id one topic's for ever, and partitions must have no gaps. */

import { beforeEach, expect, test } from "vitest";
import type { NewRecord } from "../../../src/protocol/metadata-record.ts";
import { broken, committed, record, TOPIC_A, TOPIC_B } from "./histories.ts";
import { TopicIdentity } from "./topic-identity.ts";

let invariant: TopicIdentity;

/** Topic orders has two partitions. */
beforeEach(() => {
  invariant = new TopicIdentity();
  commit(0, topic("orders", TOPIC_A), partition(TOPIC_A, 0), partition(TOPIC_A, 1));
});

function commit(baseOffset: number, ...records: readonly NewRecord[]): void {
  invariant.onCommitted(committed(records, { baseOffset }));
}

function topic(name: string, topicId: string): NewRecord {
  return record("topic", { name, topicId });
}

function partition(topicId: string, partitionId: number): NewRecord {
  return record("partition", { topicId, partitionId });
}

function change(topicId: string, partitionId: number): NewRecord {
  return record("partitionChange", { topicId, partitionId });
}

function removal(topicId: string): NewRecord {
  return record("removeTopic", { topicId });
}

test("a topic that is grown, changed, removed and created again under a new id is accepted", () => {
  commit(3, partition(TOPIC_A, 2));
  commit(4, change(TOPIC_A, 2));
  commit(5, removal(TOPIC_A));
  commit(6, topic("orders", TOPIC_B), partition(TOPIC_B, 0));
});

test.each<[string, number, NewRecord, string]>([
  [
    "an id that is used again",
    3,
    topic("users", TOPIC_A),
    `topic id ${TOPIC_A} is used again at 3`,
  ],
  ["a name that exists", 3, topic("orders", TOPIC_B), "topic orders is created at 3 and exists"],
  [
    "the removal of a topic that never was",
    3,
    removal(TOPIC_B),
    `topic ${TOPIC_B} is removed at 3: it does not exist`,
  ],
  [
    "a gap between partitions",
    3,
    partition(TOPIC_A, 3),
    `partition ${TOPIC_A}-3 at 3: the topic has 2 partitions`,
  ],
  [
    "a partition that exists",
    3,
    partition(TOPIC_A, 1),
    `partition ${TOPIC_A}-1 at 3: the topic has 2 partitions`,
  ],
  [
    "a partition of no topic",
    3,
    partition(TOPIC_B, 0),
    `partition ${TOPIC_B}-0 at 3: the topic has no partitions`,
  ],
  [
    "a change of a partition that does not exist",
    3,
    change(TOPIC_A, 2),
    `a change of ${TOPIC_A}-2 at 3: it does not exist`,
  ],
  [
    "a change of a topic that does not exist",
    3,
    change(TOPIC_B, 0),
    `a change of ${TOPIC_B}-0 at 3: it does not exist`,
  ],
])("%s is found", (_, baseOffset, written, fact) => {
  expect(broken(() => commit(baseOffset, written))).toEqual(["topic-identity", fact]);
});

test("an id stays used after its topic is gone", () => {
  commit(3, removal(TOPIC_A));
  expect(broken(() => commit(4, topic("orders", TOPIC_A)))).toEqual([
    "topic-identity",
    `topic id ${TOPIC_A} is used again at 4`,
  ]);
});
