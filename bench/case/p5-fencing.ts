/** P5: a broker that is the ISR of many partitions is fenced and unfenced: every one of them changes. */

import type { SimulatedBroker } from "../../test/support/simulated-broker.ts";
import type { Cluster } from "../cluster.ts";
import { sizeName } from "../plan.ts";
import { whileOneLeads } from "../side/kafka-side.ts";
import type { Case } from "./case.ts";

const SMALL_BROKER = 105;
const LARGE_BROKER = 104;

export function fencingMetric(what: "fence" | "unfence", own: number, size: number): string {
  return `${what} with ${own.toLocaleString("en")} partitions of ${sizeName(size)}, ms`;
}

export const fencing: Case = {
  id: "P5",
  title: "fence and unfence a broker",
  bound:
    "The broker's own partitions: a page of 128 is read, changed and written for each row of the index. One cluster of each, that grows; the spread is that of the times the broker is fenced there.",
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
      for (let i = 0; i < plan.fences; i++) {
        const [unfenceMs, fenceMs] = await whileOneLeads(cluster.side, () => {
          return unfenceAndFence(cluster.broker(id));
        });
        const sample = { case: "P5", side, round: i, unit: "ms" } as const;
        samples.add({ ...sample, metric: fencingMetric("unfence", own, size), value: unfenceMs });
        samples.add({ ...sample, metric: fencingMetric("fence", own, size), value: fenceMs });
      }
    }
  },
};

/** How long each of the two took, in ms. */
async function unfenceAndFence(broker: SimulatedBroker): Promise<readonly [number, number]> {
  // So that the connection to whoever is active now is open, and the broker fenced, before it counts.
  await broker.greet(true);
  const startMs = performance.now();
  await broker.setFenced(false);
  const unfencedMs = performance.now();
  await broker.setFenced(true);
  return [unfencedMs - startMs, performance.now() - unfencedMs];
}

/** Fenced between the measurements, because nobody else's replicas are placed on it then. */
async function addFenced(cluster: Cluster, id: number, partitions: number): Promise<void> {
  const broker = await cluster.addBroker(id);
  await cluster.createOn(id, partitions);
  await broker.greet(true);
}

function pair(own: number, size: number) {
  return (["fence", "unfence"] as const).map((what) => ({
    metric: fencingMetric(what, own, size),
    against: "apache" as const,
    better: "less" as const,
    goal: own === 10_000 ? ({ kind: "times", atLeast: 1 } as const) : null,
  }));
}
