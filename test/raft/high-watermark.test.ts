import fc from "fast-check";
import { expect, test } from "vitest";
import { majorityOf, reachedByMajority } from "../../src/raft/high-watermark.ts";

test("a majority is more than half of the voters", () => {
  expect([1, 2, 3, 4, 5].map(majorityOf)).toEqual([1, 2, 2, 3, 3]);
  expect(reachedByMajority([])).toBe(-1);
});

test("the high watermark is the largest offset that more than half have reached", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1, max: 20 }), { minLength: 1, maxLength: 7 }),
      (ends) => {
        let slow = -1;
        for (const candidate of ends) {
          const holders = ends.filter((end) => end >= candidate).length;
          if (holders * 2 > ends.length && candidate > slow) slow = candidate;
        }
        expect(reachedByMajority(ends)).toBe(slow);
      },
    ),
  );
});
