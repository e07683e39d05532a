/** The candidate's side of an election: rounds of pre-votes, then of votes, until someone leads. */

import type { VoteResponse } from "../protocol/messages/vote.ts";
import { Ballot } from "./ballot.ts";
import type { Core } from "./core.ts";
import { becomeLeader } from "./leading.ts";
import { inMetadataTopic, soleMetadataPartition } from "./metadata-partition.ts";
import type { Candidate, Prospective } from "./quorum-state.ts";
import { drawCampaignPauseMs, drawElectionTimeoutMs } from "./timing.ts";
import { becomeFollower, learn, startCampaign } from "./transitions.ts";
import type { ReplicaKey } from "./voter-set.ts";

/** The last epoch that can be campaigned for: epochs are int32 on the wire. */
const MAX_EPOCH = 2 ** 31 - 1;

/** One step of a campaign; the caller repeats it while the role changes. */
export function driveCampaign(core: Core, role: Prospective | Candidate): void {
  if (role.ballot.granted.size + 1 >= core.majority) win(core, role);
  else if (role.kind === "prospective") driveProspective(core, role);
  else driveCandidate(core, role);
}

function win(core: Core, role: Prospective | Candidate): void {
  if (role.kind === "candidate") becomeLeader(core, role.ballot.granted);
  else if (core.quorum.epoch < MAX_EPOCH) becomeCandidate(core, core.quorum.epoch + 1);
}

/** Votes for itself in `epoch` and asks the others. */
export function becomeCandidate(core: Core, epoch: number): void {
  core.outbox.abandonCalls();
  core.quorum.candidate(epoch, {
    electionDeadlineMs: core.nowMs + drawElectionTimeoutMs(core.timing, core.prng),
    ballot: new Ballot(core.nowMs),
  });
}

function driveProspective(core: Core, role: Prospective): void {
  const { nowMs, quorum } = core;
  const isRefused = role.ballot.refused.size >= core.majority;
  const isLate = nowMs >= role.electionDeadlineMs;
  // Whoever has asked nobody yet, because it waited or gave way for so long, asks before it gives up.
  const isFirstRound = isLate && !role.ballot.started;
  if (isRefused || (isLate && !isFirstRound)) {
    // The others still have a leader: so has this one, if it knows it.
    if (quorum.leaderId >= 0 && core.voters.byId(quorum.leaderId) !== undefined) {
      becomeFollower(core, quorum.epoch, quorum.leaderId);
      return;
    }
  }
  if (isLate) role.electionDeadlineMs = nowMs + drawElectionTimeoutMs(core.timing, core.prng);
  if (isFirstRound || nowMs >= role.ballot.nextRoundMs) askForVotes(core, role);
}

function driveCandidate(core: Core, role: Candidate): void {
  const { nowMs } = core;
  const isRoundOver = nowMs >= role.ballot.nextRoundMs;
  if (nowMs >= role.electionDeadlineMs || (isRoundOver && role.ballot.refused.size > 0)) {
    startCampaign(core, { atOnce: true });
  } else if (isRoundOver) {
    askForVotes(core, role);
  }
}

function askForVotes(core: Core, role: Prospective | Candidate): void {
  core.lostRounds += 1;
  role.ballot.nextRoundMs =
    core.nowMs + Math.max(1, drawCampaignPauseMs(core.timing, core.prng, core.lostRounds));
  for (const id of role.ballot.ask(core.peers)) {
    core.outbox.send(
      id,
      "vote",
      {
        clusterId: core.clusterId,
        voterId: id,
        topics: inMetadataTopic({
          replicaEpoch: core.quorum.epoch,
          replicaId: core.self.id,
          replicaDirectoryId: core.self.directoryId,
          voterDirectoryId: core.voters.byId(id)?.directoryId,
          lastOffsetEpoch: core.log.lastEpoch,
          lastOffset: BigInt(core.log.endOffset),
          preVote: role.kind === "prospective",
        }),
      },
      core.timing.requestTimeoutMs,
    );
  }
}

/** Counts one answer; an answer that tells of a newer epoch or a leader ends the campaign instead. */
export function onVoteResponse(
  core: Core,
  role: Prospective | Candidate,
  from: number,
  response: VoteResponse,
): void {
  const partition = soleMetadataPartition(response.topics);
  if (response.errorCode !== 0 || partition === null) {
    role.ballot.fail(from);
    return;
  }
  if (learn(core, partition.leaderEpoch, partition.leaderId)) return;
  role.ballot.answer(from, partition.errorCode === 0 && partition.voteGranted);
  const { epoch, leaderId } = core.quorum;
  const stillLeads = from === leaderId && partition.leaderId === from;
  if (role.kind === "prospective" && stillLeads && partition.leaderEpoch === epoch) {
    becomeFollower(core, epoch, leaderId, true);
  }
}

/**
 * Makes room for a campaign just supported: of several prospective voters one goes first, so that they do not split
 * the vote. The better log goes first, then the larger id; one that has not asked anybody yet lets any other go first.
 */
export function yieldTo(core: Core, role: Prospective, other: ReplicaKey & Position): void {
  const mine = { epoch: core.log.lastEpoch, offset: core.log.endOffset };
  const order = comparePositions(mine, other);
  const goesFirst = order > 0 || (order === 0 && core.self.id > other.id);
  if (role.ballot.started && goesFirst) return;
  core.outbox.abandonCalls();
  role.ballot.yieldUntil(
    core.nowMs + drawCampaignPauseMs(core.timing, core.prng, Math.max(2, core.lostRounds)),
  );
}

/** The end of a log as elections compare it. */
export interface Position {
  readonly epoch: number;
  readonly offset: number;
}

export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.offset - b.offset;
}
