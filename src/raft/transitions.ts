/** Changes of role that any message may cause. A new role abandons the calls of the old one. */

import { Ballot } from "./ballot.ts";
import type { Core } from "./core.ts";
import { drawCampaignPauseMs, drawElectionTimeoutMs } from "./timing.ts";
import type { ReplicaKey } from "./voter-set.ts";

/** Enters `epoch` (or stays in it) without a leader to follow. */
export function becomeUnattached(core: Core, epoch: number): void {
  const { nowMs } = core;
  core.outbox.abandonCalls();
  core.quorum.unattached(epoch, {
    electionDeadlineMs: nowMs + drawElectionTimeoutMs(core.timing, core.prng),
    fetching: { correlationId: null, sentMs: nowMs, retryMs: nowMs + core.timing.retryBackoffMs },
  });
}

/** Stores the vote for `candidate` and waits for it to win. */
export function grantVote(core: Core, candidate: ReplicaKey): void {
  const { nowMs } = core;
  core.outbox.abandonCalls();
  core.quorum.vote(candidate, {
    electionDeadlineMs: nowMs + drawElectionTimeoutMs(core.timing, core.prng),
    fetching: { correlationId: null, sentMs: nowMs, retryMs: nowMs + core.timing.retryBackoffMs },
  });
}

/** `attached` when the leader itself has just confirmed that it leads. */
export function becomeFollower(
  core: Core,
  epoch: number,
  leaderId: number,
  attached = false,
): void {
  const { nowMs } = core;
  core.outbox.abandonCalls();
  core.quorum.follower(epoch, leaderId, {
    fetchDeadlineMs: nowMs + core.timing.fetchTimeoutMs,
    attached,
    fetching: { correlationId: null, sentMs: nowMs, retryMs: nowMs },
  });
}

/** Starts asking for pre-votes, after a pause that grows with the rounds lost before. */
export function startCampaign(core: Core, options: { readonly atOnce: boolean }): void {
  const { nowMs } = core;
  const pauseMs = options.atOnce ? 0 : drawCampaignPauseMs(core.timing, core.prng, core.lostRounds);
  core.outbox.abandonCalls();
  core.quorum.prospective({
    electionDeadlineMs: nowMs + drawElectionTimeoutMs(core.timing, core.prng),
    ballot: new Ballot(nowMs + pauseMs),
  });
}

/**
 * Adopts what a peer says of the epoch and its leader (-1: unknown). True when the role changed. A claim that
 * contradicts what is known is ignored: at most one leader exists in an epoch.
 */
export function learn(core: Core, epoch: number, leaderId: number): boolean {
  const { quorum } = core;
  const isNews = leaderId >= 0 && leaderId !== core.self.id;
  if (epoch > quorum.epoch) {
    if (isNews) becomeFollower(core, epoch, leaderId);
    else becomeUnattached(core, epoch);
    return true;
  }
  if (epoch < quorum.epoch || !isNews) return false;
  const isFound = quorum.leaderId === leaderId && quorum.role.kind === "unattached";
  if (quorum.leaderId !== -1 && !isFound) return false;
  becomeFollower(core, epoch, leaderId);
  return true;
}
