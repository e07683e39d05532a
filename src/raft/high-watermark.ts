/** Majority arithmetic of the quorum, and what a leader lets others see of it. */

import type { Core } from "./core.ts";
import type { Leader } from "./quorum-state.ts";

/** How many of `voterCount` voters are a majority. */
export function majorityOf(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

/** The largest value that a majority of the voters has reached; -1 when there are no voters. */
export function reachedByMajority(values: readonly number[]): number {
  const descending = [...values].sort((a, b) => b - a);
  return descending[majorityOf(values.length) - 1] ?? -1;
}

/** The leader's high watermark as others may see it: -1 until its own epoch has committed. */
export function exposedHighWatermark(core: Core, role: Leader): number {
  return core.highWatermark > role.epochStartOffset ? core.highWatermark : -1;
}
