/** Topics: listing, looking, creating, deleting. */

import * as v from "valibot";
import { ErrorCode, errorName } from "../../../src/base/error-code.ts";
import { ZERO_UUID } from "../../../src/base/uuid.ts";
import type { GatewayContext } from "../context.ts";
import {
  dictionary,
  digits,
  fields,
  flag,
  int32,
  integer,
  pathText,
  readBody,
  readQuery,
  refuseQuery,
  text,
} from "../input.ts";
import { kafkaError } from "../kafka-error.ts";
import { Links, topicJson } from "../presentation.ts";
import { CLUSTER, type Route } from "../route.ts";

const MAX_NAME_LENGTH = 249;
/** What one batch of the log can hold, one record for each partition. */
const MAX_PARTITIONS = 10_000;
/** Below the deadline of a try, so that the controller answers before the gateway gives up. */
const TIMEOUT_MS = 3000;

/** The topic in the path; one that cannot exist is not found. */
export function pathTopic(context: GatewayContext): string {
  const name = pathText(context, "topic");
  if (name.length > MAX_NAME_LENGTH) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
  return name;
}

const ListQuery = {
  page_size: v.optional(digits(1, 1000), "1000"),
  page_token: v.optional(text(MAX_NAME_LENGTH), ""),
};

/** In name order; a page token is the last name of the page before. */
async function list(context: GatewayContext): Promise<Response> {
  const { page_size: limit, page_token: afterName } = readQuery(context, ListQuery);
  const page = await context.var.quorum.read({ what: "topics", afterName, limit });
  const links = new Links(context, pathText(context, "cluster"));
  const data = page.topics.map((topic) => topicJson(links, topic));
  const body = links.list("KafkaTopicList", [], "topics", data);
  const last = page.topics.at(-1);
  if (!page.more || last === undefined) return context.json(body);
  const query = new URLSearchParams({ page_size: String(limit), page_token: last.name });
  const next = `${links.url([], "topics")}?${query}`;
  return context.json({ ...body, metadata: { ...body.metadata, next } });
}

async function get(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const read = { what: "topic", name: pathTopic(context) } as const;
  const { topic, partitions } = await context.var.quorum.read(read);
  if (topic === null) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
  const links = new Links(context, pathText(context, "cluster"));
  const replicationFactor = partitions[0]?.replicas.length ?? 0;
  return context.json(topicJson(links, { ...topic, replicationFactor }));
}

const CreateBody = fields({
  topic_name: text(1000),
  partitions_count: v.optional(integer(-1, MAX_PARTITIONS), -1),
  replication_factor: v.optional(integer(-1, 32767), -1),
  replicas_assignments: v.optional(
    v.pipe(
      dictionary(
        digits(0, MAX_PARTITIONS),
        v.array(int32, "must be an array of broker ids"),
        "must be an object of arrays of broker ids",
      ),
      v.check(
        (assignments) => Object.keys(assignments).length <= MAX_PARTITIONS,
        `must assign at most ${MAX_PARTITIONS} partitions`,
      ),
    ),
    {},
  ),
  configs: v.optional(
    v.pipe(
      v.array(fields({ name: text(249), value: text(32_767) }), "must be an array"),
      v.maxLength(1000, "must have at most 1000 entries"),
    ),
    [],
  ),
  validate_only: v.optional(flag, false),
});

async function create(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const body = await readBody(context, CreateBody);
  const request = {
    topics: [
      {
        name: body.topic_name,
        numPartitions: body.partitions_count,
        replicationFactor: body.replication_factor,
        assignments: Object.entries(body.replicas_assignments).map(([index, brokerIds]) => ({
          partitionIndex: Number(index),
          brokerIds,
        })),
        configs: body.configs,
      },
    ],
    timeoutMs: TIMEOUT_MS,
    validateOnly: body.validate_only,
  };
  const options = { idempotent: body.validate_only };
  const { topics } = await context.var.quorum.write("createTopics", request, options);
  const [created] = topics;
  if (created === undefined) throw new Error("Cannot read the answer: it names no topic");
  if (created.errorCode !== ErrorCode.NONE) {
    throw kafkaError(errorName(created.errorCode), created.errorMessage);
  }
  const links = new Links(context, pathText(context, "cluster"));
  const topic = topicJson(links, {
    name: created.name,
    topicId: created.topicId === ZERO_UUID ? null : created.topicId,
    partitionCount: created.numPartitions,
    replicationFactor: created.replicationFactor,
  });
  if (body.validate_only) return context.json(topic);
  return context.json(topic, 201, { Location: topic.metadata.self });
}

async function remove(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const request = { topics: [{ name: pathTopic(context) }], timeoutMs: TIMEOUT_MS };
  const options = { idempotent: false };
  const { responses } = await context.var.quorum.write("deleteTopics", request, options);
  const [deleted] = responses;
  if (deleted === undefined) throw new Error("Cannot read the answer: it names no topic");
  if (deleted.errorCode !== ErrorCode.NONE) {
    throw kafkaError(errorName(deleted.errorCode), deleted.errorMessage);
  }
  return context.body(null, 204);
}

export const TOPICS = `${CLUSTER}/topics`;

export const topicRoutes: readonly Route[] = [
  { method: "GET", path: TOPICS, handle: list },
  { method: "POST", path: TOPICS, handle: create },
  { method: "GET", path: `${TOPICS}/:topic`, handle: get },
  { method: "DELETE", path: `${TOPICS}/:topic`, handle: remove },
];
