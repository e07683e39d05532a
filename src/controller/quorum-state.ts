/** The quorum as the gateway reads it. */

import type { ResponseOf } from "../protocol/apis.ts";
import { LISTENER_NAME } from "./listener-name.ts";
import type { QuorumController } from "./quorum-controller.ts";
import type { QuorumReplica, QuorumState } from "./read-result.ts";

export function quorumState(quorum: QuorumController, nowMs: number): QuorumState {
  const { replica } = quorum;
  const { topics, nodes } = quorum.describeQuorum(nowMs);
  const partition = topics[0]?.partitions[0];
  return {
    leaderId: replica.leaderId,
    leaderEpoch: replica.epoch,
    highWatermark: replica.highWatermark,
    elections: quorum.elections.upTo(replica.highWatermark, quorum.log),
    voters: partition?.currentVoters.map(quorumReplica) ?? [],
    observers: partition?.observers.map(quorumReplica) ?? [],
    endpoints: nodes.flatMap(({ nodeId, listeners }) =>
      listeners
        .filter(({ name }) => name === LISTENER_NAME)
        .map(({ host, port }) => ({ id: nodeId, host, port })),
    ),
  };
}

type Described =
  ResponseOf<"describeQuorum">["topics"][number]["partitions"][number]["currentVoters"][number];

function quorumReplica(state: Described): QuorumReplica {
  return {
    replicaId: state.replicaId,
    directoryId: state.replicaDirectoryId,
    logEndOffset: Number(state.logEndOffset),
    lastFetchTimestampMs: Number(state.lastFetchTimestamp),
    lastCaughtUpTimestampMs: Number(state.lastCaughtUpTimestamp),
  };
}
