/** What a PartitionChangeRecord makes of a partition: when it is applied, and when a decision goes on from there. */

import { type Uuid, ZERO_UUID } from "../base/uuid.ts";
import type { PartitionState } from "./metadata-view.ts";
import type { PartitionChange } from "./partition-change.ts";

/** No change of leader, and none of the recovery state. */
const SAME_LEADER = -2;
const SAME_STATE = -1;

/** The epoch of the partition always moves, that of its leader when one is named. What is left out stays as it is. */
export function partitionAfter(
  partition: PartitionState,
  record: PartitionChange["data"],
): PartitionState {
  const { leader = SAME_LEADER, leaderRecoveryState = SAME_STATE } = record;
  const named = leader !== SAME_LEADER;
  const replicas = record.replicas ?? partition.replicas;
  return {
    replicas,
    directories: directoriesOf(replicas, record.directories ?? partition.directories),
    isr: record.isr ?? partition.isr,
    elr: record.eligibleLeaderReplicas ?? partition.elr,
    lastKnownElr: record.lastKnownElr ?? partition.lastKnownElr,
    removingReplicas: record.removingReplicas ?? partition.removingReplicas,
    addingReplicas: record.addingReplicas ?? partition.addingReplicas,
    leader: named ? leader : partition.leader,
    leaderRecoveryState:
      leaderRecoveryState === SAME_STATE ? partition.leaderRecoveryState : leaderRecoveryState,
    leaderEpoch: partition.leaderEpoch + (named ? 1 : 0),
    partitionEpoch: partition.partitionEpoch + 1,
  };
}

/** Before metadata.version 17 records name no directories: each replica's is then still to be told (MIGRATING). */
export function directoriesOf(
  replicas: readonly number[],
  directories: readonly Uuid[],
): readonly Uuid[] {
  if (directories.length === replicas.length) return directories;
  return replicas.map(() => ZERO_UUID);
}
