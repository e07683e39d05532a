/** Records that Kafka does not have: how they travel, and what whoever does not know them makes of them. */

import { describe, expect, test } from "vitest";
import { ByteReader } from "../../src/base/byte-reader.ts";
import { MalformedError } from "../../src/base/malformed-error.ts";
import { decode, encode } from "../../src/protocol/codec.ts";
import { decodeRecord, encodeRecord } from "../../src/protocol/metadata-record.ts";
import { carrierRecord, decodeOwnRecord, encodeOwnRecord } from "../../src/protocol/own-record.ts";
import { noOpRecord } from "../../src/protocol/records/no-op-record.ts";
import { OWN_RECORDS_OF_EACH_TYPE as EACH } from "../support/own-records.ts";

const BY_NAME = EACH.map((record) => [record.type, record] as const);

describe.each(BY_NAME)("%s", (type, record) => {
  test("reads back as it was written", () => {
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  test("is a NoOpRecord of version 0 to whoever does not know it, with a field that he skips", () => {
    const reader = new ByteReader(encodeRecord(record));
    const head = [reader.uvarint(), reader.uvarint(), reader.uvarint()];
    // The version of the frame, the type of a NoOpRecord, and its version (KIP-835).
    expect(head).toEqual([1, 20, 0]);
    const body = reader.take(reader.remaining);
    expect(decode(noOpRecord, 0, body)).toEqual({});
    // One tagged field: its tag, which is ours, and its size.
    const fields = new ByteReader(body);
    const value = encodeOwnRecord(record);
    expect([fields.uvarint(), fields.uvarint()]).toEqual([1, 1000]);
    expect(fields.uvarint()).toBe(fields.remaining);
    expect(body.subarray(body.length - value.length)).toEqual(value);
  });

  test("is refused when bytes follow it or are missing", () => {
    const value = encodeOwnRecord(record);
    expect(() => decodeOwnRecord(Uint8Array.from([...value, 0]))).toThrow(
      new MalformedError(`1 bytes follow a ${type} record`),
    );
    expect(() => decodeOwnRecord(value.subarray(0, -1))).toThrow(MalformedError);
  });
});

test("a NoOpRecord without the field is a NoOpRecord", () => {
  const plain = encode(carrierRecord, 0, { own: null });
  expect(plain).toEqual(encode(noOpRecord, 0, {}));
  expect(decodeRecord(Uint8Array.from([1, 20, 0, ...plain]))).toEqual({
    type: "noOp",
    version: 0,
    data: {},
  });
});

test("a key that stands for no record is refused", () => {
  expect(() => decodeOwnRecord(Uint8Array.of(99, 0))).toThrow(
    new MalformedError("no record of ours has key 99"),
  );
});
