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
