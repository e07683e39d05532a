/** Vote (KIP-595, KIP-853, KIP-996): whether this replica supports another one as leader. */

import { ErrorCode } from "../base/error-code.ts";
import { ZERO_UUID } from "../base/uuid.ts";
import type { ResponseInit } from "../protocol/apis.ts";
import type { VoteRequest } from "../protocol/messages/vote.ts";
import { comparePositions, yieldTo } from "./campaigning.ts";
import type { Core } from "./core.ts";
import { inMetadataTopic, soleMetadataPartition } from "./metadata-partition.ts";
import { becomeUnattached, grantVote } from "./transitions.ts";

type VotePartition = VoteRequest["topics"][number]["partitions"][number];

export function onVote(core: Core, version: number, request: VoteRequest): ResponseInit<"vote"> {
  if (request.clusterId !== null && request.clusterId !== core.clusterId) {
    return { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID };
  }
  const partition = soleMetadataPartition(request.topics);
  if (partition === null) return { errorCode: ErrorCode.INVALID_REQUEST };
  const errorCode = admit(core, request.voterId, partition);
  const voteGranted = errorCode === ErrorCode.NONE && decide(core, partition);
  const leaderId = core.quorum.role.kind === "resigned" ? -1 : core.quorum.leaderId;
  return {
    topics: inMetadataTopic({
      errorCode,
      leaderId,
      leaderEpoch: core.quorum.epoch,
      voteGranted,
    }),
    nodeEndpoints: version >= 1 ? core.leaderEndpoints : [],
  };
}

/** Checks the request and adopts its epoch when that is newer, before looking whom it was meant for. */
function admit(core: Core, voterId: number, partition: VotePartition): number {
  const { replicaEpoch, replicaId, lastOffset, lastOffsetEpoch, preVote } = partition;
  const isPast = preVote ? lastOffsetEpoch <= replicaEpoch : lastOffsetEpoch < replicaEpoch;
  if (replicaId < 0 || lastOffset < 0n || lastOffsetEpoch < 0 || !isPast) {
    return ErrorCode.INVALID_REQUEST;
  }
  if (replicaEpoch < core.quorum.epoch) return ErrorCode.FENCED_LEADER_EPOCH;
  if (replicaEpoch > core.quorum.epoch) becomeUnattached(core, replicaEpoch);
  return checkVoterKey(core, voterId, partition.voterDirectoryId);
}

/** INVALID_VOTER_KEY when a request names another replica, or this one with another directory (KAFKA-17426). */
export function checkVoterKey(core: Core, voterId: number, directoryId: string): number {
  const isMe = voterId === -1 || voterId === core.self.id;
  const isMyDirectory = directoryId === ZERO_UUID || directoryId === core.self.directoryId;
  return isMe && isMyDirectory ? ErrorCode.NONE : ErrorCode.INVALID_VOTER_KEY;
}

function decide(core: Core, partition: VotePartition): boolean {
  const { role } = core.quorum;
  const candidate = { id: partition.replicaId, directoryId: partition.replicaDirectoryId };
  const position = { epoch: partition.lastOffsetEpoch, offset: Number(partition.lastOffset) };
  const isUpToDate =
    comparePositions(position, { epoch: core.log.lastEpoch, offset: core.log.endOffset }) >= 0;
  if (partition.preVote) {
    if (role.kind === "leader" || !isUpToDate) return false;
    if (role.kind === "follower" && role.attached) return false;
    if (role.kind === "prospective") yieldTo(core, role, { ...candidate, ...position });
    return true;
  }
  if (role.kind !== "unattached" && role.kind !== "prospective") return false;
  if (core.quorum.votedId !== -1) {
    if (!core.quorum.hasVotedFor(candidate)) return false;
  } else if (core.quorum.leaderId !== -1 || !isUpToDate) {
    return false;
  }
  grantVote(core, candidate);
  return true;
}
