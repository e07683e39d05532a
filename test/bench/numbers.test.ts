/** How the benchmark makes rows and slopes out of samples. */

import { expect, test } from "vitest";
import { restart, restartMetric } from "../../bench/case/p3-restart.ts";
import { fencingMetric } from "../../bench/case/p5-fencing.ts";
import { slopesOf } from "../../bench/case/p9-growth.ts";
import { FULL } from "../../bench/plan.ts";
import { median, Samples, type SideName } from "../../bench/sample.ts";
import { rowsOf } from "../../bench/table.ts";

test("the median of an even number of values is halfway between the two in the middle", () => {
  expect(median([])).toBeNaN();
  expect(median([3])).toBe(3);
  expect(median([9, 1, 2])).toBe(2);
  expect(median([9, 1, 2, 4])).toBe(3);
});

test("a ratio is of one round, and says how many times better we are whichever way better is", () => {
  const samples = new Samples();
  const metric = restartMetric(1_000_000);
  const add = (side: SideName, round: number, value: number): void =>
    samples.add({ case: "P3", metric, side, round, value, unit: "ms" });
  add("quorate", 0, 10);
  add("apache", 0, 1000);
  add("quorate", 1, 20);
  add("apache", 1, 600);
  // No round of ours goes with it.
  add("apache", 2, 1);
  const [row] = rowsOf(restart, FULL, samples).filter((one) => one.metric === metric);
  expect(row).toMatchObject({ ours: 15, theirs: 600, met: true });
  expect(row?.ratio).toEqual({ min: 30, median: 65, max: 100 });
});

test("a slope is that of the times themselves: 0 where they stay, 1 where they grow like the size", () => {
  const samples = new Samples();
  const add = (caseId: string, metric: string, value: number): void =>
    samples.add({ case: caseId, metric, side: "quorate", round: 0, value, unit: "" });
  for (const size of FULL.sizes) {
    add("P3", restartMetric(size), 200);
    add("P3", restartMetric(size), 200);
    add("P5", fencingMetric("fence", 1000, size), size / 100);
    add("P5", fencingMetric("unfence", 1000, size), 7);
  }
  // Of the same case and size, and yet no time.
  add("P3", "1 M partitions, times our own time with 10 k", 1);
  add("P5", fencingMetric("fence", 10_000, 1_000_000), 100_000);
  const slopes = slopesOf(samples, "quorate", FULL);
  expect(slopes.get("slope of P3")).toBeCloseTo(0, 9);
  expect(slopes.get("slope of P5, total size")).toBeCloseTo(1, 9);
  expect(slopes.get("slope of P5, the broker's own partitions")).toBeCloseTo(1, 9);
  expect(slopes.has("slope of P2")).toBe(false);
});
