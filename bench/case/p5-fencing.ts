/** P5: a broker that is the ISR of many partitions is fenced and unfenced: every one of them changes. */

import type { Cluster } from "../cluster.ts";
import { sizeName } from "../plan.ts";
import type { Case } from "./case.ts";

const SMALL_BROKER = 105;
const LARGE_BROKER = 104;

function name(what: string, own: number, size: number): string {
  return `${what} with ${own.toLocaleString("en")} partitions of ${sizeName(size)}, ms`;
}

export const fencing: Case = {
  id: "P5",
  title: "fence and unfence a broker",
  bound:
    "The broker's own partitions: a page of 128 is read, changed and written for each row of the index.",
  rows: ({ sizes, fencedSmall, fencedLarge }) =>
    sizes.flatMap((size, index) => [
      ...pair(fencedSmall, size),
      ...(index === 0 ? [] : pair(fencedLarge, size)),
    ]),
  async atSize(cluster, size, { samples, plan }) {
    const index = plan.sizes.indexOf(size);
    if (index === 0) await addFenced(cluster, SMALL_BROKER, plan.fencedSmall);
    else if (index === 1) await addFenced(cluster, LARGE_BROKER, plan.fencedLarge);
    const brokers = [{ id: SMALL_BROKER, own: plan.fencedSmall }];
    if (index > 0) brokers.push({ id: LARGE_BROKER, own: plan.fencedLarge });
    const side = cluster.side.name;
    for (const { id, own } of brokers) {
      const broker = cluster.broker(id);
      await broker.greet();
      for (let i = 0; i < plan.fences; i++) {
        for (const fenced of [false, true]) {
          const startMs = performance.now();
          await broker.setFenced(fenced);
          const value = performance.now() - startMs;
          const metric = name(fenced ? "fence" : "unfence", own, size);
          samples.add({ case: "P5", metric, side, round: i, value, unit: "ms" });
        }
      }
    }
  },
};

/** Fenced between the measurements, because nobody else's replicas are placed on it then. */
async function addFenced(cluster: Cluster, id: number, partitions: number): Promise<void> {
  const broker = await cluster.addBroker(id);
  await cluster.createOn(id, partitions);
  await broker.setFenced(true);
}

function pair(own: number, size: number) {
  return ["fence", "unfence"].map((what) => ({
    metric: name(what, own, size),
    against: "apache" as const,
    better: "less" as const,
    goal: own === 10_000 ? ({ kind: "times", atLeast: 1 } as const) : null,
  }));
}
