/** The index of a log must agree with its batches, whatever is appended and cut. */

import { expect, test } from "vitest";
import { encodeBatch, readBatch } from "../../src/protocol/record-batch.ts";
import { entryOf, IndexedLog } from "./indexed-log.ts";

function batch(baseOffset: number, leaderEpoch: number, count = 1, timestampMs = 0) {
  const records = Array.from({ length: count }, () => ({ key: null, value: new Uint8Array(3) }));
  const bytes = encodeBatch({ baseOffset, leaderEpoch, timestampMs, control: false, records });
  return readBatch(bytes)!;
}

/** Batches at 0, 1 to 3, and 4. */
function threeBatches(): IndexedLog {
  const log = new IndexedLog();
  log.append(batch(0, 1));
  log.append(batch(1, 1, 3));
  log.append(batch(4, 2));
  return log;
}

function offsets(log: IndexedLog): [number, number, number][] {
  return log.entries.map(({ baseOffset, lastOffset, epoch }) => [baseOffset, lastOffset, epoch]);
}

test("every batch is found where it begins, and nowhere else", () => {
  const log = threeBatches();
  expect(offsets(log)).toEqual([
    [0, 0, 1],
    [1, 3, 1],
    [4, 4, 2],
  ]);
  expect(log.entryAt(1)).toEqual(log.entries[1]);
  expect([2, 3, 5, -1].map((offset) => log.entryAt(offset))).toEqual([null, null, null, null]);
});

test("the batch before another one is found, apart from the first", () => {
  const log = threeBatches();
  expect(log.entryBefore(4)).toEqual(log.entries[1]);
  expect(log.entryBefore(1)).toEqual(log.entries[0]);
  expect([0, 2, 5].map((offset) => log.entryBefore(offset))).toEqual([null, null, null]);
});

test("what is cut off is found no more, and what replaces it is", () => {
  const log = threeBatches();
  log.truncate(1);
  expect(offsets(log)).toEqual([[0, 0, 1]]);
  expect([1, 4].map((offset) => log.entryAt(offset))).toEqual([null, null]);
  log.append(batch(1, 3, 2));
  expect(log.endOffset).toBe(3);
  expect(log.entryAt(1)?.epoch).toBe(3);
  expect(log.entryBefore(1)?.epoch).toBe(1);
});

test("a cut at the end changes nothing, and one at the start leaves nothing", () => {
  const log = threeBatches();
  log.truncate(5);
  expect(log.entries.length).toBe(3);
  log.truncate(0);
  expect(log.entries).toEqual([]);
  expect(log.entryAt(0)).toBe(null);
});

test("a cut inside of a batch is refused and leaves the index as it was", () => {
  const log = threeBatches();
  expect(() => log.truncate(2)).toThrow("Cannot truncate to 2: it lies inside a batch");
  expect(log.entries.length).toBe(3);
  expect(log.entryAt(4)).not.toBe(null);
});

test("the checksum of an entry is the batch's own, also where the batch is a part of more bytes", () => {
  const one = batch(0, 1);
  const other = batch(0, 1, 1, 99);
  expect(entryOf(one).checksum).not.toBe(entryOf(other).checksum);
  const shifted = new Uint8Array(one.bytes.length + 7);
  shifted.set(one.bytes, 7);
  expect(entryOf(readBatch(shifted, 7)!)).toEqual(entryOf(one));
});
