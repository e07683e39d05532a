/**
 * Builds the PartitionChangeRecord that takes a partition from its state to a wanted one: completes a reassignment,
 * moves replicas between ISR and ELR, elects a leader, and writes only what differs.
 */

import type { Uuid } from "../base/uuid.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { hashOrder } from "./hash-order.ts";
import { type ElectionMode, electLeader, NO_LEADER } from "./leader-election.ts";
import type { PartitionState } from "./metadata-view.ts";

export type PartitionChange = Extract<NewRecord, { type: "partitionChange" }>;
type ChangeData = PartitionChange["data"];
type Change = { -readonly [K in keyof ChangeData]: ChangeData[K] };

/** What the change aims at; what is left out stays as it is. */
export interface PartitionTarget {
  readonly topicId: Uuid;
  readonly partitionIndex: number;
  readonly isr?: readonly number[];
  readonly replicas?: readonly number[];
  readonly removingReplicas?: readonly number[];
  readonly addingReplicas?: readonly number[];
  readonly leaderRecoveryState?: number;
  /** One for each replica that the partition has now. */
  readonly directories?: readonly Uuid[];
  /** Where a replica goes that the partition does not have yet. */
  readonly directoryOf?: (replica: number) => Uuid;
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

const RECOVERING = 1;

/** The record, or null when nothing has to change. */
export function partitionChange(
  partition: PartitionState,
  target: PartitionTarget,
  rules: ChangeRules,
): PartitionChange | null {
  const change: Change = {};
  const wanted = completeReassignment({ ...partition, ...targetOf(target) });
  const elr = targetElr(partition, wanted.isr, target, rules);
  const elected = elect(partition, wanted, elr, rules, change);
  if (change.leader === undefined && !includesAll(wanted.replicas, partition.replicas)) {
    // Producers and followers of a removed replica must notice that it is gone.
    change.leader = partition.leader;
  }
  if (change.isr === undefined && (elected.isr.length > 0 || rules.elrEnabled)) {
    if (!sameMembers(elected.isr, partition.isr)) change.isr = elected.isr;
  }
  recordElr(partition, elected.elr, rules, change);
  recordAssignment(partition, wanted, target, change);
  if (wanted.leaderRecoveryState !== partition.leaderRecoveryState) {
    change.leaderRecoveryState = wanted.leaderRecoveryState;
  }
  if (Object.keys(change).length === 0) return null;
  const { topicId, partitionIndex: partitionId } = target;
  return {
    type: "partitionChange",
    version: rules.recordVersion,
    data: { partitionId, topicId, ...change },
  };
}

function targetOf(target: PartitionTarget): Partial<PartitionState> {
  const { isr, replicas, removingReplicas, addingReplicas, leaderRecoveryState } = target;
  return {
    ...(isr && { isr }),
    ...(replicas && { replicas }),
    ...(removingReplicas && { removingReplicas }),
    ...(addingReplicas && { addingReplicas }),
    ...(leaderRecoveryState !== undefined && { leaderRecoveryState }),
  };
}

/**
 * A reassignment is complete once all new replicas are in sync; when it takes more replicas away than it adds, once
 * all that stay are (KIP-455).
 */
function completeReassignment(wanted: PartitionState): PartitionState {
  const { replicas, removingReplicas, addingReplicas } = wanted;
  if (removingReplicas.length === 0 && addingReplicas.length === 0) return wanted;
  const stays = (replica: number): boolean => !removingReplicas.includes(replica);
  const remaining = replicas.filter(stays);
  const inSync = wanted.isr.filter(stays);
  const removesAll = removingReplicas.length > 0 && (inSync.length === 0 || remaining.length === 0);
  if (removesAll || !includesAll(inSync, addingReplicas)) return wanted;
  const shrinks = addingReplicas.length < removingReplicas.length;
  if (shrinks && !includesAll(inSync, remaining)) return wanted;
  return { ...wanted, replicas: remaining, isr: inSync, removingReplicas: [], addingReplicas: [] };
}

/** Who was in sync while the ISR is too small, also when a reassignment has just removed it. */
function targetElr(
  partition: PartitionState,
  isr: readonly number[],
  { uncleanShutdown = [] }: PartitionTarget,
  { elrEnabled, minInsyncReplicas }: ChangeRules,
): readonly number[] {
  if (!elrEnabled) return partition.elr;
  if (isr.length >= minInsyncReplicas) return [];
  const out = new Set([...isr, ...uncleanShutdown]);
  return hashOrder(new Set([...partition.elr, ...partition.isr]), (id) => id).filter(
    (id) => !out.has(id),
  );
}

interface AfterElection {
  readonly isr: readonly number[];
  readonly elr: readonly number[];
}

function elect(
  partition: PartitionState,
  { replicas, isr }: PartitionState,
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
  if (leader === partition.leader) return { isr, elr };
  change.leader = leader;
  if (unclean) {
    change.isr = [leader];
    if (partition.leaderRecoveryState !== RECOVERING) change.leaderRecoveryState = RECOVERING;
    return { isr: [leader], elr: [] };
  }
  if (!elr.includes(leader)) return { isr, elr };
  return { isr: [leader], elr: elr.filter((id) => id !== leader) };
}

function recordElr(
  partition: PartitionState,
  elr: readonly number[],
  { elrEnabled }: ChangeRules,
  change: Change,
): void {
  const next = elrEnabled ? elr : [];
  if (!sameMembers(next, partition.elr)) change.eligibleLeaderReplicas = next;
  if (!elrEnabled || change.leader === undefined) return;
  // The last leader is kept from when there is none until there is one again (KIP-966).
  const isKept = partition.lastKnownElr.length > 0;
  if (change.leader === NO_LEADER && !isKept) change.lastKnownElr = [partition.leader];
  if (change.leader !== NO_LEADER && isKept) change.lastKnownElr = [];
}

function recordAssignment(
  partition: PartitionState,
  { replicas, removingReplicas, addingReplicas }: PartitionState,
  { directories = partition.directories, directoryOf }: PartitionTarget,
  change: Change,
): void {
  if (replicas.length > 0) {
    const places = replicas.map(
      (replica) => directories[partition.replicas.indexOf(replica)] ?? directoryOf?.(replica) ?? "",
    );
    if (!sameMembers(places, partition.directories)) change.directories = places;
    if (!sameMembers(replicas, partition.replicas)) change.replicas = replicas;
  }
  if (!sameMembers(removingReplicas, partition.removingReplicas)) {
    change.removingReplicas = removingReplicas;
  }
  if (!sameMembers(addingReplicas, partition.addingReplicas)) {
    change.addingReplicas = addingReplicas;
  }
}

function includesAll(all: readonly number[], some: readonly number[]): boolean {
  return some.every((id) => all.includes(id));
}

/** The same members in the same order. */
function sameMembers<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((member, i) => member === b[i]);
}
