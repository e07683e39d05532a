/** Averages, maxima and rates of the last minute, in windows of half a minute. */
import { expect, test } from "vitest";
import { LATENCY_BOUNDS_MS, LatencyHistogram } from "../../src/base/latency-histogram.ts";
import { SampledStat } from "../../src/controller/sampled-stat.ts";

test("without measurements there is no average and no maximum, and a rate of nothing", () => {
  const stat = new SampledStat(0);
  expect([stat.average(5), stat.max(5), stat.ratePerSecond(5)]).toEqual([
    Number.NaN,
    Number.NaN,
    0,
  ]);
});

test("a measurement counts until the window after its own is over", () => {
  const stat = new SampledStat(0);
  stat.record(10, 1000);
  stat.record(20, 29_999);
  stat.record(60, 30_000);
  expect([stat.average(30_000), stat.max(30_000)]).toEqual([30, 60]);
  expect([stat.average(60_000), stat.max(60_000)]).toEqual([60, 60]);
  expect([stat.average(90_000), stat.max(90_000)]).toEqual([Number.NaN, Number.NaN]);
});

test("what was long ago is forgotten at once, however long nobody has looked", () => {
  const stat = new SampledStat(0);
  stat.record(10, 1000);
  expect(stat.max(60_000)).toBe(Number.NaN);
});

test("a rate is for each second of the windows that it looks at, the first counting as a whole one", () => {
  const stat = new SampledStat(0);
  stat.record(60, 1000);
  expect(stat.ratePerSecond(1000)).toBe(2);
  stat.record(30, 40_000);
  expect(stat.ratePerSecond(45_000)).toBe(2);
});

test("a latency is in the first bucket whose bound it does not exceed, or in the last", () => {
  const histogram = new LatencyHistogram();
  for (const latencyMs of [0, 1, 1.5, 5000, 5001]) histogram.record(latencyMs);
  const { buckets, sumMs } = histogram.counts();
  expect(sumMs).toBe(10_003.5);
  expect(buckets).toHaveLength(LATENCY_BOUNDS_MS.length + 1);
  const filled = [...buckets.entries()].filter(([, count]) => count > 0);
  expect(filled).toEqual([
    [0, 2],
    [1, 1],
    [11, 1],
    [12, 1],
  ]);
});
