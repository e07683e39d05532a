/**
 * Proof of who leads, for reads that must not be stale. A read waits for a barrier; a barrier is complete once a majority
 * has confirmed, in answer to a question that was asked after the barrier was, that it follows this leader in this epoch.
 * Nothing is assumed from what was confirmed before: there is no lease.
 *
 * As many voters are asked as make a majority with the leader, those first who have confirmed last. While they are asked,
 * reads gather behind the next barrier. Whoever fails, or is silent for a while, is made up for by all the others.
 */

import { assert } from "../base/assert.ts";
import type { LeaderAnswer, LeaderQuestion } from "../protocol/leader-question.ts";
import type { Core } from "./core.ts";
import { exposedHighWatermark } from "./high-watermark.ts";
import type { Confirmations } from "./leader-progress.ts";
import type { Leader } from "./quorum-state.ts";
import { learn } from "./transitions.ts";

/** Asks for proof that this replica still leads; returns the barrier's id. */
export function requestReadBarrier(core: Core): number {
  const { role } = core.quorum;
  assert(role.kind === "leader", `Cannot prove leadership as ${role.kind}`);
  const needsNobody = core.isVoter && core.majority === 1;
  if (needsNobody && exposedHighWatermark(core, role) >= 0) {
    core.quorum.confirmOwnership();
    return core.completedReadBarrier;
  }
  // A barrier that no voter was asked for yet serves this request too.
  const isAsked = core.askedReadBarrier === core.readBarrier;
  if (isAsked || core.readBarrier === core.completedReadBarrier) core.readBarrier += 1;
  return core.readBarrier;
}

/** Asks voters for the newest barrier, unless those who are being asked can still complete one. */
export function askForProof(core: Core): void {
  const { role } = core.quorum;
  if (role.kind !== "leader" || core.completedReadBarrier === core.readBarrier) return;
  const { nowMs } = core;
  if (isUnderWay(core) && nowMs < role.askOthersMs) return;
  const free = silentVoters(core, role).filter(({ retryMs }) => retryMs <= nowMs);
  if (free.length === 0) return;
  free.sort((a, b) => b.confirmedMs - a.confirmedMs);
  const asked = isUnderWay(core) ? free : free.slice(0, core.othersNeeded);
  for (const confirmations of asked) ask(core, confirmations);
  core.askedReadBarrier = core.readBarrier;
  role.askOthersMs = nowMs + core.timing.readBarrierLingerMs;
}

/** When `askForProof` is wanted next; Infinity while no proof is, or everybody who could confirm is being asked. */
export function proofDeadlineMs(core: Core, role: Leader): number {
  if (core.completedReadBarrier === core.readBarrier) return Number.POSITIVE_INFINITY;
  const freeMs = Math.min(...silentVoters(core, role).map(({ retryMs }) => retryMs));
  return isUnderWay(core) ? Math.max(freeMs, role.askOthersMs) : freeMs;
}

/** Follower: says whom it follows. It follows nobody when the question is not meant for it. */
export function answerWhoLeads(core: Core, question: LeaderQuestion): LeaderAnswer {
  const { role, epoch, leaderId } = core.quorum;
  const isFollowing =
    role.kind === "follower" && question.voterDirectoryId === core.self.directoryId;
  if (!isFollowing) return { leaderEpoch: epoch, leaderId: -1 };
  // One that was replaced cannot know whom its successor follows.
  core.quorum.confirmOwnership();
  return { leaderEpoch: epoch, leaderId };
}

/** Leader: a voter has answered. */
export function onLeaderAnswer(
  core: Core,
  role: Leader,
  confirmations: Confirmations,
  { leaderEpoch, leaderId }: LeaderAnswer,
): void {
  if (leaderEpoch !== core.quorum.epoch || leaderId !== core.self.id) {
    onNoConfirmation(core, role, confirmations);
    learn(core, leaderEpoch, leaderId);
    return;
  }
  confirmations.readBarrier = confirmations.asked ?? 0;
  confirmations.asked = null;
  confirmations.confirmedMs = core.nowMs;
  completeReadBarriers(core, role);
}

/** Leader: the call has failed, or the voter does not confirm. Others are asked at once. */
export function onNoConfirmation(core: Core, role: Leader, confirmations: Confirmations): void {
  confirmations.asked = null;
  confirmations.retryMs = core.nowMs + core.timing.retryBackoffMs;
  role.askOthersMs = core.nowMs;
}

/** Completes what a majority has confirmed, once this epoch has committed: before, what is committed is not known. */
export function completeReadBarriers(core: Core, role: Leader): void {
  if (core.completedReadBarrier === core.readBarrier) return;
  if (exposedHighWatermark(core, role) === -1) return;
  const reached = role.progress.reached(
    core.voters.voters,
    core.self,
    core.readBarrier,
    ({ confirmations }) => confirmations.readBarrier,
  );
  if (reached <= core.completedReadBarrier) return;
  core.quorum.confirmOwnership();
  core.completedReadBarrier = reached;
}

/** Whether voters are being asked for a barrier that is not complete. */
function isUnderWay(core: Core): boolean {
  return core.askedReadBarrier > core.completedReadBarrier;
}

/** Of the other voters, those who have not confirmed the newest barrier and owe no answer. */
function silentVoters(core: Core, role: Leader): Confirmations[] {
  return core.voters.voters
    .filter(({ id }) => id !== core.self.id)
    .map((voter) => role.progress.open(voter, true).confirmations)
    .filter(({ asked, readBarrier }) => asked === null && readBarrier < core.readBarrier);
}

function ask(core: Core, confirmations: Confirmations): void {
  confirmations.asked = core.readBarrier;
  const question = {
    leaderEpoch: core.quorum.epoch,
    leaderId: core.self.id,
    voterDirectoryId: confirmations.directoryId,
  };
  core.outbox.askWhoLeads(confirmations, question, core.timing.requestTimeoutMs);
}
