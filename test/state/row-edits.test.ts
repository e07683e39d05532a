/** The rows of a batch read like a map of all rows in which every change was made at once. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { RowEdits } from "../../src/state/row-edits.ts";
import type { KeyRange } from "../../src/state/row-key.ts";
import type { RowFormat } from "../../src/state/rows/row-format.ts";
import type { NewRow } from "../../src/state/versioned-store.ts";

const byte: RowFormat<number> = {
  encode: (value) => Uint8Array.of(value),
  decode: (value) => value[0] ?? 0,
};

const KEYS = ["a/0", "a/1", "a/2", "b/0", "b/1", "c/0"];
const RANGES: readonly KeyRange[] = [
  { start: "a/", end: "a0" },
  { start: "b/", end: "b0" },
  { start: "a/", end: "c0" },
];
const key = fc.constantFrom(...KEYS);
const range = fc.constantFrom(...RANGES);
const step = fc.oneof(
  fc.record({
    what: fc.constant("set" as const),
    key,
    value: fc.option(fc.nat({ max: 255 }), { freq: 2 }),
  }),
  fc.record({ what: fc.constant("get" as const), key }),
  fc.record({ what: fc.constant("keys" as const), range }),
  fc.record({ what: fc.constant("first" as const), range, limit: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ what: fc.constant("flush" as const) }),
);

function keysIn(rows: ReadonlyMap<string, number>, { start, end }: KeyRange): string[] {
  return [...rows.keys()].filter((each) => each >= start && each < end).sort();
}

test("every row and every range is what was set last, before and after it is written", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 40 }), (steps) => {
      const store = new MemoryVersionedStore();
      let offset = 0;
      let edits = new RowEdits(store, offset);
      const rows = new Map<string, number>();
      for (const one of steps) {
        switch (one.what) {
          case "set":
            edits.set(one.key, byte, one.value);
            if (one.value === null) rows.delete(one.key);
            else rows.set(one.key, one.value);
            break;
          case "get":
            expect(edits.get(one.key, byte)).toBe(rows.get(one.key) ?? null);
            break;
          case "keys":
            expect(edits.keys(one.range).sort()).toEqual(keysIn(rows, one.range));
            break;
          case "first":
            expect(edits.firstKeys(one.range, one.limit)).toEqual(
              keysIn(rows, one.range).slice(0, one.limit),
            );
            break;
          case "flush":
            edits.flush();
            offset += 1;
            edits = new RowEdits(store, offset);
        }
      }
      edits.flush();
      const all = { start: "a", end: "d" };
      const stored = store.scan(all, offset, KEYS.length).map(({ key: each }) => each);
      expect(stored).toEqual(keysIn(rows, all));
    }),
    { numRuns: 500, seed: 3 },
  );
});

test("a row is said to grow where the batch has added to what was stored, and done nothing else to it", () => {
  const text: RowFormat<Uint8Array> = { encode: (value) => value, decode: (value) => value };
  const longer = (value: Uint8Array | null) => Uint8Array.of(...(value ?? []), 9);
  const other = Uint8Array.of(5);
  const told = new Map<string, boolean | undefined>();
  class Told extends MemoryVersionedStore {
    override putAll(offset: number, rows: readonly NewRow[]): void {
      super.putAll(offset, rows);
      for (const { key: one, grows } of rows) told.set(one, grows);
    }
  }
  const store = new Told();
  store.putAll(
    0,
    ["added", "read-and-added", "replaced", "replaced-before", "anew"].map((one) => ({
      key: one,
      value: other,
    })),
  );
  const edits = new RowEdits(store, 1);
  edits.grow("added", text, longer);
  edits.grow("added", text, longer);
  edits.get("read-and-added", text);
  edits.grow("read-and-added", text, longer);
  edits.grow("replaced", text, longer);
  edits.set("replaced", text, other);
  edits.set("replaced-before", text, other);
  edits.grow("replaced-before", text, longer);
  edits.set("anew", text, null);
  edits.grow("anew", text, longer);
  edits.grow("new", text, longer);
  edits.grow("new", text, longer);
  edits.flush();
  expect([...told].filter(([, grows]) => grows).map(([one]) => one)).toEqual([
    "added",
    "read-and-added",
  ]);
  expect(store.get("added", 1)?.value).toEqual(Uint8Array.of(5, 9, 9));
  expect(store.get("new", 1)?.value).toEqual(Uint8Array.of(9, 9));
});
