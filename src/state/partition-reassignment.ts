/** Moving a partition to other replicas (KIP-455): what a reassignment, and taking one back, make of the lists. */

import type { PartitionState } from "./metadata-view.ts";
import type { PartitionTarget } from "./partition-change.ts";

type ReplicaTarget = Pick<
  PartitionTarget,
  "isr" | "replicas" | "removingReplicas" | "addingReplicas"
>;

export function isReassigning({ addingReplicas, removingReplicas }: PartitionState): boolean {
  return addingReplicas.length > 0 || removingReplicas.length > 0;
}

/**
 * Towards `wanted`, also from the middle of another reassignment: what is wanted first, what has to go behind it. A list
 * that comes out empty leaves the one of the reassignment before.
 */
export function reassignmentTo(
  { replicas }: PartitionState,
  wanted: readonly number[],
): ReplicaTarget {
  const removingReplicas = difference(replicas, wanted);
  const addingReplicas = difference(wanted, replicas);
  return {
    replicas: [...wanted, ...removingReplicas],
    ...(removingReplicas.length > 0 && { removingReplicas }),
    ...(addingReplicas.length > 0 && { addingReplicas }),
  };
}

export interface Revert {
  readonly target: ReplicaTarget;
  /** Nobody in sync was there before: the first replica is taken, whatever it lacks. */
  readonly unclean: boolean;
}

/** Back to the replicas before a reassignment; null when none would be left. */
export function reassignmentRevert({
  replicas,
  isr,
  addingReplicas,
}: PartitionState): Revert | null {
  const stays = (replica: number): boolean => !addingReplicas.includes(replica);
  const remaining = replicas.filter(stays);
  const inSync = isr.filter(stays);
  const [first] = remaining;
  const unclean = inSync.length === 0;
  if (unclean && first === undefined) return null;
  return {
    target: {
      replicas: remaining,
      isr: unclean && first !== undefined ? [first] : inSync,
      removingReplicas: [],
      addingReplicas: [],
    },
    unclean,
  };
}

/** What is in `a` and not in `b`, in the order of ids. */
function difference(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set(a)].filter((id) => !b.includes(id)).sort((x, y) => x - y);
}
