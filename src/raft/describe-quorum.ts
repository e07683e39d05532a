/** DescribeQuorum (KIP-642, KIP-853): what the leader knows of every voter and observer. */

import { ErrorCode } from "../base/error-code.ts";
import type { ResponseInit } from "../protocol/apis.ts";
import type { DescribeQuorumRequest } from "../protocol/messages/describe-quorum.ts";
import type { Core } from "./core.ts";
import { exposedHighWatermark } from "./high-watermark.ts";
import type { ReplicaProgress } from "./leader-progress.ts";
import { inMetadataTopic, soleMetadataPartition } from "./metadata-partition.ts";
import type { Leader } from "./quorum-state.ts";
import type { ReplicaKey } from "./voter-set.ts";

/** Directory ids and nodes are told from here on. */
const FIRST_VERSION_WITH_DIRECTORIES = 2;

export function onDescribeQuorum(
  core: Core,
  version: number,
  request: DescribeQuorumRequest,
): ResponseInit<"describeQuorum"> {
  if (soleMetadataPartition(request.topics) === null) {
    return {
      topics: request.topics.map(({ topicName, partitions }) => ({
        topicName,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
          errorMessage: "This server does not host this topic-partition.",
        })),
      })),
    };
  }
  const { role, epoch } = core.quorum;
  const current = { leaderId: core.leaderIdToTell, leaderEpoch: epoch };
  if (role.kind !== "leader") {
    return {
      topics: inMetadataTopic({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, ...current }),
    };
  }
  return {
    topics: inMetadataTopic({
      leaderId: core.self.id,
      leaderEpoch: epoch,
      highWatermark: BigInt(exposedHighWatermark(core, role)),
      currentVoters: core.voters.voters.map((voter) =>
        voter.id === core.self.id
          ? describeSelf(core, version)
          : describe(version, voter, role.progress.get(voter)),
      ),
      observers: describeObservers(core, role, version),
    }),
    nodes:
      version < FIRST_VERSION_WITH_DIRECTORIES
        ? []
        : core.voters.voters.map(({ id, endpoints }) => ({ nodeId: id, listeners: endpoints })),
  };
}

function describeObservers(core: Core, role: Leader, version: number) {
  role.progress.expireObservers(core.voters.voters, core.nowMs - core.timing.observerExpiryMs);
  return role.progress
    .observers(core.voters.voters)
    .map((progress) => describe(version, progress, progress));
}

function describeSelf(core: Core, version: number) {
  const nowMs = BigInt(core.nowMs);
  return {
    ...identity(version, core.self),
    logEndOffset: BigInt(core.log.endOffset),
    lastFetchTimestamp: nowMs,
    lastCaughtUpTimestamp: nowMs,
  };
}

function describe(version: number, key: ReplicaKey, progress: ReplicaProgress | undefined) {
  return {
    ...identity(version, key),
    logEndOffset: BigInt(progress?.endOffset ?? -1),
    lastFetchTimestamp: BigInt(progress?.lastFetchMs ?? -1),
    lastCaughtUpTimestamp: BigInt(progress?.lastCaughtUpMs ?? -1),
  };
}

function identity(version: number, { id, directoryId }: ReplicaKey) {
  return version < FIRST_VERSION_WITH_DIRECTORIES
    ? { replicaId: id }
    : { replicaId: id, replicaDirectoryId: directoryId };
}
