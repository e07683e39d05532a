/** Fetch on the metadata log: what a leader serves, and where everyone else points to (KIP-595). */

import { ErrorCode } from "../base/error-code.ts";
import { METADATA_TOPIC_ID, ZERO_UUID } from "../base/uuid.ts";
import type { ResponseInit } from "../protocol/apis.ts";
import type { FetchRequest } from "../protocol/messages/fetch.ts";
import type { Core } from "./core.ts";
import { exposedHighWatermark } from "./high-watermark.ts";
import { noteFetch, type ReplicaProgress } from "./leader-progress.ts";
import { advanceHighWatermark } from "./leading.ts";
import { solePartition } from "./metadata-partition.ts";
import type { FetchAsked, Situation } from "./parked-fetches.ts";
import type { Leader } from "./quorum-state.ts";
import type { EpochEnd } from "./raft-log.ts";
import { announceIntervalMs } from "./timing.ts";

/** Requests name the topic by id from here on. */
const FIRST_VERSION_WITH_TOPIC_ID = 13;
const FIRST_VERSION_WITH_ENDPOINTS = 17;
const FIRST_VERSION_WITH_HIGH_WATERMARK = 18;
/** What a replica that cannot say its high watermark sends: the largest int64. */
const HIGH_WATERMARK_UNSUPPORTED = 2n ** 63n - 1n;

const NO_RECORDS = new Uint8Array(0);

/** Answers a fetch at once or parks it. */
export function onFetch(core: Core, version: number, request: FetchRequest, token: unknown): void {
  const asked = admit(core, version, request, token);
  if ("refusal" in asked) {
    core.outbox.reply(token, asked.refusal);
    return;
  }
  noteArrival(core, asked);
  answerOrPark(core, asked);
}

/** Answers the parked fetches for which something has happened. */
export function serveParked(core: Core): void {
  for (const asked of core.parked.takeAffected(situation(core), core.nowMs)) {
    answerOrPark(core, asked);
  }
}

function situation({ quorum, log, highWatermark }: Core): Situation {
  return { quorumChanges: quorum.changes, endOffset: log.endOffset, highWatermark };
}

function answerOrPark(core: Core, asked: FetchAsked): void {
  const answer = answerFetch(core, asked);
  if (answer !== null) {
    core.outbox.reply(asked.token, answer, mayPrecedeStorage(core, asked));
    return;
  }
  const squeezedOut = core.parked.park(asked, situation(core));
  if (squeezedOut === null) return;
  const errorCode = ErrorCode.BROKER_NOT_AVAILABLE;
  core.outbox.reply(squeezedOut.token, partitionError(core, squeezedOut.version, errorCode));
}

/**
 * Whether the answer may go out before the leader has stored what it has just appended, so that leader and followers store
 * it at the same time (Ongaro's thesis, 10.2.1). Only to voters, who take it for no more than appended; the leader's own
 * copy counts no earlier than that, since whatever else it says goes out later. What it calls committed is stored, and so is
 * the epoch that it leads.
 */
function mayPrecedeStorage(core: Core, { replica }: FetchAsked): boolean {
  const { role } = core.quorum;
  if (role.kind !== "leader" || !core.voters.has(replica)) return false;
  const { storedEndOffset } = core.log;
  return role.epochStartOffset < storedEndOffset && core.highWatermark <= storedEndOffset;
}

/** The checks that do not depend on the role. */
function admit(
  core: Core,
  version: number,
  request: FetchRequest,
  token: unknown,
): FetchAsked | { refusal: ResponseInit<"fetch"> } {
  if (request.clusterId !== null && request.clusterId !== core.clusterId) {
    return { refusal: { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID } };
  }
  const partition = solePartition(
    request.topics,
    ({ topicId }, sole) => topicId === METADATA_TOPIC_ID && sole.partition === 0,
  );
  if (partition === null || version < FIRST_VERSION_WITH_TOPIC_ID) {
    return { refusal: { errorCode: ErrorCode.INVALID_REQUEST } };
  }
  const { currentLeaderEpoch, lastFetchedEpoch, fetchOffset, highWatermark } = partition;
  const isSane = request.maxWaitMs >= 0 && fetchOffset >= 0n && lastFetchedEpoch >= 0;
  if (!isSane || lastFetchedEpoch > currentLeaderEpoch) {
    return { refusal: partitionError(core, version, ErrorCode.INVALID_REQUEST) };
  }
  const saysHighWatermark =
    version >= FIRST_VERSION_WITH_HIGH_WATERMARK && highWatermark !== HIGH_WATERMARK_UNSUPPORTED;
  const id = version >= 15 ? request.replicaState.replicaId : request.replicaId;
  return {
    token,
    version,
    replica: { id, directoryId: partition.replicaDirectoryId ?? ZERO_UUID },
    epoch: currentLeaderEpoch,
    fetchOffset: Number(fetchOffset),
    lastFetchedEpoch,
    maxBytes: Math.min(request.maxBytes, core.timing.fetchMaxBytes),
    highWatermark: saysHighWatermark ? Number(highWatermark) : null,
    dueMs: core.nowMs + Math.min(request.maxWaitMs, core.timing.fetchTimeoutMs),
    isHeldBack: false,
  };
}

/** Lets the leader see how far the replica is; a voter may commit something by that. */
function noteArrival(core: Core, asked: FetchAsked): void {
  const { role, epoch } = core.quorum;
  if (role.kind !== "leader" || asked.epoch !== epoch || asked.replica.id < 0) return;
  const progress = role.progress.open(asked.replica, core.voters.has(asked.replica));
  if (divergence(core, asked) !== null) {
    progress.lastFetchMs = core.nowMs;
    return;
  }
  noteFetch(progress, asked.fetchOffset, core.log.endOffset, core.nowMs);
  if (core.voters.has(asked.replica)) {
    const announcement = role.announcements.get(asked.replica.id);
    if (announcement !== undefined) {
      announcement.nextMs = core.nowMs + announceIntervalMs(core.timing);
    }
    advanceHighWatermark(core);
  }
}

/** The answer to a fetch, or null when it has to wait until `dueMs`. */
function answerFetch(core: Core, asked: FetchAsked): ResponseInit<"fetch"> | null {
  const { role } = core.quorum;
  const errorCode = leaderError(core, asked.epoch);
  if (errorCode !== ErrorCode.NONE || role.kind !== "leader") {
    if (mustHoldBack(core, asked)) return null;
    return partitionError(core, asked.version, errorCode);
  }
  const progress =
    asked.replica.id < 0 ? null : role.progress.open(asked.replica, core.voters.has(asked.replica));
  if (progress !== null && mustIntroduce(core, progress, asked)) {
    progress.introduced = true;
    return partitionError(core, asked.version, ErrorCode.NOT_LEADER_OR_FOLLOWER);
  }
  const diverging = divergence(core, asked);
  if (diverging !== null) {
    const { epoch, endOffset } = diverging;
    return served(core, role, asked.version, {
      divergingEpoch: { epoch, endOffset: BigInt(endOffset) },
      records: NO_RECORDS,
    });
  }
  return answerWithRecords(core, role, asked, progress);
}

function leaderError(core: Core, askedEpoch: number): number {
  const { role, epoch } = core.quorum;
  if (askedEpoch < epoch) return ErrorCode.FENCED_LEADER_EPOCH;
  if (askedEpoch > epoch) return ErrorCode.UNKNOWN_LEADER_EPOCH;
  return role.kind === "leader" ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER;
}

/**
 * Brokers repeat a fetch without a pause when they are ahead of this replica or are told of no leader, so such an
 * answer is held back for a while. Voters must hear it at once, to elect.
 */
function mustHoldBack(core: Core, asked: FetchAsked): boolean {
  if (core.voters.has(asked.replica)) return false;
  if (asked.epoch <= core.quorum.epoch && core.leader !== null) return false;
  if (!asked.isHeldBack) {
    asked.isHeldBack = true;
    asked.dueMs = core.nowMs + core.timing.unknownLeaderWaitMs;
  }
  return core.nowMs < asked.dueMs;
}

/**
 * A broker that restarts without a log may remember the leader but not its endpoints, and then fails on a good answer.
 * So the first fetch of an empty observer is told who leads; a healthy one merely repeats it.
 */
function mustIntroduce(core: Core, progress: ReplicaProgress, asked: FetchAsked): boolean {
  if (progress.introduced || asked.fetchOffset > 0 || core.leader === null) return false;
  return !core.voters.has(asked.replica);
}

/** Where the replica's log leaves this one; null when it is a prefix. */
function divergence(core: Core, { fetchOffset, lastFetchedEpoch }: FetchAsked): EpochEnd | null {
  if (fetchOffset === 0 && core.log.startOffset === 0) return null;
  const end = core.log.endOffsetForEpoch(lastFetchedEpoch);
  return end.epoch === lastFetchedEpoch && end.endOffset >= fetchOffset ? null : end;
}

function answerWithRecords(
  core: Core,
  role: Leader,
  asked: FetchAsked,
  progress: ReplicaProgress | null,
): ResponseInit<"fetch"> | null {
  const isVoter = core.voters.has(asked.replica);
  // Observers get committed records only: one answer then delivers and commits them.
  const endOffset = isVoter ? core.log.endOffset : core.highWatermark;
  const highWatermark = exposedHighWatermark(core, role);
  const known = asked.highWatermark ?? progress?.highWatermarkSent ?? highWatermark;
  const isGathering = isVoter && mustGather(core, role, asked);
  const hasRecords = asked.fetchOffset < endOffset && !isGathering;
  const records = hasRecords
    ? core.log.read(asked.fetchOffset, asked.maxBytes, endOffset)
    : NO_RECORDS;
  const isWorthIt = records.length > 0 || (!isVoter && highWatermark > known);
  if (!isWorthIt && highWatermark > known) {
    // A voter needs the high watermark for nothing that is urgent: the next records will most likely carry it.
    asked.dueMs = Math.min(asked.dueMs, core.nowMs + core.timing.highWatermarkLingerMs);
  }
  if (!isWorthIt && core.nowMs < asked.dueMs) return null;
  if (progress !== null) progress.highWatermarkSent = highWatermark;
  // Who lacks more than what is new may get a part of it only, and is not to be counted on.
  const isAllSent = hasRecords && asked.fetchOffset >= core.highWatermark;
  if (progress !== null && isAllSent) progress.sentEndOffset = endOffset;
  return served(core, role, asked.version, { records });
}

/** Whether this voter waits for more records to come, since nobody waits for it. */
function mustGather(core: Core, role: Leader, asked: FetchAsked): boolean {
  if (!canDoWithout(core, role, asked)) return false;
  asked.dueMs = Math.min(asked.dueMs, core.nowMs + core.timing.recordsLingerMs);
  return core.nowMs < asked.dueMs;
}

/**
 * Whether records can be committed without this voter: those who make a majority with the leader are ahead of it, or will
 * be with what they were sent. Of several that have everything, whose fetch has waited longest is sent what comes next, and
 * goes on being sent it. Papers on Paxos call it thrifty to send to a majority only.
 */
function canDoWithout(core: Core, role: Leader, { replica, fetchOffset }: FetchAsked): boolean {
  if (fetchOffset >= core.log.endOffset || exposedHighWatermark(core, role) === -1) return false;
  const others = core.voters.voters.filter(({ id }) => id !== core.self.id && id !== replica.id);
  const ahead = others.filter((voter) => {
    return (role.progress.get(voter)?.sentEndOffset ?? -1) > fetchOffset;
  });
  return ahead.length >= core.othersNeeded;
}

type FetchPartitionInit = NonNullable<
  NonNullable<NonNullable<ResponseInit<"fetch">["responses"]>[number]["partitions"]>[number]
>;

function served(
  core: Core,
  role: Leader,
  version: number,
  fields: FetchPartitionInit,
): ResponseInit<"fetch"> {
  const highWatermark = BigInt(exposedHighWatermark(core, role));
  return answered(core, version, { highWatermark, ...fields });
}

function partitionError(core: Core, version: number, errorCode: number): ResponseInit<"fetch"> {
  return answered(core, version, { errorCode, highWatermark: -1n, records: NO_RECORDS });
}

function answered(core: Core, version: number, fields: FetchPartitionInit): ResponseInit<"fetch"> {
  const partition = {
    partitionIndex: 0,
    logStartOffset: BigInt(core.log.startOffset),
    currentLeader: { leaderId: core.leaderIdToTell, leaderEpoch: core.quorum.epoch },
    abortedTransactions: [],
    ...fields,
  };
  return {
    responses: [{ topicId: METADATA_TOPIC_ID, partitions: [partition] }],
    nodeEndpoints: version >= FIRST_VERSION_WITH_ENDPOINTS ? core.leaderEndpoints : [],
  };
}
