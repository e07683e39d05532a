/** Brokers: what is registered, and the lives of brokers that do not speak Kafka's protocol. */

import * as v from "valibot";
import { ErrorCode, errorName } from "../../../src/base/error-code.ts";
import { isUuid, type Uuid } from "../../../src/base/uuid.ts";
import type { RequestInit } from "../../../src/protocol/apis.ts";
import type { GatewayContext } from "../context.ts";
import {
  fields,
  flag,
  int32,
  integer,
  offset,
  pathInt32,
  pathText,
  readBody,
  refuseQuery,
  text,
} from "../input.ts";
import { kafkaError, notFound } from "../kafka-error.ts";
import { newUuid } from "../kafka-uuid.ts";
import { brokerJson, Links, SECURITY_PROTOCOLS } from "../presentation.ts";
import { CLUSTER, type Route } from "../route.ts";

async function list(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const { brokers } = await context.var.quorum.read({ what: "brokers" });
  const links = new Links(context, pathText(context, "cluster"));
  const data = brokers.map((broker) => brokerJson(links, broker));
  return context.json(links.list("KafkaBrokerList", [], "brokers", data));
}

async function get(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const brokerId = pathInt32(context, "broker_id");
  const { broker } = await context.var.quorum.read({ what: "broker", brokerId });
  if (broker === null) throw notFound(`Broker ${brokerId} cannot be found.`);
  return context.json(brokerJson(new Links(context, pathText(context, "cluster")), broker));
}

const uuid = v.pipe(v.string("must be a string"), v.check(isUuid, "must be a Kafka UUID"));
const name = v.pipe(text(249), v.minLength(1, "must not be empty"));
const level = integer(0, 32767);

const RegisterBody = fields({
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
    v.check((items) => hasDistinctNames(items), "must not name a listener twice"),
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
      v.check((items) => hasDistinctNames(items), "must not name a feature twice"),
    ),
  ),
});

function hasDistinctNames(items: readonly { name: string }[]): boolean {
  return new Set(items.map((item) => item.name)).size === items.length;
}

type Features = NonNullable<RequestInit<"brokerRegistration">["features"]>;

/** A broker that names no features supports what the cluster has now. */
async function featuresOfCluster(context: GatewayContext): Promise<Features> {
  const { features } = await context.var.quorum.read({ what: "cluster" });
  return Object.entries(features).map(([feature, finalized]) => ({
    name: feature,
    minSupportedVersion: feature === "metadata.version" ? finalized : 0,
    maxSupportedVersion: finalized,
  }));
}

async function register(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const body = await readBody(context, RegisterBody);
  const clusterId = pathText(context, "cluster");
  const incarnationId: Uuid = body.incarnation_id ?? newUuid();
  const logDirs: Uuid[] = body.log_dirs ?? [newUuid()];
  const features =
    body.features?.map((feature) => ({
      name: feature.name,
      minSupportedVersion: feature.min_version,
      maxSupportedVersion: feature.max_version,
    })) ?? (await featuresOfCluster(context));
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
  const { errorCode, brokerEpoch } = await context.var.quorum.write("brokerRegistration", request, {
    idempotent: true,
  });
  if (errorCode !== ErrorCode.NONE) throw kafkaError(errorName(errorCode), null);
  const links = new Links(context, clusterId);
  const registered = {
    ...links.item("KafkaBrokerRegistration", [["brokers", body.broker_id]]),
    broker_id: body.broker_id,
    broker_epoch: Number(brokerEpoch),
    incarnation_id: incarnationId,
    log_dirs: logDirs,
  };
  return context.json(registered, 201, { Location: links.url([["brokers", body.broker_id]]) });
}

const HeartbeatBody = fields({
  broker_epoch: offset,
  current_metadata_offset: integer(-1, Number.MAX_SAFE_INTEGER),
  want_fence: v.optional(flag, false),
  want_shut_down: v.optional(flag, false),
});

async function heartbeat(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const brokerId = pathInt32(context, "broker_id");
  const body = await readBody(context, HeartbeatBody);
  const request: RequestInit<"brokerHeartbeat"> = {
    brokerId,
    brokerEpoch: BigInt(body.broker_epoch),
    currentMetadataOffset: BigInt(body.current_metadata_offset),
    wantFence: body.want_fence,
    wantShutDown: body.want_shut_down,
  };
  const answer = await context.var.quorum.write("brokerHeartbeat", request, { idempotent: true });
  if (answer.errorCode !== ErrorCode.NONE) throw kafkaError(errorName(answer.errorCode), null);
  const links = new Links(context, pathText(context, "cluster"));
  return context.json({
    ...links.item("KafkaBrokerHeartbeat", [["brokers", brokerId]]),
    is_caught_up: answer.isCaughtUp,
    is_fenced: answer.isFenced,
    should_shut_down: answer.shouldShutDown,
  });
}

async function unregister(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const brokerId = pathInt32(context, "broker_id");
  const options = { idempotent: false };
  const answer = await context.var.quorum.write("unregisterBroker", { brokerId }, options);
  if (answer.errorCode !== ErrorCode.NONE) {
    throw kafkaError(errorName(answer.errorCode), answer.errorMessage);
  }
  return context.body(null, 204);
}

const BROKERS = `${CLUSTER}/brokers`;

export const brokerRoutes: readonly Route[] = [
  { method: "GET", path: BROKERS, handle: list },
  { method: "POST", path: BROKERS, handle: register },
  { method: "GET", path: `${BROKERS}/:broker_id`, handle: get },
  { method: "DELETE", path: `${BROKERS}/:broker_id`, handle: unregister },
  { method: "POST", path: `${BROKERS}/:broker_id/heartbeats`, handle: heartbeat },
];
