/** Brokers: what is registered, and the lives of brokers that do not speak Kafka's protocol. */

import * as v from "valibot";
import { isUuid, type Uuid } from "../../../src/base/uuid.ts";
import type { RequestInit } from "../../../src/protocol/apis.ts";
import type { QuorumCalls } from "../context.ts";
import { areDistinct, fields, flag, int32, integer, offset, text } from "../input.ts";
import { notFound, requireNoError } from "../kafka-error.ts";
import { brokerId, consistencyQuery, pageOf, pageQuery, toToken } from "../parameters.ts";
import { brokerJson, replicaJson, SECURITY_PROTOCOLS, type Step } from "../presentation.ts";
import { readVisible } from "../read-visible.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { CLUSTER_SHAPES } from "../shapes/cluster-shapes.ts";
import { TOPIC_SHAPES } from "../shapes/topic-shapes.ts";

export const BROKERS = `${CLUSTER}/brokers`;
export const BROKER = `${BROKERS}/{broker_id}`;

const DESCRIBE = { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" } as const;
const ACT = { operation: "CLUSTER_ACTION", resourceType: "CLUSTER", resource: "cluster" } as const;

const list = route({
  method: "GET",
  path: BROKERS,
  operationId: "listBrokers",
  tag: "Brokers",
  summary: "List the registered brokers",
  query: consistencyQuery,
  answers: { 200: { description: "The brokers.", schema: CLUSTER_SHAPES.KafkaBrokerList } },
  right: DESCRIBE,
  async handle(call) {
    const { brokers } = await call.quorum.read({ what: "brokers" });
    const data = brokers.map((broker) => brokerJson(call.links, broker));
    return call.ok(call.links.list("KafkaBrokerList", [], "brokers", data));
  },
});

const get = route({
  method: "GET",
  path: BROKER,
  operationId: "getBroker",
  tag: "Brokers",
  summary: "Describe a broker",
  params: { broker_id: brokerId },
  query: consistencyQuery,
  answers: { 200: { description: "The broker.", schema: CLUSTER_SHAPES.KafkaBroker } },
  right: DESCRIBE,
  async handle(call) {
    const id = call.params.broker_id;
    const { broker } = await call.quorum.read({ what: "broker", brokerId: id });
    if (broker === null) throw notFound(`Broker ${id} cannot be found.`);
    return call.ok(brokerJson(call.links, broker));
  },
});

const listReplicas = route({
  method: "GET",
  path: `${BROKER}/partition-replicas`,
  operationId: "listBrokerReplicas",
  tag: "Brokers",
  summary: "List the replicas on a broker",
  params: { broker_id: brokerId },
  query: { ...pageQuery(1000), ...consistencyQuery },
  answers: {
    200: {
      description: "A page of replicas, in the order of topic ids.",
      schema: TOPIC_SHAPES.KafkaReplicaList,
    },
  },
  right: { operation: "DESCRIBE", resourceType: "TOPIC", resource: "each" },
  async handle(call) {
    const id = call.params.broker_id;
    const { items, next } = await readVisible(
      call.quorum,
      pageOf(call.query),
      async (page) => {
        const part = await call.quorum.read({ what: "replicas-of-broker", brokerId: id, page });
        if (!part.found) throw notFound(`Broker ${id} cannot be found.`);
        return part;
      },
      ({ partitions }) => partitions,
    );
    const data = items.map(({ topic, index, partition }) =>
      replicaJson(call.links, topic, index, partition, id),
    );
    const steps: Step[] = [["brokers", id]];
    const link = next === null ? null : call.nextLink(toToken(next));
    return call.ok(call.links.list("KafkaReplicaList", steps, "partition-replicas", data, link));
  },
});

const uuid = v.pipe(v.string("must be a string"), v.check(isUuid, "must be a Kafka UUID"));
const name = v.pipe(text(249), v.minLength(1, "must not be empty"));
const level = integer(0, 32767);

const registration = fields({
  broker_id: int32,
  incarnation_id: v.optional(uuid),
  listeners: v.pipe(
    v.array(
      fields({
        name,
        host: v.pipe(text(255), v.minLength(1, "must not be empty")),
        port: integer(1, 65535),
        security_protocol: v.optional(
          v.picklist(SECURITY_PROTOCOLS, `must be one of ${SECURITY_PROTOCOLS.join(", ")}`),
          "PLAINTEXT",
        ),
      }),
      "must be an array",
    ),
    v.minLength(1, "must name at least one listener"),
    v.maxLength(100, "must name at most 100 listeners"),
    v.check((items) => areDistinct(items, (item) => item.name), "must not name a listener twice"),
  ),
  rack: v.optional(v.nullable(text(249)), null),
  log_dirs: v.optional(
    v.pipe(
      v.array(uuid, "must be an array of Kafka UUIDs"),
      v.maxLength(1000, "must name at most 1000 directories"),
    ),
  ),
  features: v.optional(
    v.pipe(
      v.array(fields({ name, min_version: level, max_version: level }), "must be an array"),
      v.maxLength(100, "must name at most 100 features"),
      v.check((items) => areDistinct(items, (item) => item.name), "must not name a feature twice"),
    ),
  ),
});

type Features = NonNullable<RequestInit<"brokerRegistration">["features"]>;

/** A broker that names no features supports what the cluster has now, which it need not be allowed to see for that. */
async function featuresOfCluster(quorum: QuorumCalls): Promise<Features> {
  const { features } = await quorum.readAsGateway({ what: "cluster" });
  return Object.entries(features).map(([feature, finalized]) => ({
    name: feature,
    minSupportedVersion: feature === "metadata.version" ? finalized : 0,
    maxSupportedVersion: finalized,
  }));
}

const register = route({
  method: "POST",
  path: BROKERS,
  operationId: "registerBroker",
  tag: "Brokers",
  summary: "Register a broker",
  description:
    "It is fenced until its heartbeats say that it has read the log up to its own registration. The same incarnation again gets the same epoch.",
  body: registration,
  answers: {
    201: {
      description: "Registered.",
      schema: CLUSTER_SHAPES.KafkaBrokerRegistration,
      headers: { Location: "The broker." },
    },
  },
  errors: [409],
  right: ACT,
  async handle(call) {
    const { body, clusterId, links } = call;
    const incarnationId: Uuid = body.incarnation_id ?? (await call.newUuid("incarnation"));
    const logDirs: Uuid[] = body.log_dirs ?? [await call.newUuid("log directory")];
    const features =
      body.features?.map((feature) => ({
        name: feature.name,
        minSupportedVersion: feature.min_version,
        maxSupportedVersion: feature.max_version,
      })) ?? (await featuresOfCluster(call.quorum));
    const request: RequestInit<"brokerRegistration"> = {
      brokerId: body.broker_id,
      clusterId,
      incarnationId,
      listeners: body.listeners.map((listener) => ({
        name: listener.name,
        host: listener.host,
        port: listener.port,
        securityProtocol: SECURITY_PROTOCOLS.indexOf(listener.security_protocol),
      })),
      features,
      rack: body.rack,
      logDirs,
    };
    // The same incarnation again gets the same epoch.
    const options = { idempotent: true };
    const answer = await call.quorum.write("brokerRegistration", request, options);
    requireNoError(answer.errorCode, null);
    const registered = {
      ...links.item("KafkaBrokerRegistration", [["brokers", body.broker_id]]),
      broker_id: body.broker_id,
      broker_epoch: Number(answer.brokerEpoch),
      incarnation_id: incarnationId,
      log_dirs: logDirs,
    };
    return call.created(registered, links.url([["brokers", body.broker_id]]));
  },
});

const heartbeat = route({
  method: "POST",
  path: `${BROKER}/heartbeats`,
  operationId: "sendHeartbeat",
  tag: "Brokers",
  summary: "Say that a broker is alive",
  description: "Every two seconds. Without one for nine seconds the broker is fenced.",
  params: { broker_id: brokerId },
  body: fields({
    broker_epoch: offset,
    current_metadata_offset: integer(-1, Number.MAX_SAFE_INTEGER),
    want_fence: v.optional(flag, false),
    want_shut_down: v.optional(flag, false),
  }),
  answers: {
    200: {
      description: "What the controller makes of it.",
      schema: CLUSTER_SHAPES.KafkaBrokerHeartbeat,
    },
  },
  errors: [409],
  right: ACT,
  async handle(call) {
    const { body } = call;
    const id = call.params.broker_id;
    const request: RequestInit<"brokerHeartbeat"> = {
      brokerId: id,
      brokerEpoch: BigInt(body.broker_epoch),
      currentMetadataOffset: BigInt(body.current_metadata_offset),
      wantFence: body.want_fence,
      wantShutDown: body.want_shut_down,
    };
    const answer = await call.quorum.write("brokerHeartbeat", request, { idempotent: true });
    requireNoError(answer.errorCode, null);
    return call.ok({
      ...call.links.item("KafkaBrokerHeartbeat", [["brokers", id]]),
      is_caught_up: answer.isCaughtUp,
      is_fenced: answer.isFenced,
      should_shut_down: answer.shouldShutDown,
    });
  },
});

const unregister = route({
  method: "DELETE",
  path: BROKER,
  operationId: "unregisterBroker",
  tag: "Brokers",
  summary: "Forget a broker",
  params: { broker_id: brokerId },
  answers: { 204: { description: "Unregistered.", schema: null } },
  right: { operation: "ALTER", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const request = { brokerId: call.params.broker_id };
    const answer = await call.quorum.write("unregisterBroker", request, { idempotent: false });
    requireNoError(answer.errorCode, answer.errorMessage);
    return call.nothing();
  },
});

export const brokerRoutes: readonly Route[] = [
  list,
  register,
  get,
  unregister,
  heartbeat,
  listReplicas,
];
