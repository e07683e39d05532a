/** Batches of the log: what is written reads back, and damage is noticed. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { AssertionError } from "../../src/base/assert.ts";
import { crc32c } from "../../src/base/crc32c.ts";
import { MalformedError } from "../../src/base/malformed-error.ts";
import {
  type Batch,
  encodeBatch,
  type NewBatch,
  readBatch,
  readBatches,
  readRecords,
} from "../../src/protocol/record-batch.ts";

const SMALL = encodeBatch({
  baseOffset: 7,
  leaderEpoch: 3,
  timestampMs: 1_795_426_842_125,
  control: false,
  records: [
    { key: null, value: Uint8Array.of(1, 2, 3) },
    { key: null, value: Uint8Array.of(4) },
  ],
});

/** SMALL with one byte or word changed and the checksum made right again. */
function forged(change: (view: DataView) => void): Uint8Array {
  const bytes = SMALL.slice();
  const view = new DataView(bytes.buffer);
  change(view);
  view.setUint32(17, crc32c(bytes, 21));
  return bytes;
}

function readWhole(bytes: Uint8Array): { header: Omit<Batch, "bytes">; values: number[][] } | null {
  const batch = readBatch(bytes);
  if (batch === null) return null;
  const { bytes: _, ...header } = batch;
  return { header, values: readRecords(batch).map(({ value }) => [...value]) };
}

test("any batches read back as they were written", () => {
  const record = (control: boolean) =>
    fc.record({
      key: control ? fc.uint8Array({ maxLength: 70 }) : fc.constant(null),
      value: fc.uint8Array({ maxLength: 200 }),
    });
  const batch = fc.boolean().chain((control) =>
    fc.record({
      baseOffset: fc.maxSafeNat().map((offset) => Math.floor(offset / 2)),
      leaderEpoch: fc.nat(),
      timestampMs: fc.maxSafeNat(),
      control: fc.constant(control),
      records: fc.array(record(control), { minLength: 1, maxLength: 70 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 3 }), (batches) => {
      const log = Buffer.concat(batches.map(encodeBatch));
      const read = [...readBatches(log)].map((one) => ({
        baseOffset: one.baseOffset,
        leaderEpoch: one.leaderEpoch,
        timestampMs: one.timestampMs,
        control: one.control,
        records: readRecords(one),
      }));
      const plain = (list: readonly NewBatch[]) =>
        list.map(({ records, ...header }) => ({
          ...header,
          records: records.map(({ key, value }) => [key && [...key], [...value]]),
        }));
      expect(plain(read)).toEqual(plain(batches));
    }),
    { numRuns: 60, seed: 6 },
  );
});

test("a change of any byte is refused, or leaves a batch that is not whole, or moves offset or epoch only", () => {
  const good = readWhole(SMALL)!;
  for (let at = 0; at < SMALL.length; at++) {
    for (const flip of [0x01, 0x80, 0xff]) {
      const bytes = SMALL.slice();
      bytes[at] = bytes[at]! ^ flip;
      const read = (() => {
        try {
          return readWhole(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
          return null;
        }
      })();
      if (read === null) continue;
      // Kafka's checksum begins behind these two, so that a broker can set them.
      const { baseOffset, lastOffset, leaderEpoch } = read.header;
      expect(at < 8 || (at >= 12 && at < 16)).toBe(true);
      expect(lastOffset - baseOffset).toBe(1);
      expect({ ...read, header: { ...read.header, baseOffset, lastOffset, leaderEpoch } }).toEqual({
        ...good,
        header: { ...good.header, baseOffset, lastOffset, leaderEpoch },
      });
    }
  }
});

test("a batch cut short anywhere is not a batch yet", () => {
  for (let end = 0; end < SMALL.length; end++) {
    expect(readBatch(SMALL.subarray(0, end))).toBeNull();
  }
  expect([...readBatches(Buffer.concat([SMALL, SMALL.subarray(0, 60)]))]).toHaveLength(1);
});

test.each<[string, (view: DataView) => void]>([
  ["a length below its header's", (view) => view.setInt32(8, 48)],
  ["a negative length", (view) => view.setInt32(8, -1)],
  ["a base offset below zero", (view) => view.setBigInt64(0, -1n)],
  ["a base offset beyond 2^53", (view) => view.setBigInt64(0, 2n ** 60n)],
  ["magic 1", (view) => view.setInt8(16, 1)],
  ["compression", (view) => view.setInt16(21, 1)],
  ["a transaction of a producer", (view) => view.setInt16(21, 0x10)],
  ["no records", (view) => view.setInt32(57, 0)],
  ["a count unlike its last offset", (view) => view.setInt32(57, 3)],
  [
    "billions of records",
    (view) => {
      view.setInt32(23, 0x7ffffffe);
      view.setInt32(57, 0x7fffffff);
    },
  ],
  ["data records that should be control records", (view) => view.setInt16(21, 0x20)],
  ["a record with attributes", (view) => view.setInt8(62, 1)],
  ["a record at another time", (view) => view.setInt8(63, 2)],
  ["a record at another offset", (view) => view.setInt8(64, 2)],
  ["a record longer than the batch", (view) => view.setInt8(61, 126)],
  ["a record of negative length", (view) => view.setInt8(61, 1)],
  ["a record without a value", (view) => view.setInt8(66, 1)],
  ["a record with headers", (view) => view.setInt8(70, 2)],
])("a batch with %s is refused though its checksum is right", (_, change) => {
  expect(() => readWhole(forged(change))).toThrow(MalformedError);
});

test("a batch without records is never written", () => {
  const empty = { baseOffset: 0, leaderEpoch: 0, timestampMs: 0, control: false, records: [] };
  expect(() => encodeBatch(empty)).toThrow(AssertionError);
});
