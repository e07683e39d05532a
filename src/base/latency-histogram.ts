/** How many of a kind of event took how long: fixed buckets, so that counting costs a few comparisons. */

/** Upper bounds of the buckets, inclusive; what took longer is in one more. */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000,
];

export interface LatencyCounts {
  /** Of each bucket, not of those below it; one more than there are bounds. */
  readonly buckets: readonly number[];
  readonly sumMs: number;
}

export class LatencyHistogram {
  readonly #buckets: number[] = [...LATENCY_BOUNDS_MS.map(() => 0), 0];
  #sumMs = 0;

  record(latencyMs: number): void {
    let bucket = 0;
    while (latencyMs > (LATENCY_BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#sumMs += latencyMs;
  }

  counts(): LatencyCounts {
    return { buckets: [...this.#buckets], sumMs: this.#sumMs };
  }
}
