/** Every duration and bound of consensus, in one place, and the draws made from them. */

import type { Prng } from "../base/prng.ts";

/** Durations in milliseconds; the first six default to what Kafka's controller.quorum.* settings default to. */
export interface RaftTiming {
  readonly electionTimeoutMs: number;
  readonly fetchTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly retryBackoffMs: number;
  /** How long a fetch waits at the leader. */
  readonly fetchMaxWaitMs: number;
  readonly fetchMaxBytes: number;
  /** How long a voter's fetch goes on waiting for records when all there is to tell it is a higher high watermark. */
  readonly highWatermarkLingerMs: number;
  /** How long those who were asked to confirm a read barrier are waited for before all others are asked as well. */
  readonly readBarrierLingerMs: number;
  /** How long records gather for a voter while others are ahead of it, who can commit them: they may have died over it. */
  readonly recordsLingerMs: number;
  /** A voter whose call to the leader failed sends its first pre-vote within this time, so that voters do not collide. */
  readonly campaignSpreadMs: number;
  /** The pause after a first lost round is drawn from [this, 2.5 x this]; it doubles up to the election timeout. */
  readonly campaignBackoffMs: number;
  /** How long an answer that cannot name a leader is held back, because brokers retry it without a pause. */
  readonly unknownLeaderWaitMs: number;
  /** An observer that has not fetched for so long is forgotten. */
  readonly observerExpiryMs: number;
}

export const DEFAULT_TIMING: RaftTiming = {
  electionTimeoutMs: 1000,
  fetchTimeoutMs: 2000,
  requestTimeoutMs: 2000,
  retryBackoffMs: 20,
  fetchMaxWaitMs: 500,
  fetchMaxBytes: 8 * 1024 * 1024,
  highWatermarkLingerMs: 20,
  readBarrierLingerMs: 5,
  recordsLingerMs: 5,
  campaignSpreadMs: 15,
  campaignBackoffMs: 20,
  unknownLeaderWaitMs: 50,
  observerExpiryMs: 300_000,
};

/** An election timeout, drawn from [electionTimeoutMs, 2 x electionTimeoutMs). */
export function drawElectionTimeoutMs(timing: RaftTiming, prng: Prng): number {
  return timing.electionTimeoutMs + prng.below(Math.max(1, timing.electionTimeoutMs));
}

/** The pause before the next round of votes, after `rounds` rounds that did not win. */
export function drawCampaignPauseMs(timing: RaftTiming, prng: Prng, rounds: number): number {
  if (rounds === 0) return prng.below(timing.campaignSpreadMs + 1);
  const longest = Math.max(timing.electionTimeoutMs, 1);
  const shortest = Math.min(timing.campaignBackoffMs * 2 ** (Math.min(rounds, 20) - 1), longest);
  return shortest + prng.below(Math.floor(shortest * 1.5) + 1);
}

/** How long a leader goes on without fetches from a majority. */
export function checkQuorumMs(timing: RaftTiming): number {
  return timing.fetchTimeoutMs * 1.5;
}

/** How often a leader announces itself to a voter that does not fetch. */
export function announceIntervalMs(timing: RaftTiming): number {
  return timing.fetchTimeoutMs / 2;
}
