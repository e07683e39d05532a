/** The controllers: the quorum as its leader sees it, and who is registered. */

import type { Election } from "../../../src/controller/election-history.ts";
import type { QuorumReplica, QuorumState } from "../../../src/controller/read-result.ts";
import { digits } from "../input.ts";
import { notFound, requireNoError } from "../kafka-error.ts";
import { consistencyQuery } from "../parameters.ts";
import { controllerJson } from "../presentation.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { CLUSTER_SHAPES } from "../shapes/cluster-shapes.ts";

const DESCRIBE = { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" } as const;
const controllerId = digits(0, 2 ** 31 - 1, "The id of a controller.");

function replicaJson(replica: QuorumReplica, quorum: QuorumState) {
  const leader = quorum.voters.find(({ replicaId }) => replicaId === quorum.leaderId);
  const endOffset = leader?.logEndOffset ?? quorum.highWatermark;
  const known = replica.logEndOffset >= 0;
  return {
    replica_id: replica.replicaId,
    directory_id: replica.directoryId,
    is_leader: replica.replicaId === quorum.leaderId,
    log_end_offset: replica.logEndOffset,
    lag: known ? Math.max(endOffset - replica.logEndOffset, 0) : endOffset,
    last_fetch_timestamp_ms: replica.lastFetchTimestampMs,
    last_caught_up_timestamp_ms: replica.lastCaughtUpTimestampMs,
  };
}

function electionJson({ leaderId, epoch, offset, timestampMs }: Election) {
  return { leader_id: leaderId, leader_epoch: epoch, offset, timestamp_ms: timestampMs };
}

const describe = route({
  method: "GET",
  path: `${CLUSTER}/quorum`,
  operationId: "getQuorum",
  tag: "Quorum",
  summary: "Describe the quorum",
  answers: {
    200: {
      description: "Leader, voters, observers, and who was elected so far.",
      schema: CLUSTER_SHAPES.KafkaQuorum,
    },
  },
  right: DESCRIBE,
  async handle(call) {
    const { quorum } = await call.quorum.read({ what: "quorum" });
    return call.ok({
      ...call.links.item("KafkaQuorum", []),
      metadata: {
        ...call.links.item("KafkaQuorum", []).metadata,
        self: call.links.url([], "quorum"),
      },
      leader_id: quorum.leaderId,
      leader_epoch: quorum.leaderEpoch,
      high_watermark: quorum.highWatermark,
      election_count: quorum.elections.count,
      elections: quorum.elections.newest.map(electionJson),
      voters: quorum.voters.map((replica) => replicaJson(replica, quorum)),
      observers: quorum.observers.map((replica) => replicaJson(replica, quorum)),
      endpoints: quorum.endpoints.map(({ id, host, port }) => ({ controller_id: id, host, port })),
    });
  },
});

const voters = route({
  method: "GET",
  path: `${CLUSTER}/quorum/voters`,
  operationId: "listVoters",
  tag: "Quorum",
  summary: "List the voters with their lag",
  answers: { 200: { description: "The voters.", schema: CLUSTER_SHAPES.KafkaQuorumVoterList } },
  right: DESCRIBE,
  async handle(call) {
    const { quorum } = await call.quorum.read({ what: "quorum" });
    const data = quorum.voters.map((replica) => replicaJson(replica, quorum));
    return call.ok(call.links.list("KafkaQuorumVoterList", [], "quorum/voters", data));
  },
});

const listControllers = route({
  method: "GET",
  path: `${CLUSTER}/controllers`,
  operationId: "listControllers",
  tag: "Quorum",
  summary: "List the registered controllers",
  query: consistencyQuery,
  answers: { 200: { description: "The controllers.", schema: CLUSTER_SHAPES.KafkaControllerList } },
  right: DESCRIBE,
  async handle(call) {
    const { controllers } = await call.quorum.read({ what: "controllers" });
    const data = controllers.map((controller) => controllerJson(call.links, controller));
    return call.ok(call.links.list("KafkaControllerList", [], "controllers", data));
  },
});

const getController = route({
  method: "GET",
  path: `${CLUSTER}/controllers/{controller_id}`,
  operationId: "getController",
  tag: "Quorum",
  summary: "Describe a registered controller",
  params: { controller_id: controllerId },
  query: consistencyQuery,
  answers: { 200: { description: "The controller.", schema: CLUSTER_SHAPES.KafkaController } },
  right: DESCRIBE,
  async handle(call) {
    const id = call.params.controller_id;
    const { controllers } = await call.quorum.read({ what: "controllers" });
    const found = controllers.find((controller) => controller.controllerId === id);
    if (found === undefined) throw notFound(`Controller ${id} cannot be found.`);
    return call.ok(controllerJson(call.links, found));
  },
});

const unregisterController = route({
  method: "DELETE",
  path: `${CLUSTER}/controllers/{controller_id}`,
  operationId: "unregisterController",
  tag: "Quorum",
  summary: "Forget a controller that is gone",
  description: "Needs metadata.version 33 (4.4-IV2). The active controller cannot be forgotten.",
  params: { controller_id: controllerId },
  answers: { 204: { description: "Unregistered.", schema: null } },
  right: { operation: "ALTER", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const request = { controllerId: call.params.controller_id };
    const options = { idempotent: false };
    const answer = await call.quorum.write("unregisterController", request, options);
    requireNoError(answer.errorCode, answer.errorMessage);
    return call.nothing();
  },
});

export const quorumRoutes: readonly Route[] = [
  describe,
  voters,
  listControllers,
  getController,
  unregisterController,
];
