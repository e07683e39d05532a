/** A life that holds rows back is held against all that was ever applied: any difference breaks `as-applied`. */

import { beforeEach, describe, expect, test } from "vitest";
import type { VersionedStore } from "../../src/state/versioned-store.ts";
import { WriteBehindStore } from "../../src/state/write-behind-store.ts";
import { CURRENT_BUILD } from "./build.ts";
import type { Counts } from "./coverage.ts";
import { Disk, StaleTwin } from "./disk.ts";
import { HeldState } from "./held-state.ts";
import type { Holding } from "./holding.ts";
import { InvariantBroken } from "./observation.ts";

const VALUE = Uint8Array.of(7);
const OTHER = Uint8Array.of(8);

let disk: Disk;
let counts: Counts;

beforeEach(() => {
  disk = new Disk();
  counts = {};
  disk.begin();
});

function holding(records: number, code = CURRENT_BUILD.holding): Holding {
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  return { code, held: { rows: 99, bytes: 9999, records, tailBytes: 0 }, count };
}

/** A life with nothing to apply again, or that has applied it. */
function started(life: number, records: number, applyAgain = (_: VersionedStore): void => {}) {
  disk.owner = life;
  const state = new HeldState(disk, life, holding(records));
  applyAgain(state);
  state.started();
  return state;
}

describe("after a start", () => {
  beforeEach(() => {
    const state = started(1, 2);
    state.putAll(0, [{ key: "a", value: VALUE }]);
    state.putAll(1, [{ key: "b", value: VALUE }]);
    state.putAll(2, [{ key: "a", value: null }]);
    expect(counts).toEqual({ "held: flush at a limit": 1 });
    expect(disk.table.endOffset).toBe(2);
  });

  test("what was held has to be applied again, and then reads as before", () => {
    const state = started(2, 2, (again) => again.putAll(2, [{ key: "a", value: null }]));
    expect(counts["held: replay at a start"]).toBe(1);
    expect(state.get("a", 2)).toBe(null);
    expect(state.get("a", 1)?.value).toEqual(VALUE);
    expect(counts["held: read at an old offset"]).toBe(1);
  });

  test.each<[string, string, (again: VersionedStore) => void]>([
    ["nothing", "what was applied at 2 is not applied again", () => {}],
    ["another row", "b is applied again at 2", (on) => on.putAll(2, [{ key: "b", value: null }])],
    [
      "another value",
      "a is applied again at 2",
      (on) => on.putAll(2, [{ key: "a", value: OTHER }]),
    ],
    ["fewer rows", "other rows are applied again at 2", (on) => on.putAll(2, [])],
    [
      "a batch that the table has",
      "1 is applied again, and 2 is what comes next",
      (on) => on.putAll(1, []),
    ],
  ])("a life that applies %s is broken", (_, fact, applyAgain) => {
    expect(() => started(2, 2, applyAgain)).toThrow(InvariantBroken);
    expect(() => started(2, 2, applyAgain)).toThrow(`as-applied: ${fact}`);
  });

  test("a table that says that it has what it has not is broken", () => {
    disk.putVersions([], 3);
    expect(() => started(2, 2)).toThrow(
      "as-applied: the table at 2: 2 rows are read, 1 were applied",
    );
  });
});

describe("a store that reads", () => {
  /** Holds nothing back and finds nothing. */
  class Forgetful extends WriteBehindStore {
    override get = () => null;
    override scan = () => [];
  }

  function forgetful(): HeldState {
    disk.owner = 1;
    const code = { ...CURRENT_BUILD.holding, WriteBehindStore: Forgetful };
    const state = new HeldState(disk, 1, holding(9, code));
    state.started();
    state.putAll(0, [{ key: "a", value: VALUE }]);
    return state;
  }

  test("nothing where something was applied is broken", () => {
    const state = forgetful();
    expect(() => state.get("a", 0)).toThrow("a at 0: nothing is read, a of 0 (1 bytes)");
    expect(() => state.readAll()).toThrow("0 rows are read, 1 were applied");
  });

  test("while it is looked at shows what was applied, and writes nothing", () => {
    const state = started(1, 9);
    state.putAll(0, [{ key: "a", value: VALUE }]);
    const range = { start: "a", end: "b" };
    expect(state.whileLookedAt(() => state.scan(range, 0, 9))).toHaveLength(1);
    expect(disk.table.endOffset).toBe(0);
    state.scan(range, 0, 9);
    expect(disk.table.endOffset).toBe(1);
    expect(counts).toEqual({ "held: flush before a scan": 1 });
  });
});

test("a stale twin reads from memory, and is ended where it reads the table", () => {
  const state = started(1, 9);
  state.putAll(0, [{ key: "a", value: VALUE }]);
  disk.owner = 2;
  expect(state.get("a", 0)?.value).toEqual(VALUE);
  expect(counts).toEqual({ "held: read from memory by a stale twin": 1 });
  expect(() => state.get("b", 0)).toThrow(StaleTwin);
});

test("a transaction that is taken back takes its flush back with it", () => {
  const state = started(1, 2);
  state.putAll(0, [{ key: "a", value: VALUE }]);
  disk.commit();
  disk.begin();
  state.putAll(1, [{ key: "b", value: VALUE }]);
  expect([disk.table.endOffset, disk.state.lastOffset]).toEqual([2, 1]);
  disk.rollback();
  expect([disk.table.endOffset, disk.state.lastOffset]).toEqual([0, 0]);
});

test("a cut is told by whether it reaches below what is flushed", () => {
  const state = started(1, 2);
  for (const offset of [0, 1, 2]) state.putAll(offset, [{ key: "a", value: VALUE }]);
  state.truncate(2);
  expect(counts["held: truncation of what is held"]).toBe(1);
  expect(disk.table.endOffset).toBe(2);
  state.truncate(1);
  expect(counts["held: truncation below what is flushed"]).toBe(1);
  expect([disk.table.endOffset, state.get("a", 9)?.offset]).toEqual([1, 0]);
});
