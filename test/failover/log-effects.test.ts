/** What was done twice, not at all or although it was refused is found in the log. */

import { expect, test } from "vitest";
import type { Change } from "./changes.ts";
import { logViolations } from "./log-effects.ts";
import type { LogRecord } from "./log-record.ts";

type Entry = readonly [type: string, data: Readonly<Record<string, unknown>>];

function logOf(...entries: readonly Entry[]): LogRecord[] {
  return entries.map(([type, data], offset) => ({ offset, type, data }));
}

const topic = (name: string, topicId: string): Entry => ["TOPIC_RECORD", { name, topicId }];
const removal = (topicId: string): Entry => ["REMOVE_TOPIC_RECORD", { topicId }];
const partition = (topicId: string, partitionId: number): Entry => [
  "PARTITION_RECORD",
  { topicId, partitionId },
];
const config = (value: string | null): Entry => [
  "CONFIG_RECORD",
  { resourceType: 2, resourceName: "t", name: "retention.ms", value },
];
const remembered = (key: string): Entry => ["REMEMBERED_ANSWER_RECORD", { key }];

function creation(outcome: Change["outcome"] = "done", key: string | null = "k1"): Change {
  return { kind: "create", topic: "t", key, outcome, topicId: outcome === "done" ? "A" : null };
}

function deletion(outcome: Change["outcome"] = "done"): Change {
  return { kind: "delete", topic: "t", key: null, outcome };
}

function alteration(value: string | null, outcome: Change["outcome"] = "done"): Change {
  return { kind: "alter", topic: "t", key: "k2", outcome, values: { "retention.ms": value } };
}

const CREATED = [topic("t", "A"), partition("A", 0), remembered("k1")];

test("a log in which everything is once is as promised", () => {
  const log = logOf(
    ...CREATED,
    config("7"),
    remembered("k2"),
    partition("A", 1),
    remembered("gateway:x"),
    removal("A"),
  );
  const growth: Change = { kind: "grow", topic: "t", key: null, outcome: "done" };
  expect(logViolations(log, [creation(), alteration("7"), growth, deletion()])).toEqual([]);
});

test("a lost creation, deletion or config is found", () => {
  expect(logViolations([], [creation("done", null)])).toEqual([
    "The creation of t is in the log 0 times, and clients know of 1",
    "Topic t, acknowledged as A, is in the log 0 times",
  ]);
  expect(logViolations(logOf(...CREATED), [creation(), deletion()])).toEqual([
    "The deletion of t is in the log 0 times, and clients know of 1",
  ]);
  const log = logOf(...CREATED, remembered("k2"));
  expect(logViolations(log, [creation(), alteration("7")])).toEqual([
    "The config t retention.ms=7 is in the log 0 times, and clients know of 1",
  ]);
});

test("what was applied twice under one key is found, whatever it was", () => {
  const again = [...CREATED, removal("A"), topic("t", "B"), partition("B", 0), remembered("k1")];
  expect(logViolations(logOf(...again), [creation(), deletion()])).toEqual([
    "The creation of t is in the log 2 times, and clients know of 1",
    "The key k1 is in the log 2 times, and clients know of 1",
  ]);
  const twice = logOf(...CREATED, config("7"), remembered("k2"), config("7"), remembered("k2"));
  expect(logViolations(twice, [creation(), alteration("7")])).toEqual([
    "The config t retention.ms=7 is in the log 2 times, and clients know of 1",
    "The key k2 is in the log 2 times, and clients know of 1",
  ]);
  const removed = logOf(...CREATED, removal("A"), removal("A"));
  expect(logViolations(removed, [creation(), deletion(), deletion()])).toEqual([
    "Topic t with the id A is removed 2 times",
  ]);
  const grown = logOf(...CREATED, partition("A", 1), partition("A", 1));
  expect(logViolations(grown, [creation()])).toEqual(["At 4 topic t gets partition 1, not 2"]);
  const own = logOf(...CREATED, remembered("gateway:x"), remembered("gateway:x"));
  expect(logViolations(own, [creation()])).toEqual(["The key gateway:x is remembered 2 times"]);
});

test("a change that was refused is not in the log, one of unknown outcome may be, once", () => {
  const log = logOf(...CREATED, config("7"));
  expect(logViolations(log, [creation(), alteration("7", "refused")])).toEqual([
    "The config t retention.ms=7 is in the log 1 times, and clients know of 0",
  ]);
  for (const entries of [CREATED, [...CREATED, config("7"), remembered("k2")]]) {
    expect(logViolations(logOf(...entries), [creation(), alteration("7", "unknown")])).toEqual([]);
  }
  const twice = logOf(...CREATED, config("7"), config("7"));
  expect(logViolations(twice, [creation(), alteration("7", "unknown")])).toEqual([
    "The config t retention.ms=7 is in the log 2 times, and clients know of 0 to 1",
  ]);
});

test("what nobody asked for, and an answer that was not remembered, are found", () => {
  expect(logViolations(logOf(topic("t", "A"), partition("A", 0)), [creation()])).toEqual([
    "The key k1 is in the log 0 times, and clients know of 1",
  ]);
  expect(logViolations(logOf(...CREATED, config("7")), [creation()])).toEqual([
    "The config t retention.ms=7 is in the log 1 times, and clients know of 0",
  ]);
});

test("a reset may change nothing, so that nothing is remembered of it", () => {
  expect(logViolations(logOf(...CREATED), [creation(), alteration(null)])).toEqual([]);
  const log = logOf(...CREATED, config(null), remembered("k2"));
  expect(logViolations(log, [creation(), alteration(null)])).toEqual([]);
  const twice = logOf(...CREATED, config(null), remembered("k2"), config(null), remembered("k2"));
  expect(logViolations(twice, [creation(), alteration(null)])).toEqual([
    "The key k2 is in the log 2 times, and clients know of 0",
  ]);
});

test("a log with a hole is found", () => {
  const log = logOf(...CREATED).filter(({ offset }) => offset !== 1);
  expect(logViolations(log, [creation()])).toContain("The log has offset 2 where 1 was expected");
});
