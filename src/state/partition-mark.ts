/** Marks: what partitions are indexed by, so that the few that something is to be done about are found among many. */

import type { PartitionMark, PartitionState } from "./metadata-view.ts";

const NO_LEADER = -1;

const MARKS: Readonly<Record<PartitionMark, (partition: PartitionState) => boolean>> = {
  reassigning: ({ addingReplicas, removingReplicas }) =>
    addingReplicas.length > 0 || removingReplicas.length > 0,
  leaderless: ({ leader }) => leader === NO_LEADER,
  imbalanced: ({ leader, replicas }) => leader !== replicas[0],
  elr: ({ elr, lastKnownElr }) => elr.length > 0 || lastKnownElr.length > 0,
};

const NO_MARKS: ReadonlySet<PartitionMark> = new Set();

export const PARTITION_MARKS = Object.keys(MARKS) as readonly PartitionMark[];

export function hasMark(mark: PartitionMark, partition: PartitionState): boolean {
  return MARKS[mark](partition);
}

/** The marks that at least one of the partitions has. */
export function marksOf(
  partitions: readonly (PartitionState | null)[],
): ReadonlySet<PartitionMark> {
  let found: Set<PartitionMark> | null = null;
  for (const partition of partitions) {
    if (partition === null) continue;
    for (const mark of PARTITION_MARKS) {
      if (!hasMark(mark, partition)) continue;
      found ??= new Set();
      found.add(mark);
    }
  }
  return found ?? NO_MARKS;
}

/** True when the broker has to be asked or told about the partition: a replica, or a member of the ELR that was one. */
export function belongsTo(brokerId: number, { replicas, elr }: PartitionState): boolean {
  return replicas.includes(brokerId) || elr.includes(brokerId);
}

/** Every broker that one of the partitions belongs to. */
export function brokersOf(partitions: readonly (PartitionState | null)[]): Set<number> {
  const brokers = new Set<number>();
  for (const partition of partitions) {
    if (partition === null) continue;
    for (const replica of partition.replicas) brokers.add(replica);
    for (const member of partition.elr) brokers.add(member);
  }
  return brokers;
}
