/** P4: what the active controller holds in memory, the more there is. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Cluster } from "../cluster.ts";
import { Inspector } from "../inspector.ts";
import { untilLevel } from "../level.ts";
import { sizeName } from "../plan.ts";
import { activeMember, type Member } from "../side/kafka-side.ts";
import { warmUpAndDelete } from "../topic-load.ts";
import type { Case, Measuring } from "./case.ts";

const MB = 1_048_576;
/** What SQLite caches of a database at most: its default, which workerd does not change. */
const SQLITE_CACHE_MB = 2;
const OBJECT_LIMIT_MB = 128;
const rss = (size: number): string => `${sizeName(size)}, RSS in MB`;
const object = (size: number): string =>
  `${sizeName(size)}, heap, buffers and SQLite's cache in MB`;
const heap = (size: number): string => `${sizeName(size)}, live heap in MB`;

export const memory: Case = {
  id: "P4",
  title: "memory of the active controller",
  bound:
    "Decoded rows that are kept (bounded), the newest megabyte of log and of state, SQLite's cache. RSS is that of processes that P3 has started again and that have created and deleted topics for some seconds since; V8 keeps what it once took, so more load makes more of it. Our live heap is told by an inspector, for which they are started once more.",
  rows: ({ sizes }) => [
    ...sizes.map((size) => ({
      metric: rss(size),
      against: "apache" as const,
      better: "less" as const,
      goal: size === 1_000_000 ? ({ kind: "times", atLeast: 10 } as const) : null,
    })),
    ...sizes.map((size) => ({
      metric: heap(size),
      against: "apache" as const,
      better: "less" as const,
      goal: null,
    })),
    ...sizes.map((size) => ({
      metric: object(size),
      against: null,
      better: "less" as const,
      goal: { kind: "limit", atMost: OBJECT_LIMIT_MB } as const,
    })),
  ],
  async atSize(cluster, size, measuring) {
    const { samples, round, plan } = measuring;
    const side = cluster.side.name;
    const add = (metric: string, value: number): void =>
      samples.add({ case: "P4", metric, side, round, value, unit: "MB" });
    // What has just been started has not taken yet what it works with.
    await warmUpAndDelete(cluster, measuring);
    const { pid } = await cluster.active();
    if (pid === null) throw new Error("The active controller does not run");
    add(rss(size), rssMb(pid));
    // Only once: the processes are started again for it.
    if (plan.smoke && size !== plan.sizes[0]) return;
    const live = await liveHeapMb(cluster, pid, measuring);
    if (live !== null) add(heap(size), live);
    if (side === "quorate" && live !== null) add(object(size), live + SQLITE_CACHE_MB);
  },
};

function rssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** After a collection; null when it cannot be told. */
async function liveHeapMb(
  cluster: Cluster,
  pid: number,
  measuring: Measuring,
): Promise<number | null> {
  const { restartInspected } = cluster.side;
  if (restartInspected !== null) return inspectedHeapMb(cluster, restartInspected, measuring);
  try {
    // The histogram counts what is reachable, so it collects first.
    const { stdout } = await promisify(execFile)("jcmd", [String(pid), "GC.class_histogram"], {
      maxBuffer: 64 * MB,
      timeout: 120_000,
    });
    const bytes = /^Total\s+\d+\s+(\d+)/m.exec(stdout)?.[1];
    return bytes === undefined ? null : Number(bytes) / MB;
  } catch {
    return null;
  }
}

/** Of whoever leads after all were started again with an inspector, and have worked for a while. */
async function inspectedHeapMb(
  cluster: Cluster,
  restart: (member: Member) => Promise<number>,
  measuring: Measuring,
): Promise<number> {
  const { side } = cluster;
  const ports = new Map<number, number>();
  for (const member of side.members) {
    ports.set(member.id, await restart(member));
    await untilLevel(side);
  }
  await warmUpAndDelete(cluster, measuring);
  const { id } = await activeMember(side);
  const inspector = await Inspector.open(ports.get(id) ?? 0);
  const bytes = await inspector.usedHeapBytes().finally(() => inspector.close());
  for (const member of side.members) {
    await member.kill();
    await member.start();
    await untilLevel(side);
  }
  return bytes / MB;
}
