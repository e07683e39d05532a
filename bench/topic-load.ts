/** Topics that many clients create on whoever is active, and how they are deleted again where the cluster's size counts. */

import { type Cluster, REPLICATION_FACTOR } from "./cluster.ts";
import { loadedTopics } from "./load/create-topics-wire.ts";
import type { LoadJob, LoadResult } from "./load/job.ts";
import type { Load } from "./load/load.ts";
import type { Plan } from "./plan.ts";
import { whileOneLeads } from "./side/kafka-side.ts";

const WARM_UP_CLIENTS = 32;

export interface TopicLoadResult extends LoadResult {
  /** The names of what was created. */
  readonly topics: readonly string[];
}

export function createTopics(
  load: Load,
  cluster: Cluster,
  job: Pick<LoadJob, "clients" | "durationMs" | "prefix">,
): Promise<TopicLoadResult> {
  return whileOneLeads(cluster.side, async ({ port }) => {
    const prefix = cluster.newPrefix(job.prefix);
    const rest = { wire: "create-topics", port, replicationFactor: REPLICATION_FACTOR } as const;
    const result = await load.run({ ...job, ...rest, prefix });
    return { ...result, topics: loadedTopics(prefix, result.requests) };
  });
}

/** Code that has just been loaded is slow in both; a quorum that has been up for a while has compiled it. */
export function warmUp(
  cluster: Cluster,
  { load, plan }: { readonly load: Load; readonly plan: Plan },
): Promise<TopicLoadResult> {
  const job = { clients: WARM_UP_CLIENTS, durationMs: plan.warmUpMs, prefix: "warm" };
  return createTopics(load, cluster, job);
}

/** The same where it matters how many partitions there are: afterwards there are as many as before. */
export async function warmUpAndDelete(
  cluster: Cluster,
  measuring: { readonly load: Load; readonly plan: Plan },
): Promise<void> {
  const { topics } = await warmUp(cluster, measuring);
  await cluster.deleteTopics(topics);
}
