/** Both versioned stores against a model that keeps every write in a list. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { indexRow } from "../../src/state/rows/small-rows.ts";
import { SqlVersionedStore } from "../../src/state/sql-versioned-store.ts";
import type { Row, VersionedStore } from "../../src/state/versioned-store.ts";
import { NodeSql } from "../support/node-sql.ts";

interface Write {
  readonly key: string;
  readonly offset: number;
  readonly value: Uint8Array | null;
}

/** The slowest right answer: look through all writes. */
class ModelStore {
  writes: Write[] = [];

  get(key: string, atOffset: number): Row | null {
    const [newest] = this.writes
      .filter((write) => write.key === key && write.offset <= atOffset)
      .sort((a, b) => b.offset - a.offset);
    if (newest === undefined || newest.value === null) return null;
    return { key, offset: newest.offset, value: newest.value };
  }

  scan({ start, end }: { start: string; end: string }, atOffset: number, limit: number): Row[] {
    return [...new Set(this.writes.map(({ key }) => key))]
      .filter((key) => key >= start && key < end)
      .sort()
      .map((key) => this.get(key, atOffset))
      .filter((row) => row !== null)
      .slice(0, limit);
  }

  put(key: string, offset: number, value: Uint8Array | null): void {
    this.writes = this.writes.filter((write) => write.key !== key || write.offset !== offset);
    this.writes.push({ key, offset, value });
  }

  truncate(endOffset: number): void {
    this.writes = this.writes.filter(({ offset }) => offset < endOffset);
  }
}

const KEYS = ["a", "a/0", "a/1", "a/10", "a0", "b/%2F", "b/x"];
const key = fc.constantFrom(...KEYS);
const offset = fc.integer({ min: 0, max: 12 });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant("put" as const),
      key,
      offset,
      value: fc.option(
        fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.constant(indexRow.encode(true))),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("truncate" as const), offset }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("prune" as const), offset }) },
);

const STORES: readonly [string, () => VersionedStore][] = [
  ["memory", () => new MemoryVersionedStore()],
  ["sqlite", () => new SqlVersionedStore(new NodeSql())],
];

describe.each(STORES)("the versioned store in %s", (_name, open) => {
  it("answers every read that history still allows as a list of all writes would", () => {
    const read = fc.record({ start: key, end: key, limit: fc.integer({ min: 0, max: 8 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), read, (steps, { start, end, limit }) => {
        const store = open();
        const model = new ModelStore();
        let startOffset = 0;
        for (const taken of steps) {
          if (taken.what === "put") {
            model.put(taken.key, taken.offset, taken.value);
            store.putAll(taken.offset, [{ key: taken.key, value: taken.value }]);
          } else if (taken.what === "truncate") {
            model.truncate(taken.offset);
            store.truncate(taken.offset);
          } else {
            store.prune(taken.offset);
            startOffset = Math.max(startOffset, taken.offset);
            // A write below the start could show what pruning dropped above it.
            model.writes = model.writes.filter((write) => !isHidden(model, write, taken.offset));
          }
        }
        for (let at = Math.max(startOffset - 1, 0); at <= 13; at++) {
          for (const one of KEYS) expect(store.get(one, at)).toEqual(model.get(one, at));
          expect(store.scan({ start, end }, at, limit)).toEqual(
            model.scan({ start, end }, at, limit),
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  it("reads nothing of what was truncated and everything below it", () => {
    const store = open();
    store.putAll(3, [{ key: "a", value: Uint8Array.of(1) }]);
    store.putAll(7, [{ key: "a", value: Uint8Array.of(2) }]);
    store.putAll(7, [{ key: "b", value: Uint8Array.of(3) }]);
    store.truncate(7);
    expect(store.get("a", 100)).toEqual({ key: "a", offset: 3, value: Uint8Array.of(1) });
    expect(store.get("b", 100)).toBeNull();
  });

  it("stops a scan at its limit and goes on behind the last key", () => {
    const store = open();
    for (const name of ["x/1", "x/2", "x/3", "y/1"])
      store.putAll(1, [{ key: name, value: Uint8Array.of(1) }]);
    store.putAll(2, [{ key: "x/2", value: null }]);
    const keys = (rows: Row[]) => rows.map((row) => row.key);
    expect(keys(store.scan({ start: "x/", end: "x0" }, 1, 2))).toEqual(["x/1", "x/2"]);
    expect(keys(store.scan({ start: "x/2 ", end: "x0" }, 1, 2))).toEqual(["x/3"]);
    expect(keys(store.scan({ start: "x/", end: "x0" }, 2, 10))).toEqual(["x/1", "x/3"]);
  });
});

/** True when pruning at `startOffset` drops the write: a newer one below the start hides it, or it is a deletion. */
function isHidden(model: ModelStore, write: Write, startOffset: number): boolean {
  if (write.offset >= startOffset) return false;
  const newer = model.writes.some((other) => {
    return other.key === write.key && other.offset > write.offset && other.offset < startOffset;
  });
  return newer || write.value === null;
}
