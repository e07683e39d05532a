/** No invariant is forgotten: each file of this folder is one that runs are held to, and has tests. */

import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { everyInvariant } from "../every-invariant.ts";

const files = readdirSync(import.meta.dirname);
const names = files
  .filter((file) => !file.endsWith(".test.ts") && file !== "histories.ts")
  .map((file) => file.replace(/\.ts$/, ""));

test("every invariant is asked, once, under the name of its file", () => {
  const asked = everyInvariant().map(({ name }) => name);
  expect(asked.toSorted()).toEqual(names.toSorted());
});

test("every invariant has tests", () => {
  expect(names.filter((name) => !files.includes(`${name}.test.ts`))).toEqual([]);
});

test("two runs share no invariant", () => {
  const first = new Set(everyInvariant());
  expect(everyInvariant().filter((invariant) => first.has(invariant))).toEqual([]);
});
