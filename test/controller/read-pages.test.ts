/** Parts of long lists: how much is in one, and where it says that the list goes on. */

import { expect, test } from "vitest";
import { takePart } from "../../src/controller/read-pages.ts";

const LONG = "l".repeat(30_000);

/** The parts that whoever follows the positions of a list gets. */
function partsOf(names: readonly string[], limit: number) {
  const parts: { readonly items: readonly string[]; readonly next: string | null }[] = [];
  for (let after = ""; ; ) {
    const behind = names.filter((name) => name > after);
    const { items, next } = takePart(behind, { limit, positionOf: (name) => [name] });
    parts.push({ items, next });
    if (next === null) return parts;
    [after] = JSON.parse(next) as [string];
  }
}

test.each([1, 2, 3, 10])(
  "a list is whole, and none of its positions too long for a URL, in parts of %d",
  (limit) => {
    const names = ["a", `b${LONG}`, `c${LONG}`, "d", "e", `f${"é".repeat(1500)}`, "g", `h${LONG}`];
    const parts = partsOf(names, limit);
    expect(parts.flatMap(({ items }) => items)).toEqual(names);
    for (const { next } of parts)
      expect(new TextEncoder().encode(next ?? "").length).toBeLessThan(2049);
  },
);

test("a part with short positions has as many as it may", () => {
  const names = Array.from({ length: 7 }, (_, index) => `n${index}`);
  expect(partsOf(names, 3).map(({ items }) => items.length)).toEqual([3, 3, 1]);
});

test("a part ends in spite of its position when only long ones follow", () => {
  const names = Array.from(
    { length: 3000 },
    (_, index) => `${String(index).padStart(4, "0")}${LONG}`,
  );
  expect(partsOf(names, 10).map(({ items }) => items.length)).toEqual([1010, 1010, 980]);
});
