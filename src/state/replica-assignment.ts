/** Replicas of a new partition: checks of those that the client chose, and the record with which they begin. */

import type { Uuid } from "../base/uuid.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { isActive } from "./leader-election.ts";
import { partitionRecordVersion } from "./metadata-version.ts";
import type { MetadataView } from "./metadata-view.ts";
import { hasUncordonedDirs } from "./placement.ts";

/** Directory ids of a replica whose broker has no directories, and of one whose broker has yet to choose. */
const MIGRATING_DIR: Uuid = "AAAAAAAAAAAAAAAAAAAAAA";
const UNASSIGNED_DIR: Uuid = "AAAAAAAAAAAAAAAAAAAAAQ";

/**
 * What is wrong with replicas that the client chose, in Kafka's words, or null. Error: INVALID_REPLICA_ASSIGNMENT.
 * `expectedSize` is the replication factor of the partitions before, null for the first.
 */
export function assignmentProblem(
  view: MetadataView,
  replicas: readonly number[],
  expectedSize: number | null,
): string | null {
  if (replicas.length === 0) {
    return "The manual partition assignment includes an empty replica list.";
  }
  const ordered = [...replicas].sort((a, b) => a - b);
  for (const [position, brokerId] of ordered.entries()) {
    const broker = view.broker(brokerId);
    if (broker === null) {
      return `The manual partition assignment includes broker ${brokerId}, but no such broker is registered.`;
    }
    if (!hasUncordonedDirs(broker)) {
      return `The manual partition assignment includes broker ${brokerId}, but all its log directories are cordoned.`;
    }
    if (ordered[position - 1] === brokerId) {
      return `The manual partition assignment includes the broker ${brokerId} more than once.`;
    }
  }
  if (expectedSize === null || expectedSize === replicas.length) return null;
  return `The manual partition assignment includes a partition with ${replicas.length} replica(s), but this is not consistent with previous partitions, which have ${expectedSize} replica(s).`;
}

/** The replicas that are in sync from the start: those whose brokers are active, in replica order. */
export function initialIsr(view: MetadataView, replicas: readonly number[]): number[] {
  return replicas.filter((brokerId) => isActive(view, brokerId));
}

/** Where the broker puts a new replica: its one directory, else it chooses itself (KIP-858). */
export function defaultDirectory(view: MetadataView, brokerId: number): Uuid {
  const broker = view.broker(brokerId);
  if (broker === null) return UNASSIGNED_DIR;
  const [first, second] = broker.logDirs;
  if (first === undefined) return MIGRATING_DIR;
  return second === undefined ? first : UNASSIGNED_DIR;
}

export interface NewPartition {
  readonly topicId: Uuid;
  readonly partitionIndex: number;
  readonly replicas: readonly number[];
  /** Not empty; its first member leads. */
  readonly isr: readonly number[];
}

export function newPartitionRecord(
  view: MetadataView,
  { topicId, partitionIndex, replicas, isr }: NewPartition,
): NewRecord {
  return {
    type: "partition",
    version: partitionRecordVersion(view.metadataVersion()),
    data: {
      partitionId: partitionIndex,
      topicId,
      replicas,
      isr,
      leader: isr[0],
      leaderEpoch: 0,
      partitionEpoch: 0,
      directories: replicas.map((brokerId) => defaultDirectory(view, brokerId)),
    },
  };
}
