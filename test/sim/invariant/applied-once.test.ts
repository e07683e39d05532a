/** What is made twice under one key, forgotten too soon or answered differently must be found. */

import { beforeEach, expect, test } from "vitest";
import { APIS } from "../../../src/protocol/apis.ts";
import { decode, encode } from "../../../src/protocol/codec.ts";
import type { NewRecord } from "../../../src/protocol/metadata-record.ts";
import { AppliedOnce } from "./applied-once.ts";
import { broken, committed, record, TOPIC_A, TOPIC_B } from "./histories.ts";

const { response, key: apiKey } = APIS.deleteTopics;
const apiVersion = response.maxVersion;
const FINGERPRINT = new Uint8Array(32).fill(1);
const OTHER_FINGERPRINT = new Uint8Array(32).fill(2);

let invariant: AppliedOnce;

function bodyOf(topicId: string): unknown {
  const body = { responses: [{ name: "orders", topicId, errorCode: 0 }] };
  return decode(response, apiVersion, encode(response, apiVersion, body));
}

function answer(
  key: string,
  dueMs: number,
  { principal = "User:a", fingerprint = FINGERPRINT } = {},
): NewRecord {
  return record("rememberedAnswer", {
    principal,
    key,
    fingerprint,
    apiKey,
    apiVersion,
    answer: encode(response, apiVersion, bodyOf(TOPIC_A) as never),
    expirationTimestamp: BigInt(dueMs),
  });
}

const change = record("removeTopic", { topicId: TOPIC_A });

function forget(throughMs: number, maxAnswers = 1000): NewRecord {
  return record("forgetAnswers", { throughTimestamp: BigInt(throughMs), maxAnswers });
}

function commit(timestampMs: number, ...records: readonly NewRecord[]): void {
  invariant.onCommitted(committed(records, { timestampMs }));
}

/** The change and its answer are two records at 0 and 1. */
function hear(
  topicId: string,
  replayed: boolean,
  { fingerprint = FINGERPRINT, offset = 1, epoch = 1 } = {},
): void {
  const body = bodyOf(topicId);
  invariant.onKeyedAnswer({ key: "k", fingerprint, body, offset, epoch, replayed });
}

/** A change under the key "k" was made at 1000, and its answer stands until 2000. */
beforeEach(() => {
  invariant = new AppliedOnce();
  commit(1000, change, answer("k", 2000));
});

test("a key may be used again from when its answer expires, and by others and with others before", () => {
  commit(1500, change, answer("l", 2000));
  commit(1500, change, answer("k", 2000, { principal: "User:b" }));
  commit(2000, change, forget(2000), answer("k", 3000));
  commit(2500, forget(2500));
  commit(3000, change, answer("k", 4000));
});

test("the same answer may be heard as often as anybody asks, and other ones to what changed nothing", () => {
  hear(TOPIC_A, false);
  hear(TOPIC_A, true);
  hear(TOPIC_B, false, { fingerprint: OTHER_FINGERPRINT });
});

test("a second change under a key before its answer expires is found", () => {
  expect(broken(() => commit(1999, change, answer("k", 5000)))).toEqual([
    "applied-once",
    "a second change under k is made at 1999, before 2000",
  ]);
});

test("an answer in a batch without a change is found", () => {
  expect(broken(() => commit(1500, forget(1500), answer("l", 2000)))).toEqual([
    "applied-once",
    "the answer under l at 0 is of no change",
  ]);
});

test("answers that are forgotten before they expire are found", () => {
  expect(broken(() => commit(1500, forget(1501)))).toEqual([
    "applied-once",
    "at 1500 answers are forgotten that expire until 1501",
  ]);
});

test("what was not forgotten, because so many were not asked for, still stands", () => {
  commit(1000, change, answer("first", 1500));
  commit(2000, change, forget(2000, 1));
  commit(1600, change, answer("first", 3000));
  expect(broken(() => commit(1999, change, answer("k", 5000)))[1]).toBe(
    "a second change under k is made at 1999, before 2000",
  );
});

test("another answer than the first one is found, whether it is called a replay or not", () => {
  for (const replayed of [true, false]) {
    const [name, fact] = broken(() => hear(TOPIC_B, replayed));
    expect(name).toBe("applied-once");
    expect(fact).toContain(TOPIC_B);
    expect(fact).toContain(
      `and was {"throttleTimeMs":0,"responses":[{"name":"orders","topicId":"${TOPIC_A}"`,
    );
  }
});

test.each([
  ["offset", { offset: 2 }, "at 2 in epoch 1"],
  ["epoch", { epoch: 2 }, "at 1 in epoch 2"],
])("another %s than that of the change is found", (_, place, text) => {
  const [name, fact] = broken(() => hear(TOPIC_A, true, place));
  expect(name).toBe("applied-once");
  expect(fact).toContain(`${text}, and was`);
  expect(fact).toMatch(/at 1 in epoch 1$/);
});

test("a replay of what is not committed, or of what answered another request, is found", () => {
  expect(broken(() => hear(TOPIC_A, true, { fingerprint: OTHER_FINGERPRINT }))).toEqual([
    "applied-once",
    "k is answered with what is not in the log",
  ]);
});
