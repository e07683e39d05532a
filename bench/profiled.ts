/** What a profile is taken of: our quorum under a load, its processes started with inspectors. */

import { freePorts } from "../cli/ports.ts";
import { Cluster } from "./cluster.ts";
import type { CpuProfile, Share } from "./cpu-profile.ts";
import { Inspector } from "./inspector.ts";
import { startQuorate } from "./side/quorate-side.ts";

const CONTROLLERS = 3;

/** A load on a quorum that runs. */
export interface Profiled {
  readonly activeId: number;
  /** Keeps the active controller busy for so long. */
  work(durationMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Under which name a share of the profile is among the samples. */
export function profileMetric(what: string, share: Share): string {
  return `profile of ${what}: ${share}`;
}

/** Takes the profile of the active controller; what it has not compiled yet is none of it. */
export async function profileOf(
  start: (inspectorPorts: readonly number[]) => Promise<Profiled>,
  { warmUpMs, loadMs }: { readonly warmUpMs: number; readonly loadMs: number },
): Promise<CpuProfile> {
  const ports = await freePorts(CONTROLLERS);
  const profiled = await start(ports);
  try {
    await profiled.work(warmUpMs);
    const inspector = await Inspector.open(ports[profiled.activeId - 1] ?? 0);
    try {
      return await inspector.cpuProfile(() => profiled.work(loadMs));
    } finally {
      inspector.close();
    }
  } finally {
    await profiled.close();
  }
}

/** A quorum with brokers, and a load over the Kafka protocol. */
export async function profiledCluster(
  inspectorPorts: readonly number[],
  work: (cluster: Cluster, durationMs: number) => Promise<void>,
): Promise<Profiled> {
  const side = await startQuorate({ inspectorPorts });
  let cluster: Cluster | null = null;
  try {
    const started = await Cluster.on(side);
    cluster = started;
    return {
      activeId: (await started.active()).id,
      work: (durationMs) => work(started, durationMs),
      close: () => started.close(),
    };
  } catch (error) {
    await (cluster ?? side).close();
    throw error;
  }
}
