/** P3: every controller dies and is started again; how long until the first write is accepted. */

import { msUntilFirstWrite } from "../first-write.ts";
import { untilLevel } from "../level.ts";
import { sizeName } from "../plan.ts";
import { median } from "../sample.ts";
import type { Case } from "./case.ts";

const SMALL = 100_000;
const BASE = 10_000;
export const restartMetric = (size: number): string =>
  `${sizeName(size)}, ms until the first write`;
const GROWTH = "1 M partitions, times our own time with 10 k";

export const restart: Case = {
  id: "P3",
  title: "all controllers stopped and started",
  bound:
    "The start of three processes and one election: the state is read where it is asked for, not loaded.",
  rows: ({ sizes }) => [
    ...sizes.map((size) => ({
      metric: restartMetric(size),
      against: "apache" as const,
      better: "less" as const,
      goal: size === 1_000_000 ? ({ kind: "times", atLeast: 50 } as const) : null,
    })),
    { metric: GROWTH, against: null, better: "less", goal: { kind: "limit", atMost: 2 } },
  ],
  async atSize(cluster, size, { samples, plan, round }) {
    const { side } = cluster;
    // Only once: a JVM takes long to start.
    if (plan.smoke && size !== plan.sizes[0]) return;
    const times = plan.smoke ? 1 : size < SMALL ? 3 : 2;
    for (let i = 0; i < times; i++) {
      await Promise.all(side.members.map((member) => member.kill()));
      const startMs = performance.now();
      const started = Promise.all(side.members.map((member) => member.start()));
      const topic = cluster.newPrefix("restarted");
      const value = await msUntilFirstWrite(side.members, topic, startMs);
      await started;
      samples.add({
        case: "P3",
        metric: restartMetric(size),
        side: side.name,
        round,
        value,
        unit: "ms",
      });
      await untilLevel(side);
    }
    if (size !== 1_000_000 || side.name !== "quorate" || !plan.sizes.includes(BASE)) return;
    const at = (base: number): number =>
      median(samples.of("P3", restartMetric(base), side.name).map((sample) => sample.value));
    const value = at(size) / at(BASE);
    samples.add({ case: "P3", metric: GROWTH, side: side.name, round, value, unit: "times" });
  },
};
