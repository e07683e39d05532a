/** Majority arithmetic of the quorum, and what a leader lets others see of it. */

import type { Core } from "./core.ts";
import type { Leader } from "./quorum-state.ts";

/** How many of `voterCount` voters are a majority. */
export function majorityOf(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

/** The largest value that a majority of the voters has reached; -1 when there are no voters. */
export function reachedByMajority(values: readonly number[]): number {
  const majority = majorityOf(values.length);
  let reached: number | null = null;
  // Counted and not sorted: voters are few, and every change asks several times.
  for (const value of values) {
    if (reached !== null && value <= reached) continue;
    if (countFrom(value, values) >= majority) reached = value;
  }
  return reached ?? -1;
}

/** How many of `values` are `least` or more. */
function countFrom(least: number, values: readonly number[]): number {
  let count = 0;
  for (const value of values) if (value >= least) count += 1;
  return count;
}

/** The leader's high watermark as others may see it: -1 until its own epoch has committed. */
export function exposedHighWatermark(core: Core, role: Leader): number {
  return core.highWatermark > role.epochStartOffset ? core.highWatermark : -1;
}
