/** The checks at the end of a run find what they are there for. */

import { expect, test } from "vitest";
import { type Batch, encodeBatch, readBatch } from "../../src/protocol/record-batch.ts";
import { SqlLog } from "../../src/raft/sql-log.ts";
import type { TopicInput, TopicOutput } from "../linear/topic-model.ts";
import { NodeSql } from "../support/node-sql.ts";
import { History, type TrueAt } from "./history.ts";
import type { ListedTopic } from "./listing.ts";
import { compareReplicas } from "./replicas.ts";
import { finalViolations, nameViolations } from "./violations.ts";

/** Records answers one after another, each in 1 ms. */
function historyOf(...answers: readonly [TopicInput, TopicOutput | null, TrueAt?][]): History {
  const history = new History();
  for (const [index, [input, output, trueAt = null]] of answers.entries()) {
    const call = { client: 0, transport: "http", controllerId: 1, input } as const;
    const outcome =
      output === null
        ? ({ kind: "unknown", reason: "lost" } as const)
        : ({ kind: "answered", output, trueAt } as const);
    history.record(call, outcome, 10 * index, 10 * index + 1);
  }
  return history;
}

const creation = (name: string): TopicInput => ({ kind: "create", name, partitions: 1 });
const created = (topicId: string): TopicOutput => ({ kind: "created", topicId });
const read = (name: string): TopicInput => ({ kind: "describe", name });
const absent: TopicOutput = { kind: "described", topic: null };
const listed = (name: string, id: string): ListedTopic => ({
  topic_name: name,
  topic_id: id,
  partitions_count: 1,
});

test("a run in which everything is as promised has no violations", () => {
  const history = historyOf(
    [creation("kept-a"), created("A"), { offset: 5, epoch: 1 }],
    [creation("kept-b"), null],
    [read("kept-b"), absent, { offset: 7, epoch: 2 }],
  );
  expect(finalViolations(history, [[listed("kept-a", "A")]])).toEqual([]);
});

test("an acknowledged topic that is not listed, or is another one, is a violation", () => {
  const history = historyOf([creation("kept-a"), created("A")], [creation("kept-b"), created("B")]);
  expect(finalViolations(history, [[listed("kept-b", "C")]])).toEqual([
    "kept-a was acknowledged as A and is not there",
    "kept-b was acknowledged as B and is C",
  ]);
});

test("a topic that nobody asked for and one that is listed twice are violations", () => {
  const history = historyOf([creation("kept-a"), created("A")]);
  const listing = [listed("kept-a", "A"), listed("kept-a", "A"), listed("kept-z", "Z")];
  expect(finalViolations(history, [listing])).toEqual([
    "A topic is listed twice",
    "Nobody asked for kept-z, which is there",
  ]);
});

test("a read that misses what was acknowledged before is a violation of its name", () => {
  const history = historyOf([creation("a"), created("A")], [read("a"), absent]);
  expect(nameViolations(history, "a")).toEqual([expect.stringContaining("not-linearizable")]);
  expect(finalViolations(history, [])).toEqual([expect.stringContaining("not-linearizable")]);
});

test("an answer at an offset before that of an earlier answer is a violation", () => {
  const history = historyOf(
    [read("a"), absent, { offset: 9, epoch: 1 }],
    [read("b"), absent, { offset: 8, epoch: 1 }],
  );
  expect(finalViolations(history, [])).toEqual([expect.stringContaining("describe b of client 0")]);
});

test("answers of two epochs at one offset, or in the wrong order of epochs, are violations", () => {
  const history = historyOf(
    [read("a"), absent, { offset: 8, epoch: 1 }],
    [read("b"), absent, { offset: 8, epoch: 2 }],
    [read("c"), absent, { offset: 9, epoch: 1 }],
  );
  expect(finalViolations(history, [])).toEqual([
    expect.stringContaining("describe b was true at offset 8 in epoch 2"),
    expect.stringContaining("describe c was true at offset 9 in epoch 1"),
  ]);
});

/** A batch with so many records, each of which holds the text. */
function batch(baseOffset: number, count: number, text: string): Batch {
  const records = Array.from({ length: count }, () => ({ key: null, value: Buffer.from(text) }));
  const fields = { baseOffset, leaderEpoch: 1, timestampMs: 0, control: false, records };
  return readBatch(encodeBatch(fields))!;
}

/** A database with one key, and one batch or two in one row or two, as a controller has them. */
function replica(id: number, text: string, value: string, lastOffset = 3, inOneRow = false) {
  const sql = new NodeSql();
  const log = new SqlLog(sql);
  log.append(batch(0, Math.min(lastOffset, 3) + 1, text));
  if (!inOneRow) log.flush();
  sql.exec("CREATE TABLE state (key TEXT, offset INTEGER, value BLOB)");
  sql.exec("INSERT INTO state VALUES ('topic', 3, ?)", Buffer.from(value));
  if (lastOffset > 3) {
    log.append(batch(4, lastOffset - 3, "more"));
    sql.exec("INSERT INTO state VALUES ('topic', ?, NULL)", lastOffset);
  }
  log.flush();
  return { id, sql };
}

test("replicas that differ in their logs or in their states are found, one that is ahead is not", () => {
  const same = [
    replica(1, "log", "a"),
    replica(2, "log", "a"),
    replica(3, "log", "a", 4),
    replica(4, "log", "a", 4, true),
  ];
  expect(compareReplicas(same, 4)).toEqual([]);
  expect(compareReplicas([...same, replica(5, "lag", "a")], 4)).toEqual([
    expect.stringContaining("The logs from 0 to 3 differ"),
  ]);
  expect(compareReplicas([...same, replica(5, "log", "b")], 4)).toEqual([
    expect.stringContaining("The states at 3 differ"),
  ]);
});

test("a replica that lacks what was committed is found, also when it has nothing", () => {
  const whole = [replica(1, "log", "a"), replica(2, "log", "a")];
  expect(compareReplicas([...whole, replica(3, "log", "a", 2)], 4)).toEqual([
    "3 has 3 of 4 committed offsets",
  ]);
  const empty = replica(3, "log", "a");
  empty.sql.exec("DELETE FROM raft_batch");
  empty.sql.exec("DELETE FROM state");
  expect(compareReplicas([...whole, empty], 4)).toEqual(["3 has 0 of 4 committed offsets"]);
});
