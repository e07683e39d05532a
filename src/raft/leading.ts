/** The leader's side: opening an epoch, appending, committing, announcing itself, and noticing that it is cut off. */

import { assert } from "../base/assert.ts";
import { encodeControlRecord, type NewControlRecord } from "../protocol/control-record.ts";
import { type Batch, type BatchRecord, encodeBatch } from "../protocol/record-batch.ts";
import type { Core } from "./core.ts";
import { reachedByMajority } from "./high-watermark.ts";
import { LeaderProgress } from "./leader-progress.ts";
import { inMetadataTopic } from "./metadata-partition.ts";
import type { Announcement, Leader } from "./quorum-state.ts";
import { completeReadBarriers, proofDeadlineMs } from "./read-barrier.ts";
import { announceIntervalMs, checkQuorumMs, drawElectionTimeoutMs } from "./timing.ts";

/** Opens the epoch that was won with one control batch: LeaderChange, and the voters when no log holds them yet. */
export function becomeLeader(core: Core, grantedBy: Iterable<number>): void {
  const { nowMs, quorum } = core;
  core.outbox.abandonCalls();
  core.lostRounds = 0;
  core.askedReadBarrier = core.completedReadBarrier;
  const announcements = core.peers.map((id): [number, Announcement] => [
    id,
    { nextMs: nowMs, backoffMs: 0, pending: false },
  ]);
  quorum.leader({
    epochStartOffset: core.log.endOffset,
    sinceMs: nowMs,
    progress: new LeaderProgress(),
    announcements: new Map(announcements),
    askOthersMs: nowMs,
    quietUntilMs: nowMs,
  });
  const granting = [core.self.id, ...grantedBy].sort((a, b) => a - b);
  const records = epochStartRecords(core, granting).map(encodeControlRecord);
  appendAsLeader(core, records, true);
}

function epochStartRecords(core: Core, granting: readonly number[]): NewControlRecord[] {
  const { voters } = core.voters;
  const leaderChange: NewControlRecord = {
    type: "leaderChange",
    data: {
      leaderId: core.self.id,
      voters: voters.map(({ id }) => ({ voterId: id })),
      grantingVoters: granting.map((voterId) => ({ voterId })),
    },
  };
  if (core.voters.isInLog) return [leaderChange];
  const { min, max } = core.kraftVersionRange;
  return [
    leaderChange,
    { type: "kraftVersion", data: { kRaftVersion: max } },
    {
      type: "kraftVoters",
      data: {
        voters: voters.map(({ id, directoryId, endpoints }) => ({
          voterId: id,
          voterDirectoryId: directoryId,
          endpoints,
          kRaftVersionFeature: { minSupportedVersion: min, maxSupportedVersion: max },
        })),
      },
    },
  ];
}

/** Appends one batch of the leader's epoch; it counts as stored, since nothing leaves before it is. */
export function appendAsLeader(
  core: Core,
  records: readonly BatchRecord[],
  control: boolean,
): Batch {
  assert(core.quorum.role.kind === "leader", `Cannot append as ${core.quorum.role.kind}`);
  assert(records.length > 0, "Cannot append an empty batch");
  const baseOffset = core.log.endOffset;
  const leaderEpoch = core.quorum.epoch;
  const timestampMs = core.nowMs;
  const bytes = encodeBatch({ baseOffset, leaderEpoch, timestampMs, control, records });
  const batch: Batch = {
    baseOffset,
    lastOffset: baseOffset + records.length - 1,
    leaderEpoch,
    control,
    timestampMs,
    recordCount: records.length,
    bytes,
  };
  core.log.append(batch);
  core.voters.onAppend(batch);
  // Where others are needed it is they who commit, not this; and many changes are appended before they are asked.
  if (control || core.othersNeeded === 0) advanceHighWatermark(core);
  return batch;
}

/** Commits what a majority holds, but nothing before the epoch's own first record is among it (KAFKA-12619). */
export function advanceHighWatermark(core: Core): void {
  const { role } = core.quorum;
  if (role.kind !== "leader") return;
  const reached = role.progress.reached(
    core.voters.voters,
    core.self,
    core.log.endOffset,
    ({ endOffset }) => endOffset,
  );
  if (reached > role.epochStartOffset) core.raiseHighWatermark(reached);
  completeReadBarriers(core, role);
}

/** Leaves leadership for good and tells the others, best successor first. */
export function resign(core: Core): void {
  const { role } = core.quorum;
  if (role.kind !== "leader") return;
  const { nowMs, timing } = core;
  const others = core.voters.voters.filter(({ id }) => id !== core.self.id);
  const endOffsetOf = (key: (typeof others)[number]) => role.progress.get(key)?.endOffset ?? -1;
  const candidates = [...others].sort((a, b) => endOffsetOf(b) - endOffsetOf(a));
  core.outbox.abandonCalls();
  core.quorum.resigned({ electionDeadlineMs: nowMs + drawElectionTimeoutMs(timing, core.prng) });
  for (const { id } of others) {
    core.outbox.send(
      id,
      "endQuorumEpoch",
      {
        clusterId: core.clusterId,
        topics: inMetadataTopic({
          leaderId: core.self.id,
          leaderEpoch: core.quorum.epoch,
          preferredCandidates: candidates.map((voter) => ({
            candidateId: voter.id,
            candidateDirectoryId: voter.directoryId,
          })),
        }),
        leaderEndpoints: core.voters.byId(core.self.id)?.endpoints ?? [],
      },
      timing.requestTimeoutMs,
    );
  }
}

/** Until when this leader may go on without another fetch; Infinity when it needs nobody. */
export function checkQuorumDeadlineMs(core: Core, role: Leader): number {
  if (core.isVoter && core.voters.voters.length === 1) return Number.POSITIVE_INFINITY;
  const contacts = core.voters.voters.map((voter) =>
    voter.id === core.self.id
      ? Number.POSITIVE_INFINITY
      : Math.max(role.sinceMs, role.progress.get(voter)?.lastFetchMs ?? -1),
  );
  return reachedByMajority(contacts) + checkQuorumMs(core.timing);
}

/** What a leader does when time has passed. */
export function driveLeader(core: Core, role: Leader): void {
  // Asked several times with every change. The voters are the same while it leads, and what they say only puts it off.
  if (core.nowMs < role.quietUntilMs) return;
  const checkQuorumMs = checkQuorumDeadlineMs(core, role);
  if (core.nowMs >= checkQuorumMs) {
    resign(core);
    return;
  }
  role.quietUntilMs = checkQuorumMs;
  for (const [id, announcement] of role.announcements) {
    if (!announcement.pending && core.nowMs >= announcement.nextMs) announce(core, role, id);
    if (!announcement.pending) {
      role.quietUntilMs = Math.min(role.quietUntilMs, announcement.nextMs);
    }
  }
}

function announce(core: Core, role: Leader, id: number): void {
  const voter = core.voters.byId(id);
  const announcement = role.announcements.get(id);
  if (voter === undefined || announcement === undefined) {
    role.announcements.delete(id);
    return;
  }
  const lastFetchMs = role.progress.get(voter)?.lastFetchMs ?? -1;
  const nextMs = lastFetchMs + announceIntervalMs(core.timing);
  if (lastFetchMs >= 0 && nextMs > core.nowMs) {
    announcement.nextMs = nextMs;
    return;
  }
  announcement.pending = true;
  core.outbox.send(
    id,
    "beginQuorumEpoch",
    {
      clusterId: core.clusterId,
      voterId: id,
      topics: inMetadataTopic({
        voterDirectoryId: voter.directoryId,
        leaderId: core.self.id,
        leaderEpoch: core.quorum.epoch,
      }),
      leaderEndpoints: core.voters.byId(core.self.id)?.endpoints ?? [],
    },
    core.timing.requestTimeoutMs,
  );
}

/** A voter has heard the announcement, or the call failed and is repeated after a growing pause. */
export function onAnnounced(core: Core, role: Leader, id: number, heard: boolean): void {
  const announcement = role.announcements.get(id);
  if (announcement === undefined) return;
  const intervalMs = announceIntervalMs(core.timing);
  announcement.pending = false;
  announcement.backoffMs = heard
    ? 0
    : Math.min(intervalMs, Math.max(core.timing.retryBackoffMs, announcement.backoffMs * 2));
  announcement.nextMs = core.nowMs + (heard ? intervalMs : announcement.backoffMs);
  role.quietUntilMs = Math.min(role.quietUntilMs, announcement.nextMs);
}

/** When a leader has to act next; may be early, never late. */
export function leaderDeadlineMs(core: Core, role: Leader): number {
  return Math.min(role.quietUntilMs, proofDeadlineMs(core, role));
}
