/** P9: the same at every size: how P2, P3 and P5 change while the cluster grows. The slope is that of log over log. */

import type { Cluster } from "../cluster.ts";
import { type Plan, sizeName } from "../plan.ts";
import { median, type Samples, type SideName } from "../sample.ts";
import { createTopics, warmUpAndDelete } from "../topic-load.ts";
import type { Case, Measuring } from "./case.ts";
import { restart, restartMetric } from "./p3-restart.ts";
import { fencing, fencingMetric } from "./p5-fencing.ts";

const CLIENTS = 32;
const rate = (size: number): string => `${CLIENTS} clients at ${sizeName(size)}, topics/s`;
const SLOPES = {
  topics: "slope of P2",
  restart: "slope of P3",
  fencing: "slope of P5, total size",
  own: "slope of P5, the broker's own partitions",
};
/** Flat within what measuring leaves uncertain; 1 is linear. */
const FLAT = 0.1;
const LINEAR = 1.1;

export const growth: Case = {
  id: "P9",
  title: "growth",
  bound:
    "Trees of SQLite that get deeper, slowly. Topics that are created to measure are deleted again; at the two smallest sizes the partitions of the brokers that P5 fences come to what is said.",
  rows: ({ sizes }) => [
    ...sizes.map((size) => ({
      metric: rate(size),
      against: "apache" as const,
      better: "more" as const,
      goal: null,
    })),
    slope(SLOPES.topics, null),
    slope(SLOPES.restart, FLAT),
    slope(SLOPES.fencing, FLAT),
    slope(SLOPES.own, LINEAR),
  ],
  async atSize(cluster, size, measuring) {
    const { plan } = measuring;
    await measureRate(cluster, size, measuring);
    if (size === plan.sizes.at(-1)) addSlopes(cluster.side.name, measuring);
  },
};

function slope(metric: string, atMost: number | null) {
  const goal = atMost === null ? null : ({ kind: "limit", atMost } as const);
  return { metric, against: null, better: "less" as const, goal };
}

/** Deletes what it has created, or else the cluster of a thousand partitions would have tens of thousands. */
async function measureRate(cluster: Cluster, size: number, measuring: Measuring): Promise<void> {
  const { samples, load, plan, round } = measuring;
  await warmUpAndDelete(cluster, measuring);
  const job = { clients: CLIENTS, durationMs: plan.loadMs, prefix: "grown" };
  const { latenciesMs, elapsedMs, topics } = await createTopics(load, cluster, job);
  const value = (latenciesMs.length / elapsedMs) * 1000;
  const side = cluster.side.name;
  samples.add({ case: "P9", metric: rate(size), side, round, value, unit: "/s" });
  await cluster.deleteTopics(topics);
}

function addSlopes(side: SideName, { samples, plan, round }: Measuring): void {
  for (const [metric, value] of slopesOf(samples, side, plan)) {
    samples.add({ case: "P9", metric, side, round, value, unit: "" });
  }
}

/** Of every curve that has been measured at two sizes or more. */
export function slopesOf(samples: Samples, side: SideName, plan: Plan): Map<string, number> {
  const { sizes, fencedSmall, fencedLarge } = plan;
  const largest = sizes.at(-1) ?? 0;
  const pointOf = (x: number, caseId: string, metric: string): Point => {
    return { x, y: median(samples.of(caseId, metric, side).map(({ value }) => value)) };
  };
  const fences = (x: number, own: number, size: number): Point =>
    pointOf(x, fencing.id, fencingMetric("fence", own, size));
  const curves: [string, Point[]][] = [
    [SLOPES.topics, sizes.map((size) => pointOf(size, "P9", rate(size)))],
    [SLOPES.restart, sizes.map((size) => pointOf(size, restart.id, restartMetric(size)))],
    [SLOPES.fencing, sizes.map((size) => fences(size, fencedSmall, size))],
    [SLOPES.own, [fencedSmall, fencedLarge].map((own) => fences(own, own, largest))],
  ];
  return new Map(
    curves.flatMap(([metric, points]) => {
      const known = points.filter(({ y }) => !Number.isNaN(y));
      return known.length < 2 ? [] : [[metric, logSlope(known)] as const];
    }),
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of the straight line through the logarithms of two points or more. */
function logSlope(points: readonly Point[]): number {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const meanX = logs.reduce((sum, { x }) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, { y }) => sum + y, 0) / logs.length;
  const above = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const below = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return above / below;
}
