/** How the records of a decision are cut into batches: within Kafka's limits, and an answer never apart from its change. */

import { describe, expect, it } from "vitest";
import { batchRecords } from "../../src/controller/record-batching.ts";
import { decodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { record } from "../state/records.ts";

function configs(count: number, bytesEach = 0): NewRecord[] {
  return Array.from({ length: count }, (_, i) =>
    record("config", {
      resourceType: 2,
      resourceName: "orders",
      name: `name-${i}`,
      value: "v".repeat(bytesEach),
    }),
  );
}

function answer(bytes: number): NewRecord {
  return record("rememberedAnswer", {
    principal: "User:alice",
    key: "k",
    fingerprint: new Uint8Array(32),
    apiKey: 33,
    apiVersion: 2,
    answer: new Uint8Array(bytes),
    expirationTimestamp: 1000n,
  });
}

const forget = record("forgetAnswers", { throughTimestamp: 1000n, maxAnswers: 10 });

/** The types of the records at the end of each batch, and how many there are. */
function shape(records: readonly NewRecord[], atomic: boolean) {
  return (
    batchRecords(records, atomic)?.map((batch) => [
      batch.length,
      decodeRecord(batch.at(-1)?.value ?? new Uint8Array(0)).type,
    ]) ?? null
  );
}

describe("records that must be together", () => {
  it("are one batch, up to 10,000 of them", () => {
    expect(shape(configs(10_000), true)).toEqual([[10_000, "config"]]);
    expect(shape(configs(10_001), true)).toBeNull();
  });

  it("leave their answer its place: it counts in bytes only", () => {
    expect(shape([...configs(10_000), forget, answer(10)], true)).toEqual([
      [10_002, "rememberedAnswer"],
    ]);
    expect(shape([...configs(55, 30_000), answer(140_000)], true)).toEqual([
      [56, "rememberedAnswer"],
    ]);
    expect(shape([...configs(55, 30_000), answer(150_000)], true)).toBeNull();
  });
});

describe("records that may be cut", () => {
  it("are as many batches as they need, and the answer is with the last of them", () => {
    expect(shape([...configs(10_000), answer(10)], false)).toEqual([[10_001, "rememberedAnswer"]]);
    expect(shape([...configs(20_001), answer(10)], false)).toEqual([
      [10_000, "config"],
      [10_000, "config"],
      [2, "rememberedAnswer"],
    ]);
  });

  it("are cut a record earlier when the answer would not fit behind the last one", () => {
    expect(shape(configs(30, 30_000), false)).toEqual([[30, "config"]]);
    expect(shape([...configs(30, 30_000), forget, answer(200_000)], false)).toEqual([
      [29, "config"],
      [3, "rememberedAnswer"],
    ]);
  });

  it("are not written when no batch can hold the last one and the answer", () => {
    expect(shape([...configs(1, 30_000), answer(1_800_000)], false)).toBeNull();
  });
});

it("what is forgotten without a change is a batch of its own", () => {
  expect(shape([forget], true)).toEqual([[1, "forgetAnswers"]]);
});
