/** P2: topics created per second, and how long one takes, with one client and with many. */

import type { Cluster } from "../cluster.ts";
import { profiledCluster } from "../profiled.ts";
import { quantile, WITHOUT_LINGER } from "../sample.ts";
import { createTopics, warmUp } from "../topic-load.ts";
import type { Case, Goal, Measuring } from "./case.ts";

const TIMES_APACHE: ReadonlyMap<number, number> = new Map([
  [1, 30],
  [8, 10],
  [32, 4],
  [128, 1.5],
  [384, 1],
]);

const MOST_CLIENTS = 384;

const many = (clients: number): string => (clients === 1 ? "1 client" : `${clients} clients`);
const rate = (clients: number): string => `${many(clients)}, topics/s`;
const puts = (clients: number): string => `${many(clients)}, small writes/s`;

export const topics: Case = {
  id: "P2",
  title: "topics of one partition, RF 3",
  bound:
    "One client: one flush, which the leader and a follower make at the same time, and the CPU of a round through both. Many: the CPU of the leader's one thread; the profile says for what.",
  rows: ({ clients }) => [
    ...clients.map((count) => ({
      metric: rate(count),
      against: "apache" as const,
      better: "more" as const,
      goal: goalOf(count),
    })),
    ...clients.map((count) => ({
      metric: rate(count),
      against: WITHOUT_LINGER,
      better: "more" as const,
      goal: null,
    })),
    ...clients.map((count) => ({
      metric: latency(count, 50),
      against: "apache" as const,
      better: "less" as const,
      goal: null,
    })),
    ...clients.map((count) => ({
      metric: latency(count, 99),
      against: "apache" as const,
      better: "less" as const,
      goal: null,
    })),
    ...clients.map((count) => ({
      metric: puts(count),
      against: "etcd" as const,
      better: "more" as const,
      goal: null,
    })),
  ],
  alsoWithoutLinger: true,
  async round(cluster, measuring) {
    await warmUp(cluster, measuring);
    for (const clients of measuring.plan.clients) await measureRate(cluster, clients, measuring);
  },
  profiled: {
    what: many(MOST_CLIENTS),
    ledTo:
      "A change writes the log only; the rows that follow from it are written some five hundred topics at a time. Of the rows of a topic two are left and a share of three, where there were six. A row of the log holds as many batches as go into 16 KB. What many clients ask is handled 128 at a time, and their answers wait for the disk together. Small numbers, short texts and ids are read without views and decoders. V8 threw its compiled code away at every collection, because no object of some shapes was left then: one of each is kept.",
    start: (inspectorPorts, load) =>
      profiledCluster(inspectorPorts, async (cluster, durationMs) => {
        await createTopics(load, cluster, { clients: MOST_CLIENTS, durationMs, prefix: "profile" });
      }),
  },
  async etcdRound(etcd, { samples, load, plan, round }) {
    const job = { wire: "etcd-put", port: await etcd.leaderPort(), replicationFactor: 0 } as const;
    await load.run({ ...job, clients: 8, durationMs: plan.warmUpMs / 2, prefix: "warm" });
    for (const clients of plan.clients) {
      const prefix = `bench-${clients}`;
      const { latenciesMs, elapsedMs } = await load.run({
        ...job,
        clients,
        durationMs: plan.loadMs,
        prefix,
      });
      const value = (latenciesMs.length / elapsedMs) * 1000;
      const sample = { case: "P2", side: "etcd", round, value, unit: "/s" } as const;
      samples.add({ ...sample, metric: puts(clients) });
    }
  },
};

async function measureRate(
  cluster: Cluster,
  clients: number,
  { samples, load, plan, round }: Measuring,
): Promise<void> {
  const job = { clients, durationMs: plan.loadMs, prefix: "bench" };
  const { latenciesMs, elapsedMs, generatorShare } = await createTopics(load, cluster, job);
  const value = (latenciesMs.length / elapsedMs) * 1000;
  const side = cluster.side.name;
  const sample = { case: "P2", side, round };
  const sorted = [...latenciesMs];
  samples.add({ ...sample, metric: rate(clients), value, unit: "/s" });
  // Who writes to us is counted like who writes to etcd.
  if (side === "quorate") samples.add({ ...sample, metric: puts(clients), value, unit: "/s" });
  for (const part of [50, 99]) {
    const ms = quantile(sorted, part / 100);
    samples.add({ ...sample, metric: latency(clients, part), value: ms, unit: "ms" });
  }
  const share = `${many(clients)}, the generator's share of a core`;
  samples.add({ ...sample, metric: share, value: generatorShare, unit: "" });
}

function latency(clients: number, part: number): string {
  return `${many(clients)}, p${part} ms`;
}

function goalOf(clients: number): Goal | null {
  const atLeast = TIMES_APACHE.get(clients);
  return atLeast === undefined ? null : { kind: "times", atLeast };
}
