/** Majority arithmetic of the quorum, pure. */

/** How many of `voterCount` voters are a majority. */
export function majorityOf(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

/** The largest value that a majority of the voters has reached; -1 when there are no voters. */
export function reachedByMajority(values: readonly number[]): number {
  const descending = [...values].sort((a, b) => b - a);
  return descending[majorityOf(values.length) - 1] ?? -1;
}
