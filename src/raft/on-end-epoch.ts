/** EndQuorumEpoch (KIP-595): the leader leaves and says who should try first. */

import { ErrorCode } from "../base/error-code.ts";
import type { ResponseInit } from "../protocol/apis.ts";
import type { EndQuorumEpochRequest } from "../protocol/messages/end-quorum-epoch.ts";
import type { Core } from "./core.ts";
import { inMetadataTopic, soleMetadataPartition } from "./metadata-partition.ts";
import { learn } from "./transitions.ts";

type EndPartition = EndQuorumEpochRequest["topics"][number]["partitions"][number];

export function onEndQuorumEpoch(
  core: Core,
  version: number,
  request: EndQuorumEpochRequest,
): ResponseInit<"endQuorumEpoch"> {
  if (request.clusterId !== null && request.clusterId !== core.clusterId) {
    return { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID };
  }
  const partition = soleMetadataPartition(request.topics);
  if (partition === null) return { errorCode: ErrorCode.INVALID_REQUEST };
  const errorCode = succeed(core, partition);
  return {
    topics: inMetadataTopic({
      errorCode,
      leaderId: core.quorum.role.kind === "resigned" ? -1 : core.quorum.leaderId,
      leaderEpoch: core.quorum.epoch,
    }),
    nodeEndpoints: version >= 1 ? core.leaderEndpoints : [],
  };
}

function succeed(core: Core, partition: EndPartition): number {
  const { leaderId, leaderEpoch } = partition;
  const { quorum } = core;
  if (leaderId < 0 || leaderEpoch < 0 || leaderId === core.self.id) {
    return ErrorCode.INVALID_REQUEST;
  }
  if (leaderEpoch < quorum.epoch) return ErrorCode.FENCED_LEADER_EPOCH;
  learn(core, leaderEpoch, leaderId);
  if (quorum.leaderId !== leaderId) return ErrorCode.INVALID_REQUEST;
  const waitMs = successionWaitMs(core, partition);
  const { role } = quorum;
  if (role.kind === "follower") {
    role.attached = false;
    role.fetchDeadlineMs = Math.min(role.fetchDeadlineMs, core.nowMs + waitMs);
  } else if (role.kind === "prospective" && !role.ballot.started && waitMs === 0) {
    role.ballot.nextRoundMs = core.nowMs;
  }
  return ErrorCode.NONE;
}

/** The first successor campaigns at once, the next ones after doubling pauses, strangers last. */
function successionWaitMs(core: Core, partition: EndPartition): number {
  const longestMs = core.timing.electionTimeoutMs;
  const ids =
    partition.preferredCandidates.length > 0
      ? partition.preferredCandidates.map(({ candidateId }) => candidateId)
      : partition.preferredSuccessors;
  const position = ids.indexOf(core.self.id);
  if (position === -1) return longestMs;
  if (position === 0) return 0;
  return Math.min(longestMs, Math.floor(longestMs / 2 ** (ids.length - 1)) * 2 ** (position - 1));
}
