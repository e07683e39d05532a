/** P6: how long one small change takes until a majority has it on disk, against what no commit can do without. */

import { measureFloor } from "../floor.ts";
import { quantile } from "../sample.ts";
import type { Case } from "./case.ts";

const LATENCY = "one block of producer ids, p50 ms";
const BROKER = 101;

export const commit: Case = {
  id: "P6",
  title: "commit of a small write",
  bound:
    "Two flushes after each other, the call that carries the batch, the one that confirms it, and the client's own.",
  rows: () => [
    {
      metric: LATENCY,
      against: "floor",
      better: "less",
      goal: { kind: "at-most-times", atMost: 2 },
    },
    { metric: LATENCY, against: "apache", better: "less", goal: null },
  ],
  async alone({ samples, round }) {
    const { flushMs, roundTripMs } = await measureFloor();
    const sample = { case: "P6", side: "floor", round, unit: "ms" } as const;
    samples.add({ ...sample, metric: LATENCY, value: 2 * flushMs + roundTripMs });
    samples.add({ ...sample, metric: "flush of 4 KB, p50 ms", value: flushMs });
    samples.add({ ...sample, metric: "round trip of 100 bytes, p50 ms", value: roundTripMs });
  },
  async round(cluster, { samples, plan, round }) {
    const client = await cluster.connect();
    const brokerEpoch = cluster.broker(BROKER).epoch;
    const latenciesMs: number[] = [];
    for (let i = 0; i < plan.smallWrites; i++) {
      const startMs = performance.now();
      const answer = await client.call("allocateProducerIds", { brokerId: BROKER, brokerEpoch });
      latenciesMs.push(performance.now() - startMs);
      if (answer.errorCode !== 0) throw new Error(`allocateProducerIds: ${answer.errorCode}`);
    }
    client.close();
    const side = cluster.side.name;
    // The first ones run code that is not compiled yet.
    const value = quantile(latenciesMs.slice(latenciesMs.length / 4), 0.5);
    samples.add({ case: "P6", metric: LATENCY, side, round, value, unit: "ms" });
  },
};
