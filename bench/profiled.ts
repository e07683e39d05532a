/** What a profile is taken of: our quorum under a load, its processes started with inspectors. */

import { freePorts } from "../cli/ports.ts";
import { Cluster } from "./cluster.ts";
import type { CpuProfile, Share } from "./cpu-profile.ts";
import { Inspector } from "./inspector.ts";
import { startQuorate } from "./side/quorate-side.ts";

const CONTROLLERS = 3;
/** A profile of who does not lead any more is none. */
const MAX_PROFILES = 3;

/** A load on a quorum that runs. */
export interface Profiled {
  /** Of the controller that is active now. */
  activeId(): Promise<number>;
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
    for (let left = MAX_PROFILES; left > 0; left--) {
      const id = await profiled.activeId();
      const profile = await profileAt(ports[id - 1] ?? 0, () => profiled.work(loadMs));
      if ((await profiled.activeId()) === id) return profile;
    }
    throw new Error("The leadership moved during each profile");
  } finally {
    await profiled.close();
  }
}

async function profileAt(inspectorPort: number, work: () => Promise<void>): Promise<CpuProfile> {
  const inspector = await Inspector.open(inspectorPort);
  try {
    return await inspector.cpuProfile(work);
  } finally {
    inspector.close();
  }
}

/** A quorum with brokers, and a load over the Kafka protocol. */
export async function profiledCluster(
  inspectorPorts: readonly number[],
  work: (cluster: Cluster, durationMs: number) => Promise<void>,
): Promise<Profiled> {
  const cluster = await Cluster.on(await startQuorate({ inspectorPorts }));
  return {
    activeId: async () => (await cluster.active()).id,
    work: (durationMs) => work(cluster, durationMs),
    close: () => cluster.close(),
  };
}
