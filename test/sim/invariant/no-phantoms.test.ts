/** Topics must come from attempts, each of which creates at most one, as it was asked to. */

import { beforeEach, expect, test } from "vitest";
import type { NewRecord } from "../../../src/protocol/metadata-record.ts";
import { broken, committed, record, TOPIC_A, TOPIC_B } from "./histories.ts";
import { NoPhantoms, SERIAL_CONFIG } from "./no-phantoms.ts";

let invariant: NoPhantoms;

/** Attempt 7 asks for two partitions. */
beforeEach(() => {
  invariant = new NoPhantoms();
  invariant.onAttempt(7, 2);
});

function creation(topicId: string, serial: string | null, partitions: number): NewRecord[] {
  return [
    record("topic", { name: "orders", topicId }),
    record("config", { resourceName: "orders", name: "cleanup.policy", value: "7" }),
    ...(serial === null
      ? []
      : [record("config", { resourceName: "orders", name: SERIAL_CONFIG, value: serial })]),
    ...Array.from({ length: partitions }, (_, partitionId) =>
      record("partition", { topicId, partitionId }),
    ),
  ];
}

function commit(baseOffset: number, records: readonly NewRecord[]): void {
  const lastOffset = baseOffset + records.length - 1;
  invariant.onCommitted(committed(records, { baseOffset, lastOffset }));
}

test("a topic with as many partitions as its attempt asked for is accepted", () => {
  commit(0, creation(TOPIC_A, "7", 2));
  commit(5, [record("partition", { topicId: TOPIC_A, partitionId: 2 })]);
});

test("a topic that no attempt asked for is found", () => {
  expect(broken(() => commit(20, creation(TOPIC_A, "8", 2)))).toEqual([
    "no-phantoms",
    "topic orders at 20 was asked for by nobody",
  ]);
});

test("a topic that carries no attempt is found", () => {
  expect(broken(() => commit(20, creation(TOPIC_A, null, 2)))).toEqual([
    "no-phantoms",
    "topic orders at 20 was asked for by nobody",
  ]);
});

test("an attempt that is carried out twice is found", () => {
  commit(0, creation(TOPIC_A, "7", 2));
  commit(5, [record("removeTopic", { topicId: TOPIC_A })]);
  expect(broken(() => commit(6, creation(TOPIC_B, "7", 2)))).toEqual([
    "no-phantoms",
    "attempt 7 has created orders twice",
  ]);
});

test.each([0, 1, 3])("an attempt for 2 partitions that makes %d is found", (made) => {
  expect(broken(() => commit(0, creation(TOPIC_A, "7", made)))).toEqual([
    "no-phantoms",
    `attempt 7 asked for 2 partitions of orders and got ${made}`,
  ]);
});
