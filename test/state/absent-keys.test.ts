/** What is remembered of keys that a table does not have. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { AbsentKeys } from "../../src/state/absent-keys.ts";

const KEYS_END = "\u007f";
const key = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 4 });

test("a key is known to be absent when it lies in a gap that was found, and no key of the table ever does", () => {
  const property = fc.property(
    fc.uniqueArray(key),
    fc.array(key, { maxLength: 60 }),
    (there, asked) => {
      const table = [...there].sort();
      const absent = new AbsentKeys();
      const found: { start: string; end: string }[] = [];
      for (const one of asked) {
        const isKnown = found.some(({ start, end }) => one >= start && one < end);
        expect(absent.has(one)).toBe(isKnown);
        if (isKnown || table.includes(one)) continue;
        const end = table.find((other) => other > one) ?? KEYS_END;
        absent.add(one, end);
        found.push({ start: one, end });
      }
      for (const one of table) expect(absent.has(one)).toBe(false);
      absent.clear();
      for (const one of asked) expect(absent.has(one)).toBe(false);
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test("what is written cuts the gaps: of each is left what lies behind the last row in it", () => {
  const names = fc.array(key, { maxLength: 8 });
  const property = fc.property(fc.array(fc.tuple(names, names), { maxLength: 8 }), (rounds) => {
    const table = new Set<string>();
    const absent = new AbsentKeys();
    let gaps: { start: string; isOpen: boolean; end: string }[] = [];
    const isKnown = (one: string) =>
      gaps.some(({ start, isOpen, end }) => one < end && (isOpen ? one > start : one >= start));
    for (const [asked, written] of rounds) {
      for (const one of asked) {
        expect(absent.has(one)).toBe(isKnown(one));
        if (isKnown(one) || table.has(one)) continue;
        const end = [...table].sort().find((other) => other > one) ?? KEYS_END;
        absent.add(one, end);
        gaps.push({ start: one, isOpen: false, end });
      }
      const rows = [...new Set(written)].sort();
      absent.cut(rows);
      for (const row of rows) table.add(row);
      gaps = gaps.map((gap) => {
        const last = rows.findLast((row) => row >= gap.start && row < gap.end);
        return last === undefined ? gap : { ...gap, start: last, isOpen: true };
      });
      for (const row of table) expect(absent.has(row)).toBe(false);
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test("names that are counted up stay within one gap, however often rows are written", () => {
  const absent = new AbsentKeys();
  absent.add("name-0001", "other");
  absent.cut(["name-0001", "name-0002", "row"]);
  expect(["name-0002", "name-0003", "row", "row-1", "other"].map((one) => absent.has(one))).toEqual(
    [false, true, false, false, false],
  );
  absent.cut(["name-0003"]);
  expect(["name-0003", "name-0004"].map((one) => absent.has(one))).toEqual([false, true]);
});

test("gaps that grow together stay one, and too many are given up", () => {
  const absent = new AbsentKeys();
  absent.add("c", "x");
  absent.add("b", "x");
  expect(["a", "b", "c", "w", "x"].map((one) => absent.has(one))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  const name = (i: number) => `y/${String(i).padStart(4, "0")}`;
  for (let i = 0; i < 1023; i++) absent.add(name(i), `${name(i)} `);
  expect([absent.has("b"), absent.has(name(0)), absent.has(name(1022))]).toEqual([
    true,
    true,
    true,
  ]);
  absent.add(name(1023), `${name(1023)} `);
  expect([absent.has("b"), absent.has(name(1022)), absent.has(name(1023))]).toEqual([
    false,
    false,
    true,
  ]);
});
