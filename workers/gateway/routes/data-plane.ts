/** What REST v3 has besides and no controller knows: groups, offsets and records. The answer says who does. */

import * as v from "valibot";
import { text } from "../input.ts";
import { HttpError } from "../kafka-error.ts";
import { partitionId, topicName } from "../parameters.ts";
import { neededRight } from "../right.ts";
import { CLUSTER, type Method, type Right, type Route, route } from "../route.ts";
import { PARTITION } from "./partitions.ts";
import { TOPIC } from "./topics.ts";

const GROUPS = `${CLUSTER}/consumer-groups`;
const GROUP = `${GROUPS}/{consumer_group_id}`;
const CONSUMER = `${GROUP}/consumers/{consumer_id}`;

const COORDINATOR =
  "Consumer groups are kept by their group coordinator, a broker. Ask a broker or a REST Proxy in front of the brokers; GET brokers has their addresses.";
const LEADER =
  "Records and offsets are kept by the leader of their partition, a broker. Ask a broker or a REST Proxy in front of the brokers; GET brokers has their addresses.";

const any = text(1000);
const PARAMS = {
  consumer_group_id: any,
  consumer_id: any,
  topic_name: topicName,
  partition_id: partitionId,
};

interface Elsewhere {
  readonly method?: Method;
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly who: string;
  readonly right: Right;
  readonly query?: v.ObjectEntries;
}

function elsewhere({ method = "GET", who, query = {}, ...declared }: Elsewhere): Route {
  const params = Object.fromEntries(
    Object.entries(PARAMS).filter(([name]) => declared.path.includes(`{${name}}`)),
  );
  return route({
    ...declared,
    method,
    tag: "Data plane",
    params,
    query,
    answers: {},
    refusesKey: "nothing is changed here.",
    errors: [501],
    async handle(call) {
      await call.quorum.authenticate(neededRight(declared.right, call.params));
      throw new HttpError(501, 501, `Not served by controllers. ${who}`);
    },
  });
}

const groups = (path: string, operationId: string, summary: string): Route =>
  elsewhere({
    path,
    operationId,
    summary,
    who: COORDINATOR,
    right: {
      operation: "DESCRIBE",
      resourceType: "GROUP",
      resource: path === GROUPS ? "each" : { in: "path", name: "consumer_group_id" },
    },
  });

const onTopic = (operation: "DESCRIBE" | "WRITE"): Right => ({
  operation,
  resourceType: "TOPIC",
  resource: { in: "path", name: "topic_name" },
});

export const dataPlaneRoutes: readonly Route[] = [
  groups(GROUPS, "listConsumerGroups", "List consumer groups"),
  groups(GROUP, "getConsumerGroup", "Describe a consumer group"),
  groups(`${GROUP}/consumers`, "listConsumers", "List the consumers of a group"),
  groups(CONSUMER, "getConsumer", "Describe a consumer"),
  groups(`${GROUP}/lag-summary`, "getConsumerGroupLagSummary", "Sum up the lag of a group"),
  groups(`${GROUP}/lags`, "listConsumerLags", "List the lags of a group"),
  groups(
    `${GROUP}/lags/{topic_name}/partitions/{partition_id}`,
    "getConsumerLag",
    "Describe the lag of a group in a partition",
  ),
  groups(`${CONSUMER}/assignments`, "listConsumerAssignments", "List what a consumer reads"),
  groups(
    `${CONSUMER}/assignments/{topic_name}/partitions/{partition_id}`,
    "getConsumerAssignment",
    "Describe an assignment",
  ),
  elsewhere({
    path: `${PARTITION}/offset`,
    operationId: "getPartitionOffsets",
    summary: "Describe the offsets of a partition",
    who: LEADER,
    right: onTopic("DESCRIBE"),
    query: { offset_type: v.optional(any) },
  }),
  elsewhere({
    method: "POST",
    path: `${TOPIC}/records`,
    operationId: "produceRecord",
    summary: "Produce a record",
    who: LEADER,
    right: onTopic("WRITE"),
  }),
  elsewhere({
    method: "POST",
    path: `${TOPIC}/records:batch`,
    operationId: "produceRecords",
    summary: "Produce records",
    who: LEADER,
    right: onTopic("WRITE"),
  }),
];
