/**
 * How many topics and partitions there are, how many of them need somebody's attention, and how leaders were elected: in
 * the terms of Apache's ControllerMetricsChanges and TopicDelta.
 */

import type { PartitionState } from "./metadata-view.ts";
import { hasMark } from "./partition-mark.ts";

export interface ClusterCounts {
  readonly topics: number;
  readonly partitions: number;
  /** Partitions without a leader. */
  readonly offlinePartitions: number;
  /** Partitions that another replica leads than the first of their list, or none. */
  readonly imbalancedPartitions: number;
}

/** LeaderRecoveryState: the leader was elected although it may lack records (KIP-704). */
const RECOVERING = 1;

/** What a record says of who leads: -1 nobody, -2 no change. */
interface ElectionFacts {
  readonly leader: number;
  readonly leaderRecoveryState: number;
}

/** What a batch adds to the counts, or several batches do. */
export class CountChanges implements ClusterCounts {
  topics = 0;
  partitions = 0;
  offlinePartitions = 0;
  imbalancedPartitions = 0;
  /** Elections of a leader that may lack records. */
  uncleanElections = 0;
  /** Elections of a leader out of the eligible leader replicas (KIP-966). */
  electionsFromElr = 0;

  get isEmpty(): boolean {
    return (
      this.topics === 0 &&
      this.partitions === 0 &&
      this.offlinePartitions === 0 &&
      this.imbalancedPartitions === 0 &&
      this.uncleanElections === 0 &&
      this.electionsFromElr === 0
    );
  }

  addTopic(): void {
    this.topics += 1;
  }

  /** Its partitions are taken off page by page, by `removePartitions`. */
  removeTopic(): void {
    this.topics -= 1;
  }

  removePartitions(partitions: readonly (PartitionState | null)[]): void {
    for (const partition of partitions) {
      if (partition !== null) this.#count(partition, -1);
    }
  }

  /** A record made `after` of a partition; `before` is null when it is new. */
  changePartition(
    before: PartitionState | null,
    after: PartitionState,
    { leader, leaderRecoveryState }: ElectionFacts,
  ): void {
    this.#count(after, 1);
    if (before === null) return;
    this.#count(before, -1);
    if (leaderRecoveryState === RECOVERING) this.uncleanElections += 1;
    if (before.elr.includes(leader)) this.electionsFromElr += 1;
  }

  add(other: CountChanges): void {
    this.topics += other.topics;
    this.partitions += other.partitions;
    this.offlinePartitions += other.offlinePartitions;
    this.imbalancedPartitions += other.imbalancedPartitions;
    this.uncleanElections += other.uncleanElections;
    this.electionsFromElr += other.electionsFromElr;
  }

  #count(partition: PartitionState, step: 1 | -1): void {
    this.partitions += step;
    if (hasMark("leaderless", partition)) this.offlinePartitions += step;
    if (hasMark("imbalanced", partition)) this.imbalancedPartitions += step;
  }
}
