/**
 * Builds the PartitionChangeRecord that takes a partition from its state to a wanted one: completes a reassignment,
 * moves replicas between ISR and ELR, elects a leader, and writes only what differs.
 */

import type { Uuid } from "../base/uuid.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { type ElectionMode, electLeader, NO_LEADER } from "./leader-election.ts";
import type { PartitionState } from "./metadata-view.ts";

type ChangeData = Extract<NewRecord, { type: "partitionChange" }>["data"];
type Change = { -readonly [K in keyof ChangeData]: ChangeData[K] };

/** What the change aims at; what is left out stays as it is. */
export interface PartitionTarget {
  readonly topicId: Uuid;
  readonly partitionIndex: number;
  readonly isr?: readonly number[];
  readonly leaderRecoveryState?: number;
  readonly directories?: readonly Uuid[];
  /** Brokers that came back without their data: out of the ELR too. */
  readonly uncleanShutdown?: readonly number[];
}

/** The rules that hold for the partition at this moment. */
export interface ChangeRules {
  readonly mode: ElectionMode;
  readonly elrEnabled: boolean;
  readonly minInsyncReplicas: number;
  /** The version of PartitionChangeRecord that the finalized metadata.version writes. */
  readonly recordVersion: number;
  isAcceptable(replica: number): boolean;
}

const RECOVERED = 0;
const RECOVERING = 1;

/** The record, or null when nothing has to change. */
export function partitionChange(
  partition: PartitionState,
  target: PartitionTarget,
  rules: ChangeRules,
): NewRecord | null {
  const change: Change = {};
  const replicas = completeReassignment(partition, target, change);
  const elr = targetElr(partition, replicas.isr, replicas.replicas, target, rules);
  const elected = elect(partition, replicas, elr, rules, change);
  if (change.leader === undefined && !includesAll(replicas.replicas, partition.replicas)) {
    // Producers and followers of a removed replica must notice that it is gone.
    change.leader = partition.leader;
  }
  if (change.isr === undefined && (elected.isr.length > 0 || rules.elrEnabled)) {
    if (!sameMembers(elected.isr, partition.isr)) change.isr = elected.isr;
  }
  recordElr(partition, elected, rules, change);
  recordAssignment(partition, replicas, target, change);
  if (Object.keys(change).length === 0) return null;
  const { topicId, partitionIndex: partitionId } = target;
  return {
    type: "partitionChange",
    version: rules.recordVersion,
    data: { partitionId, topicId, ...change },
  };
}

interface TargetReplicas {
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/**
 * A reassignment is complete once all new replicas are in sync; when it takes more replicas away than it adds, once
 * all that stay are (KIP-455).
 */
function completeReassignment(
  partition: PartitionState,
  target: PartitionTarget,
  change: Change,
): TargetReplicas {
  const { replicas, removingReplicas, addingReplicas } = partition;
  const isr = target.isr ?? partition.isr;
  if (removingReplicas.length === 0 && addingReplicas.length === 0) return { replicas, isr };
  const stays = (replica: number): boolean => !removingReplicas.includes(replica);
  const remaining = replicas.filter(stays);
  const inSync = isr.filter(stays);
  const awaited = addingReplicas.length < removingReplicas.length ? remaining : addingReplicas;
  if (inSync.length === 0 || !includesAll(inSync, awaited)) return { replicas, isr };
  if (removingReplicas.length > 0) change.removingReplicas = [];
  if (addingReplicas.length > 0) change.addingReplicas = [];
  return { replicas: remaining, isr: inSync };
}

function targetElr(
  partition: PartitionState,
  isr: readonly number[],
  replicas: readonly number[],
  { uncleanShutdown = [] }: PartitionTarget,
  { elrEnabled, minInsyncReplicas }: ChangeRules,
): readonly number[] {
  if (!elrEnabled || isr.length >= Math.min(minInsyncReplicas, replicas.length)) return [];
  const out = new Set([...isr, ...uncleanShutdown]);
  const candidates = new Set([...partition.elr, ...partition.isr]);
  return replicas.filter((id) => candidates.has(id) && !out.has(id)).sort((a, b) => a - b);
}

interface AfterElection {
  readonly isr: readonly number[];
  readonly elr: readonly number[];
  readonly unclean: boolean;
}

function elect(
  partition: PartitionState,
  { replicas, isr }: TargetReplicas,
  elr: readonly number[],
  { mode, elrEnabled, isAcceptable }: ChangeRules,
  change: Change,
): AfterElection {
  const { leader, unclean } = electLeader({
    mode,
    replicas,
    isr,
    elr,
    lastKnownElr: partition.lastKnownElr,
    currentLeader: partition.leader,
    elrEnabled,
    isAcceptable,
  });
  if (leader === partition.leader) return { isr, elr, unclean: false };
  change.leader = leader;
  if (unclean) {
    change.isr = [leader];
    if (partition.leaderRecoveryState !== RECOVERING) change.leaderRecoveryState = RECOVERING;
    return { isr: [leader], elr: [], unclean };
  }
  if (!elr.includes(leader)) return { isr, elr, unclean };
  return { isr: [leader], elr: elr.filter((id) => id !== leader), unclean };
}

function recordElr(
  partition: PartitionState,
  { elr }: AfterElection,
  { elrEnabled }: ChangeRules,
  change: Change,
): void {
  if (elr.length !== partition.elr.length || !includesAll(elr, partition.elr)) {
    change.eligibleLeaderReplicas = elr;
  }
  const { lastKnownElr, leader } = partition;
  // The last leader is kept from when there is none until there is one again (KIP-966).
  const next = change.leader ?? leader;
  if (!elrEnabled || (change.leader !== undefined && next !== NO_LEADER)) {
    if (lastKnownElr.length > 0) change.lastKnownElr = [];
  } else if (change.leader === NO_LEADER && leader !== NO_LEADER && lastKnownElr.length === 0) {
    change.lastKnownElr = [leader];
  }
}

function recordAssignment(
  partition: PartitionState,
  { replicas }: TargetReplicas,
  target: PartitionTarget,
  change: Change,
): void {
  const directories = target.directories ?? partition.directories;
  if (!sameMembers(replicas, partition.replicas)) {
    change.replicas = replicas;
    change.directories = replicas.map(
      (replica) => directories[partition.replicas.indexOf(replica)] ?? "",
    );
  } else if (!sameMembers(directories, partition.directories)) {
    change.directories = directories;
  }
  const { leaderRecoveryState = partition.leaderRecoveryState } = target;
  if (change.leaderRecoveryState === undefined && leaderRecoveryState === RECOVERED) {
    if (partition.leaderRecoveryState !== RECOVERED) change.leaderRecoveryState = RECOVERED;
  }
}

function includesAll(all: readonly number[], some: readonly number[]): boolean {
  return some.every((id) => all.includes(id));
}

/** The same members in the same order. */
function sameMembers<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((member, i) => member === b[i]);
}
