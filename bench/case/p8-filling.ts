/** P8: partitions created per second while the cluster grows to its largest size. */

import { sizeName } from "../plan.ts";
import type { Case } from "./case.ts";

const name = (size: number): string => `growing to ${sizeName(size)}, partitions/s`;

export const filling: Case = {
  id: "P8",
  title: "partitions created per second, topics of 2,000, one after the other",
  bound:
    "Encoding and replicating 106 KB of records a topic, and decoding and storing them on three controllers.",
  rows: ({ sizes }) =>
    sizes.slice(1).map((size) => ({
      metric: name(size),
      against: "apache" as const,
      better: "more" as const,
      goal: size === 1_000_000 ? ({ kind: "times", atLeast: 1 } as const) : null,
    })),
  grown(cluster, { size, partitions, elapsedMs }, { samples, round }) {
    const value = (partitions / elapsedMs) * 1000;
    const side = cluster.side.name;
    samples.add({ case: "P8", metric: name(size), side, round, value, unit: "/s" });
  },
};
