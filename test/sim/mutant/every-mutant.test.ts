/** Planted bugs are changes of the source: they have to fit it as it is now. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { everyInvariant } from "../every-invariant.ts";
import { OLDER_BUILD } from "../older-build.ts";
import { everyMutant } from "./every-mutant.ts";

const patches = everyMutant
  .flatMap(({ name, patches: own }) => own.map((patch) => ({ name, ...patch })))
  .concat(OLDER_BUILD.map((patch) => ({ name: "older build", ...patch })));

test.each(patches)("what $name changes in $file stands there once", ({ file, find }) => {
  const source = readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
  expect(source.split(find)).toHaveLength(2);
});

test("no two planted bugs have the same name", () => {
  const names = everyMutant.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("every invariant has a planted bug that it must name", () => {
  const named = new Set(everyMutant.flatMap(({ namedBy }) => namedBy ?? []));
  expect([...named].sort()).toEqual(
    everyInvariant()
      .map(({ name }) => name)
      .sort(),
  );
});
