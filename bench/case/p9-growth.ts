/** P9: the same at every size: how P2, P3 and P5 change while the cluster grows. The slope is that of log over log. */

import type { Cluster } from "../cluster.ts";
import { REPLICATION_FACTOR } from "../cluster.ts";
import { type Plan, sizeName } from "../plan.ts";
import { median, type Samples, type SideName } from "../sample.ts";
import type { Case, Measuring } from "./case.ts";
import { warmUp } from "./p2-topics.ts";
import { restart } from "./p3-restart.ts";
import { fencing } from "./p5-fencing.ts";

const CLIENTS = 32;
const rate = (size: number): string => `${CLIENTS} clients at ${sizeName(size)}, topics/s`;
const SLOPES = {
  topics: "slope of P2",
  restart: "slope of P3",
  fencing: "slope of P5, total size",
};
const OWN_SLOPE = "slope of P5, the broker's own partitions";
/** Flat within what measuring leaves uncertain; 1 is linear. */
const FLAT = 0.1;
const LINEAR = 1.1;

export const growth: Case = {
  id: "P9",
  title: "growth",
  bound: "Trees of SQLite that get deeper, slowly.",
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
    slope(OWN_SLOPE, LINEAR),
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

async function measureRate(cluster: Cluster, size: number, measuring: Measuring): Promise<void> {
  const { samples, load, plan, round } = measuring;
  await warmUp(cluster, measuring);
  const { latenciesMs, elapsedMs } = await load.run({
    wire: "create-topics",
    port: (await cluster.active()).port,
    clients: CLIENTS,
    durationMs: plan.loadMs,
    prefix: cluster.newPrefix("grown"),
    replicationFactor: REPLICATION_FACTOR,
  });
  const value = (latenciesMs.length / elapsedMs) * 1000;
  const side = cluster.side.name;
  samples.add({ case: "P9", metric: rate(size), side, round, value, unit: "/s" });
}

function addSlopes(side: SideName, { samples, plan, round }: Measuring): void {
  const add = (metric: string, points: Point[]): void => {
    const value = logSlope(points);
    if (Number.isNaN(value)) return;
    samples.add({ case: "P9", metric, side, round, value, unit: "" });
  };
  add(SLOPES.topics, curve(samples, side, plan, { caseId: "P9", prefix: `${CLIENTS} clients` }));
  add(SLOPES.restart, curve(samples, side, plan, { caseId: restart.id, prefix: "" }));
  const small = `fence with ${plan.fencedSmall.toLocaleString("en")} `;
  add(SLOPES.fencing, curve(samples, side, plan, { caseId: fencing.id, prefix: small }));
  add(OWN_SLOPE, ownCurve(samples, side, plan));
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** One point for each size that was measured. */
function curve(
  samples: Samples,
  side: SideName,
  { sizes }: Plan,
  { caseId, prefix }: { readonly caseId: string; readonly prefix: string },
): Point[] {
  return sizes.map((size) => ({
    x: size,
    y: medianOf(samples, side, caseId, (metric) => {
      return metric.startsWith(prefix) && metric.includes(`${sizeName(size)},`);
    }),
  }));
}

/** The two brokers at the largest size. */
function ownCurve(samples: Samples, side: SideName, plan: Plan): Point[] {
  const largest = sizeName(plan.sizes.at(-1) ?? 0);
  return [plan.fencedSmall, plan.fencedLarge].map((own) => ({
    x: own,
    y: medianOf(samples, side, fencing.id, (metric) => {
      return metric.startsWith(`fence with ${own.toLocaleString("en")} partitions of ${largest}`);
    }),
  }));
}

function medianOf(
  { all }: Samples,
  side: SideName,
  caseId: string,
  isWanted: (metric: string) => boolean,
): number {
  const found = all.filter((sample) => {
    return sample.case === caseId && sample.side === side && isWanted(sample.metric);
  });
  return median(found.map(({ value }) => value));
}

/** Of the straight line through the logarithms; NaN with fewer than two points. */
function logSlope(points: readonly Point[]): number {
  const known = points.filter(({ y }) => !Number.isNaN(y));
  if (known.length < 2) return Number.NaN;
  const logs = known.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const meanX = logs.reduce((sum, { x }) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, { y }) => sum + y, 0) / logs.length;
  const above = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const below = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return above / below;
}
