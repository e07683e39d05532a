/** A store that holds rows back reads like one that does not, and after a crash what it held can be put again. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { RowKeys } from "../../src/state/row-key.ts";
import { topicIdsIn, withoutTopic, withTopic } from "../../src/state/rows/first-pages.ts";
import { SqlVersionedStore } from "../../src/state/sql-versioned-store.ts";
import type { NewRow, VersionedStore } from "../../src/state/versioned-store.ts";
import { type HeldLimits, WriteBehindStore } from "../../src/state/write-behind-store.ts";
import { NodeSql } from "../support/node-sql.ts";

const TOPICS = Array.from({ length: 5 }, (_, i) => `AAAAAAB${i}AAAAAAAAAAAAAA`);
const LIST = RowKeys.brokerFirstPages(1, "AAAAAAB");
const KEYS = ["a", "a/0", "a/1", "a/10", "a0", "b/%2F", "b/x"];
const EVERY_KEY = [...KEYS, LIST];
const key = fc.constantFrom(...KEYS);
const rows = fc.uniqueArray(fc.record({ key, value: fc.option(fc.uint8Array({ maxLength: 3 })) }), {
  selector: (row) => row.key,
  maxLength: 4,
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant("put" as const), rows }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant("list" as const),
      topicIds: fc.subarray(TOPICS, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant("get" as const), key: fc.constantFrom(...EVERY_KEY) }),
  },
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

/** The row of a list to which topics are added that are not in it, and out of which those go that are. */
function listed(store: VersionedStore, offset: number, topicIds: readonly string[]): NewRow {
  let value = store.get(LIST, offset)?.value ?? null;
  let grows = value !== null;
  for (const topicId of topicIds) {
    if (value !== null && topicIdsIn(value, LIST).includes(topicId)) {
      value = withoutTopic(value, topicId);
      grows = false;
    } else value = withTopic(value, topicId, offset);
  }
  return { key: LIST, value, grows };
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
        } else if (taken.what === "list") {
          const list = [listed(model, log.length, taken.topicIds)];
          store.putAll(log.length, list);
          model.putAll(log.length, list);
          log.push(list);
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
        for (const one of EVERY_KEY) expect(store.get(one, at)).toEqual(model.get(one, at));
      }
      const all = { start: "a", end: "c" };
      for (let at = 0; at <= log.length; at++) {
        expect(store.scan(all, at, 99)).toEqual(model.scan(all, at, 99));
      }
      sql.close();
    }),
    { numRuns: 600 },
  );
});

test("a list that only grows is one row of the table, which is read as what it was at each offset", () => {
  const sql = new NodeSql();
  const table = new SqlVersionedStore(sql);
  const held = { rows: 100, bytes: 10_000, records: 100 };
  const store = new WriteBehindStore(table, held);
  const model = new MemoryVersionedStore();
  const offsets = () =>
    sql.all("SELECT offset FROM state ORDER BY offset").map((row) => row.offset);
  const put = (offset: number, ...topicIds: string[]) => {
    const row = listed(model, offset, topicIds);
    store.putAll(offset, [row]);
    model.putAll(offset, [row]);
  };
  const write = () => store.scan({ start: LIST, end: `${LIST}~` }, 9, 1);
  const compare = () => {
    for (let at = 0; at < 10; at++) expect(table.get(LIST, at)).toEqual(model.get(LIST, at));
  };
  const [a = "", b = "", c = "", d = "", e = ""] = TOPICS;
  put(0, a);
  put(2, b, c);
  put(4, d);
  write();
  expect(offsets()).toEqual([0]);
  put(6, a);
  put(8, e);
  put(9, a);
  write();
  expect(offsets()).toEqual([0, 6]);
  compare();
  for (const end of [9, 3]) {
    store.truncate(end);
    model.truncate(end);
    compare();
  }
  expect(table.get(LIST, 9)?.offset).toBe(2);
});

test("a list that is written twice at one offset grows only where both do", () => {
  const [a = "", b = "", c = ""] = TOPICS;
  const first = withTopic(null, a, 0);
  for (const [once, twice] of [
    [true, false],
    [false, true],
  ]) {
    const sql = new NodeSql();
    const store = new WriteBehindStore(new SqlVersionedStore(sql));
    store.putAll(0, [{ key: LIST, value: first }]);
    store.putAll(3, [{ key: LIST, value: withTopic(null, b, 3), grows: once === true }]);
    store.putAll(3, [{ key: LIST, value: withTopic(null, c, 3), grows: twice === true }]);
    store.scan({ start: LIST, end: `${LIST}~` }, 3, 1);
    expect(store.get(LIST, 2)).toEqual({ key: LIST, offset: 0, value: first });
  }
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
