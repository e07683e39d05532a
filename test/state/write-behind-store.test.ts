/** A store that holds rows back reads like one that does not, and after a crash what it held can be put again. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { SqlVersionedStore } from "../../src/state/sql-versioned-store.ts";
import type { NewRow } from "../../src/state/versioned-store.ts";
import { type HeldLimits, WriteBehindStore } from "../../src/state/write-behind-store.ts";
import { NodeSql } from "../support/node-sql.ts";

const KEYS = ["a", "a/0", "a/1", "a/10", "a0", "b/%2F", "b/x"];
const key = fc.constantFrom(...KEYS);
const rows = fc.uniqueArray(fc.record({ key, value: fc.option(fc.uint8Array({ maxLength: 3 })) }), {
  selector: (row) => row.key,
  maxLength: 4,
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant("put" as const), rows }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("get" as const), key }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("scan" as const), key }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("crash" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("truncate" as const), back: fc.nat({ max: 4 }) }),
  },
);
const limits = fc.record({
  rows: fc.integer({ min: 1, max: 12 }),
  bytes: fc.integer({ min: 4, max: 60 }),
  records: fc.integer({ min: 1, max: 6 }),
});

/** The log: the rows of the batch at each offset. */
type Log = (readonly NewRow[])[];

/** The store of a new life on the same table, with what the log has beyond it put again. */
function reopened(sql: NodeSql, log: Log, held: HeldLimits): WriteBehindStore {
  const store = new WriteBehindStore(new SqlVersionedStore(sql), held);
  for (let offset = store.replayFrom; offset < log.length; offset++) {
    store.putAll(offset, log[offset] ?? []);
  }
  return store;
}

test("a store that holds rows back reads as one that holds none, at every offset, whatever dies in between", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), limits, (steps, held) => {
      const sql = new NodeSql();
      const log: Log = [];
      let store = reopened(sql, log, held);
      const model = new MemoryVersionedStore();
      for (const taken of steps) {
        const newest = log.length - 1;
        if (taken.what === "put") {
          store.putAll(log.length, taken.rows);
          model.putAll(log.length, taken.rows);
          log.push(taken.rows);
        } else if (taken.what === "get") {
          expect(store.get(taken.key, newest)).toEqual(model.get(taken.key, newest));
        } else if (taken.what === "scan") {
          const range = { start: taken.key, end: "b0" };
          expect(store.scan(range, newest, 9)).toEqual(model.scan(range, newest, 9));
        } else if (taken.what === "crash") {
          store = reopened(sql, log, held);
        } else {
          log.length = Math.max(0, log.length - taken.back);
          store.truncate(log.length);
          model.truncate(log.length);
        }
      }
      for (let at = 0; at <= log.length; at++) {
        for (const one of KEYS) expect(store.get(one, at)).toEqual(model.get(one, at));
      }
      const all = { start: "a", end: "c" };
      for (let at = 0; at <= log.length; at++) {
        expect(store.scan(all, at, 99)).toEqual(model.scan(all, at, 99));
      }
      sql.close();
    }),
    { numRuns: 400 },
  );
});

test("nothing is written to the table before a limit is reached or a range is read that is held", () => {
  const sql = new NodeSql();
  const held = { rows: 3, bytes: 1000, records: 10 };
  const store = new WriteBehindStore(new SqlVersionedStore(sql), held);
  const stored = () => sql.all("SELECT key FROM state ORDER BY key").map((row) => row.key);
  const value = Uint8Array.of(1);
  store.putAll(0, [{ key: "b", value }]);
  store.putAll(1, [{ key: "a", value }]);
  expect(store.scan({ start: "c", end: "d" }, 1, 9)).toEqual([]);
  expect([stored(), store.replayFrom]).toEqual([[], 0]);
  store.scan({ start: "a", end: "aa" }, 1, 9);
  expect([stored(), store.replayFrom]).toEqual([["a", "b"], 2]);
  store.putAll(2, [
    { key: "c", value },
    { key: "d", value },
    { key: "e", value },
  ]);
  expect([stored().length, store.replayFrom]).toEqual([5, 3]);
});

test("batches without rows are remembered as stored, too", () => {
  const sql = new NodeSql();
  const held = { rows: 100, bytes: 1000, records: 16 };
  const store = new WriteBehindStore(new SqlVersionedStore(sql), held);
  for (const offset of [4, 8, 15]) store.putAll(offset, []);
  expect(new SqlVersionedStore(sql).endOffset).toBe(16);
});

test("what is written after a cut reaches as far as the log does then, not as far as what was cut off", () => {
  const sql = new NodeSql();
  const held = { rows: 100, bytes: 1000, records: 100 };
  const store = new WriteBehindStore(new SqlVersionedStore(sql), held);
  const value = Uint8Array.of(1);
  for (const offset of [0, 1, 2]) store.putAll(offset, [{ key: "a", value }]);
  store.truncate(1);
  expect(store.scan({ start: "a", end: "b" }, 9, 9)).toEqual([{ key: "a", offset: 0, value }]);
  expect(store.replayFrom).toBe(1);
});

test("what a start has to apply again is bounded in records, however few rows they are in", () => {
  const sql = new NodeSql();
  const store = new WriteBehindStore(new SqlVersionedStore(sql));
  const value = new Uint8Array(8000);
  let endOffset = 0;
  let longest = 0;
  // The partitions of large topics: so many records, which go into so few rows.
  for (const records of [100, 2001, 900, 130, 2001, 512, 513]) {
    endOffset += records;
    store.putAll(endOffset - 1, [{ key: "a", value }]);
    longest = Math.max(longest, endOffset - new SqlVersionedStore(sql).endOffset);
  }
  expect(longest).toBe(1030);
});

test("what is held is due to be written before a limit is reached, and is written when it is told to", () => {
  const sql = new NodeSql();
  const held = { rows: 3, bytes: 1000, records: 10 };
  const store = new WriteBehindStore(new SqlVersionedStore(sql), held);
  const value = Uint8Array.of(1);
  store.putAll(0, [{ key: "a", value }]);
  store.writeDue();
  expect([store.isWriteDue, store.replayFrom]).toEqual([false, 0]);
  store.putAll(1, [{ key: "b", value }]);
  expect([store.isWriteDue, store.replayFrom]).toEqual([true, 0]);
  store.writeDue();
  expect([store.isWriteDue, store.replayFrom]).toEqual([false, 2]);
});
