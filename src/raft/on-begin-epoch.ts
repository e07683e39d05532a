/** BeginQuorumEpoch (KIP-595): a new leader makes itself known. */

import { ErrorCode } from "../base/error-code.ts";
import type { ResponseInit } from "../protocol/apis.ts";
import type { BeginQuorumEpochRequest } from "../protocol/messages/begin-quorum-epoch.ts";
import type { Core } from "./core.ts";
import { inMetadataTopic, soleMetadataPartition } from "./metadata-partition.ts";
import { checkVoterKey } from "./on-vote.ts";
import { becomeFollower, learn } from "./transitions.ts";

export function onBeginQuorumEpoch(
  core: Core,
  version: number,
  request: BeginQuorumEpochRequest,
): ResponseInit<"beginQuorumEpoch"> {
  if (request.clusterId !== null && request.clusterId !== core.clusterId) {
    return { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID };
  }
  const partition = soleMetadataPartition(request.topics);
  if (partition === null) return { errorCode: ErrorCode.INVALID_REQUEST };
  const { leaderId, leaderEpoch, voterDirectoryId } = partition;
  let errorCode = follow(core, leaderId, leaderEpoch);
  if (errorCode === ErrorCode.NONE) {
    errorCode = checkVoterKey(core, request.voterId, voterDirectoryId);
  }
  return {
    topics: inMetadataTopic({
      errorCode,
      leaderId: core.quorum.leaderId,
      leaderEpoch: core.quorum.epoch,
    }),
    nodeEndpoints: version >= 1 ? core.leaderEndpoints : [],
  };
}

/** Follows the sender. A second leader in one epoch cannot exist, so such a claim is refused. */
function follow(core: Core, leaderId: number, leaderEpoch: number): number {
  const { quorum } = core;
  if (leaderId < 0 || leaderEpoch < 0 || leaderId === core.self.id) {
    return ErrorCode.INVALID_REQUEST;
  }
  if (leaderEpoch < quorum.epoch) return ErrorCode.FENCED_LEADER_EPOCH;
  learn(core, leaderEpoch, leaderId);
  if (quorum.leaderId !== leaderId) return ErrorCode.INVALID_REQUEST;
  // It lives, although the last call to it failed.
  if (quorum.role.kind === "prospective") becomeFollower(core, leaderEpoch, leaderId);
  return ErrorCode.NONE;
}
