/** Each write of the table can be taken back, and none says of another offset than what is new. */

import { expect, test } from "vitest";
import type { RowVersion } from "../../src/state/write-behind-store.ts";
import { BulkTable } from "./bulk-table.ts";

function version(key: string, offset: number): RowVersion {
  return { key, offset, value: Uint8Array.of(offset) };
}

function contents(table: BulkTable): unknown {
  const offsets = [0, 1, 2, 3, 4, 5];
  const rows = offsets.map((at) => table.scan({ start: "", end: "~" }, at, 99));
  return [table.endOffset, rows];
}

test("a flush and a cut are taken back in turn", () => {
  const table = new BulkTable();
  const empty = contents(table);
  const takeBackFirst = table.putVersions([version("a", 0), version("b", 1)], 2);
  const first = contents(table);
  const takeBackSecond = table.putVersions([version("a", 2), version("b", 3)], 5);
  const second = contents(table);
  expect(table.endOffset).toBe(5);
  const takeBackCut = table.cut(1);
  expect(table.endOffset).toBe(1);
  expect(table.scan({ start: "", end: "~" }, 9, 99).map(({ key }) => key)).toEqual(["a"]);
  takeBackCut();
  expect(contents(table)).toEqual(second);
  takeBackSecond();
  expect(contents(table)).toEqual(first);
  takeBackFirst();
  expect(contents(table)).toEqual(empty);
});

test("a cut beyond the end changes nothing", () => {
  const table = new BulkTable();
  table.putVersions([version("a", 0)], 1);
  const before = contents(table);
  table.cut(4);
  expect(contents(table)).toEqual(before);
});

test.each([
  ["below", 1],
  ["beyond", 4],
])("a version that lies %s what is new is refused", (_, offset) => {
  const table = new BulkTable();
  table.putVersions([], 2);
  expect(() => table.putVersions([version("a", offset)], 4)).toThrow(
    `a at ${offset} is written among what is new from 2 to 4`,
  );
  expect(table.endOffset).toBe(2);
});
