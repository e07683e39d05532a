/** What every case is: how it is measured, and which of its numbers are held against what. */

import type { Cluster } from "../cluster.ts";
import type { Load } from "../load/load.ts";
import type { Plan } from "../plan.ts";
import type { Profiled } from "../profiled.ts";
import type { Samples, SideName } from "../sample.ts";
import type { EtcdSide } from "../side/etcd-side.ts";

export interface Measuring {
  readonly samples: Samples;
  readonly load: Load;
  readonly plan: Plan;
  /** From 0. */
  readonly round: number;
}

/** A row of the table: our number beside another one, and the goal for the two. */
export interface RowSpec {
  readonly metric: string;
  /** What it is compared with; null where our number stands alone. */
  readonly against: SideName | null;
  /** "more" when the greater number is the better one: then the ratio is ours / theirs, else theirs / ours. */
  readonly better: "more" | "less";
  readonly goal: Goal | null;
}

export type Goal =
  /** How many times better than theirs it has to be. */
  | { readonly kind: "times"; readonly atLeast: number }
  /** How many times theirs it may be. */
  | { readonly kind: "at-most-times"; readonly atMost: number }
  /** A limit to our own number. */
  | { readonly kind: "limit"; readonly atMost: number };

export interface Case {
  /** "P1" to "P9". */
  readonly id: string;
  readonly title: string;
  /** What bounds it, for whoever reads the table. */
  readonly bound: string;
  rows(plan: Plan): readonly RowSpec[];
  /** On a cluster with few topics, once a round, on each side in turn. */
  round?(cluster: Cluster, measuring: Measuring): Promise<void>;
  /** Whether it is held against Apache without its linger as well. */
  readonly alsoWithoutLinger?: true;
  /** A load of ours of which a CPU profile of the active controller is taken; `what` names it. */
  readonly profiled?: {
    readonly what: string;
    /** What earlier profiles have led to. */
    readonly ledTo: string;
    start(inspectorPorts: readonly number[], load: Load): Promise<Profiled>;
  };
  /** The same on etcd, where the work is comparable. */
  etcdRound?(etcd: EtcdSide, measuring: Measuring): Promise<void>;
  /** Once a round, with no cluster running. */
  alone?(measuring: Measuring): Promise<void>;
  /** On a cluster that has just grown to so many partitions. Cases are asked in their order. */
  atSize?(cluster: Cluster, size: number, measuring: Measuring): Promise<void>;
  /** After growing: `partitions` were created in so many ms. */
  grown?(cluster: Cluster, growth: Growth, measuring: Measuring): void;
}

export interface Growth {
  readonly size: number;
  readonly partitions: number;
  readonly elapsedMs: number;
}
