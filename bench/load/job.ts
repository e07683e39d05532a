/** What the load generator is told, and what it found. */

/** Every client has one connection and one request under way. */
export interface LoadJob {
  readonly wire: "create-topics" | "etcd-put";
  readonly port: number;
  readonly clients: number;
  readonly durationMs: number;
  /** Of every name that is created; a new one for each job. */
  readonly prefix: string;
  readonly replicationFactor: number;
}

export interface LoadResult {
  readonly elapsedMs: number;
  /** How many requests each client has had answered. */
  readonly requests: readonly number[];
  /** One for each answer, in no order. */
  readonly latenciesMs: Float64Array;
  /** How much of one core the generator took: near 1 it measures itself. */
  readonly generatorShare: number;
}
