/** FetchSnapshot (KIP-630). There are no snapshots yet, so the answer is where the leader is and that none was found. */

import { ErrorCode } from "../base/error-code.ts";
import { METADATA_TOPIC } from "../base/metadata-topic.ts";
import type { ResponseInit } from "../protocol/apis.ts";
import type { FetchSnapshotRequest } from "../protocol/messages/fetch-snapshot.ts";
import type { Core } from "./core.ts";

export function onFetchSnapshot(
  core: Core,
  version: number,
  request: FetchSnapshotRequest,
): ResponseInit<"fetchSnapshot"> {
  if (request.clusterId !== null && request.clusterId !== core.clusterId) {
    return { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID };
  }
  const [topic] = request.topics;
  const [asked] = topic?.partitions ?? [];
  if (topic === undefined || asked === undefined) return { errorCode: ErrorCode.INVALID_REQUEST };
  if (request.topics.length !== 1 || topic.partitions.length !== 1) {
    return { errorCode: ErrorCode.INVALID_REQUEST };
  }
  const isKnown = topic.name === METADATA_TOPIC && asked.partition === 0;
  const partition = {
    index: asked.partition,
    errorCode: isKnown
      ? leaderError(core, asked.currentLeaderEpoch)
      : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    // The default (0, 0) would be taken for the bootstrap snapshot.
    snapshotId: { endOffset: -1n, epoch: -1 },
    currentLeader: { leaderId: core.leaderIdToTell, leaderEpoch: core.quorum.epoch },
  };
  return {
    topics: [{ name: topic.name, partitions: [partition] }],
    nodeEndpoints: version >= 1 ? core.leaderEndpoints : [],
  };
}

function leaderError(core: Core, askedEpoch: number): number {
  const { role, epoch } = core.quorum;
  if (askedEpoch < epoch) return ErrorCode.FENCED_LEADER_EPOCH;
  if (askedEpoch > epoch) return ErrorCode.UNKNOWN_LEADER_EPOCH;
  return role.kind === "leader" ? ErrorCode.SNAPSHOT_NOT_FOUND : ErrorCode.NOT_LEADER_OR_FOLLOWER;
}
