/** A list of which the caller may see a part: what he is told depends on that part, and on nothing else. */

import { expect, test } from "vitest";
import { Prng } from "../../src/base/prng.ts";
import { takeVisible } from "../../src/controller/read-pages.ts";
import { readVisible } from "../../workers/gateway/read-visible.ts";

interface Thing {
  readonly at: number;
  readonly isVisible: boolean;
}

/** Reads one page as the gateway does, of a controller that looks at `maxLookedAt` things at once. */
function pageOf(things: readonly Thing[], after: string | null, bounds: Bounds) {
  const part = (page: { readonly after: string | null; readonly limit: number }) => {
    const [from] = JSON.parse(page.after ?? "[-1]") as [number];
    return takeVisible(
      things.filter(({ at }) => at > from),
      {
        limit: page.limit,
        maxLookedAt: bounds.maxLookedAt,
        positionOf: ({ at }) => [at],
        maySee: ({ isVisible }) => isVisible,
      },
    );
  };
  return readVisible(
    { after, limit: bounds.limit },
    async (page) => part(page),
    (found) => found.items,
  );
}

interface Bounds {
  readonly limit: number;
  readonly maxLookedAt: number;
}

test("A page has as many as may be seen, and goes on where there are more of them, whatever is hidden between", async () => {
  const prng = Prng.fromNumber(7);
  for (let run = 0; run < 500; run++) {
    const share = prng.below(5);
    const things = Array.from({ length: prng.below(31) }, (_, at) => ({
      at,
      isVisible: prng.below(5) < share,
    }));
    const bounds = { limit: 1 + prng.below(6), maxLookedAt: 1 + prng.below(8) };
    const from = prng.below(32) - 1;
    const { items, next } = await pageOf(things, JSON.stringify([from]), bounds);
    const visible = things.filter(({ at, isVisible }) => isVisible && at > from);
    const expected = visible.slice(0, bounds.limit);
    expect(items).toEqual(expected);
    const isMore = visible.length > bounds.limit;
    expect(next).toBe(isMore ? JSON.stringify([expected.at(-1)?.at]) : null);
  }
});

test("A controller that does not say what it has shown is not asked on", async () => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return { items: ["a"], next: "[1]" } as never as { items: string[]; next: string; shown: null };
  };
  const { items, next } = await readVisible({ after: null, limit: 2 }, ask, (part) => part.items);
  expect([items, next, asked]).toEqual([["a"], "[1]", 1]);
});
