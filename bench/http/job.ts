/** What the thread that makes HTTP load is told, and what it tells. */

export interface HttpJob {
  readonly port: number;
  /** Asked for in turn. */
  readonly paths: readonly string[];
  /** Each is kept open and sends the next request when it has the answer to the last one. */
  readonly connections: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

export interface HttpLoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of a body. */
  readonly bytes: number;
  /** How much of the time the thread was busy, from 0 to 1. */
  readonly generatorShare: number;
}
