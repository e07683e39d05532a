/** The follower's side of replication: one fetch in flight, appended, truncated or given up on. */

import { assert } from "../base/assert.ts";
import { ErrorCode } from "../base/error-code.ts";
import { MalformedError } from "../base/malformed-error.ts";
import { METADATA_TOPIC_ID } from "../base/uuid.ts";
import type { FetchResponse } from "../protocol/messages/fetch.ts";
import { type Batch, readBatches } from "../protocol/record-batch.ts";
import type { Core } from "./core.ts";
import { solePartition } from "./metadata-partition.ts";
import type { Follower, Unattached } from "./quorum-state.ts";
import { becomeUnattached, learn, startCampaign } from "./transitions.ts";
import { votersIn } from "./voter-set.ts";

type FetchedPartition = FetchResponse["responses"][number]["partitions"][number];

/** What a follower, or an observer that looks for a leader, does when time has passed. */
export function driveFetching(core: Core, role: Follower | Unattached): void {
  if (role.kind === "follower" && core.nowMs >= role.fetchDeadlineMs) {
    loseLeader(core);
    return;
  }
  if (role.kind === "unattached" && core.isVoter) {
    if (core.nowMs >= role.electionDeadlineMs) startCampaign(core, { atOnce: true });
    return;
  }
  const { fetching } = role;
  if (fetching.correlationId !== null || core.nowMs < fetching.retryMs) return;
  const to = role.kind === "follower" ? core.quorum.leaderId : anyPeer(core);
  if (to === null) fetching.retryMs = core.nowMs + core.timing.fetchTimeoutMs;
  else {
    fetching.correlationId = sendFetch(core, to);
    fetching.sentMs = core.nowMs;
  }
}

/** When a follower or an unattached replica has to act next. */
export function fetchingDeadlineMs(core: Core, role: Follower | Unattached): number {
  if (role.kind === "unattached" && core.isVoter) return role.electionDeadlineMs;
  const { correlationId, retryMs } = role.fetching;
  const nextMs = correlationId === null ? retryMs : Number.POSITIVE_INFINITY;
  return role.kind === "follower" ? Math.min(nextMs, role.fetchDeadlineMs) : nextMs;
}

function anyPeer(core: Core): number | null {
  const { peers } = core;
  return peers.length === 0 ? null : (peers[core.prng.below(peers.length)] ?? null);
}

function sendFetch(core: Core, to: number): number {
  const { log, timing } = core;
  return core.outbox.send(
    to,
    "fetch",
    {
      clusterId: core.clusterId,
      replicaState: { replicaId: core.self.id },
      maxWaitMs: timing.fetchMaxWaitMs,
      maxBytes: timing.fetchMaxBytes,
      topics: [
        {
          topicId: METADATA_TOPIC_ID,
          partitions: [
            {
              partition: 0,
              currentLeaderEpoch: core.quorum.epoch,
              fetchOffset: BigInt(log.endOffset),
              lastFetchedEpoch: log.lastEpoch,
              replicaDirectoryId: core.self.directoryId,
              highWatermark: BigInt(core.highWatermark),
            },
          ],
        },
      ],
    },
    timing.requestTimeoutMs,
  );
}

/** The leader cannot be reached: a voter campaigns, an observer asks around. */
function loseLeader(core: Core): void {
  if (core.isVoter) startCampaign(core, { atOnce: false });
  else becomeUnattached(core, core.quorum.epoch);
}

/** The fetch was rejected or not answered in time. */
export function onFetchFailure(core: Core, role: Follower | Unattached): void {
  if (role.kind === "follower") loseLeader(core);
  else retryLater(core, role);
}

function retryLater(core: Core, role: Follower | Unattached): void {
  role.fetching.correlationId = null;
  role.fetching.retryMs = core.nowMs + core.timing.retryBackoffMs;
}

/** Handles the answer to the fetch in flight. */
export function onFetchResponse(
  core: Core,
  role: Follower | Unattached,
  response: FetchResponse,
): void {
  const partition = solePartition(
    response.responses,
    ({ topicId }, { partitionIndex }) => topicId === METADATA_TOPIC_ID && partitionIndex === 0,
  );
  if (response.errorCode !== ErrorCode.NONE || partition === null) {
    retryLater(core, role);
    return;
  }
  const { leaderEpoch, leaderId } = partition.currentLeader;
  if (learn(core, leaderEpoch, leaderId)) return;
  if (role.kind === "unattached" || leaderEpoch !== core.quorum.epoch) {
    retryLater(core, role);
  } else if (partition.errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER) {
    // It was asked in its own epoch, so it has resigned.
    loseLeader(core);
  } else if (partition.errorCode !== ErrorCode.NONE || !takeIn(core, partition)) {
    retryLater(core, role);
  } else {
    core.lostRounds = 0;
    role.attached = true;
    const leaderHighWatermark = Number(partition.highWatermark);
    // The answer may have been long on its way: all that is certain is that it was given after the question.
    if (leaderHighWatermark >= 0 && core.highWatermark >= leaderHighWatermark) {
      core.caughtUpMs = role.fetching.sentMs;
    }
    role.fetchDeadlineMs = core.nowMs + core.timing.fetchTimeoutMs;
    role.fetching.correlationId = null;
    role.fetching.retryMs = core.nowMs;
  }
}

/** Brings the log in line with the answer; false when the answer is of no use. */
function takeIn(core: Core, partition: FetchedPartition): boolean {
  if (partition.divergingEpoch.epoch >= 0) return truncateTo(core, partition.divergingEpoch);
  if (partition.snapshotId.epoch >= 0) return false;
  const batches = validBatches(core, partition.records);
  if (batches === null) return false;
  for (const batch of batches) {
    core.log.append(batch);
    core.voters.onAppend(batch);
  }
  core.raiseHighWatermark(Math.min(core.log.endOffset, Number(partition.highWatermark)));
  return true;
}

function truncateTo(core: Core, diverging: { epoch: number; endOffset: bigint }): boolean {
  const { log } = core;
  const mine = log.endOffsetForEpoch(diverging.epoch);
  // Without a batch of that epoch the leader's offset says nothing about this log: the next fetch finds out more.
  const endOffset =
    mine.epoch === diverging.epoch
      ? Math.min(mine.endOffset, Number(diverging.endOffset))
      : mine.endOffset;
  if (endOffset < 0 || endOffset >= log.endOffset) return false;
  // What is committed never goes away (KAFKA-12460).
  assert(
    endOffset >= core.highWatermark,
    `Cannot truncate to ${endOffset}: committed up to ${core.highWatermark}`,
  );
  log.truncate(endOffset);
  core.voters.onTruncate(log);
  return true;
}

/** The batches to append, in order; null when one of them cannot follow in this log. */
function validBatches(core: Core, records: Uint8Array | null): Batch[] | null {
  const batches: Batch[] = [];
  let { endOffset, lastEpoch } = core.log;
  try {
    for (const batch of readBatches(records ?? new Uint8Array(0))) {
      if (batch.lastOffset < endOffset) continue;
      const follows = batch.baseOffset === endOffset && batch.leaderEpoch >= lastEpoch;
      if (!follows || batch.leaderEpoch > core.quorum.epoch) return null;
      if (batch.control) votersIn(batch);
      batches.push(batch);
      endOffset = batch.lastOffset + 1;
      lastEpoch = batch.leaderEpoch;
    }
  } catch (error) {
    if (error instanceof MalformedError) return null;
    throw error;
  }
  return batches;
}
