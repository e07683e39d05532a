/** Topics: listing, looking, creating, growing, deleting. */

import * as v from "valibot";
import { ZERO_UUID } from "../../../src/base/uuid.ts";
import type { ReadResult } from "../../../src/controller/read-result.ts";
import type { Call } from "../call.ts";
import { IF_MATCH } from "../etags.ts";
import {
  dictionary,
  digits,
  fields,
  flag,
  freeText,
  int32,
  integer,
  listOf,
  text,
} from "../input.ts";
import { HttpError, kafkaError, requireNoError, unavailable } from "../kafka-error.ts";
import {
  consistencyQuery,
  existingName,
  operationsJson,
  operationsQuery,
  pageOf,
  pageQuery,
  topicName,
  toToken,
} from "../parameters.ts";
import { topicJson } from "../presentation.ts";
import { readVisible } from "../read-visible.ts";
import { CLUSTER, HAS_ETAG, type Route, route, tagged } from "../route.ts";
import { TOPIC_SHAPES } from "../shapes/topic-shapes.ts";
import { eachNameOnce } from "./configs.ts";

type TopicResult = Extract<ReadResult, { readonly what: "topic" }>;

/** What one batch of the log can hold, one record for each partition. */
const MAX_PARTITIONS = 10_000;
/** Below the deadline of a try, so that the controller answers before the gateway gives up. */
export const TIMEOUT_MS = 3000;

export const TOPICS = `${CLUSTER}/topics`;
export const TOPIC = `${TOPICS}/{topic_name}`;

export const onTopicOfPath = { in: "path", name: "topic_name" } as const;

export const TAKES_IF_MATCH = {
  [IF_MATCH]: "Make the change only while the resource has one of these ETags.",
};

const list = route({
  method: "GET",
  path: TOPICS,
  operationId: "listTopics",
  tag: "Topics",
  summary: "List topics",
  description: "In name order.",
  query: { ...pageQuery(1000), ...consistencyQuery },
  answers: { 200: { description: "A page of topics.", schema: TOPIC_SHAPES.KafkaTopicList } },
  right: { operation: "DESCRIBE", resourceType: "TOPIC", resource: "each" },
  async handle(call) {
    const { result, items, next } = await readVisible(
      call.quorum,
      pageOf(call.query),
      (page) => call.quorum.read({ what: "topics", page }),
      ({ topics }) => topics,
    );
    return call.okFrom(result, () => {
      const data = items.map((topic) => topicJson(call.links, topic));
      const link = next === null ? null : call.nextLink(toToken(next));
      return call.links.list("KafkaTopicList", [], "topics", data, link);
    });
  },
});

const get = route({
  method: "GET",
  path: TOPIC,
  operationId: "getTopic",
  tag: "Topics",
  summary: "Describe a topic",
  params: { topic_name: topicName },
  query: { ...consistencyQuery, ...operationsQuery },
  ...tagged({ description: "The topic.", schema: TOPIC_SHAPES.KafkaTopic }),
  right: { operation: "DESCRIBE", resourceType: "TOPIC", resource: onTopicOfPath },
  async handle(call) {
    const name = existingName(call.params.topic_name);
    const read = { what: "topic", name, partitions: NO_PARTITIONS } as const;
    const result = await call.quorum.read(read);
    const topic = shownTopic(call, result);
    // What the caller may do is in no ETag.
    const unchanged = call.query.include_authorized_operations ? null : call.unchanged();
    if (unchanged !== null) return unchanged;
    return call.okFrom(result, () => {
      const operations = operationsJson(result.authorizedOperations, call.query);
      return { ...topicJson(call.links, topic), ...operations };
    });
  },
});

const NO_PARTITIONS = { from: 0, limit: 0 };

/** A topic that there is, with its ETag for the answer. */
function shownTopic(
  call: Call<unknown, unknown, unknown>,
  { topic, replicationFactor, etag }: TopicResult,
) {
  if (topic === null) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
  call.tag(etag);
  return { ...topic, replicationFactor };
}

const create = route({
  method: "POST",
  path: TOPICS,
  operationId: "createTopic",
  tag: "Topics",
  summary: "Create a topic",
  description:
    "Either counts, or the replicas of each partition. What is left out is what the cluster has by default.",
  body: fields({
    topic_name: text(1000),
    partitions_count: v.optional(integer(-1, MAX_PARTITIONS), -1),
    replication_factor: v.optional(integer(-1, 32767), -1),
    replicas_assignments: v.optional(
      v.pipe(
        dictionary(digits(0, MAX_PARTITIONS), v.array(int32, "must be an array of broker ids"), {
          message: "must be an object of arrays of broker ids",
          shape: { type: "array", items: { type: "integer" } },
        }),
        v.check(
          (assignments) => Object.keys(assignments).length <= MAX_PARTITIONS,
          `must assign at most ${MAX_PARTITIONS} partitions`,
        ),
      ),
      {},
    ),
    configs: v.optional(
      v.pipe(listOf(fields({ name: text(249), value: freeText(32_767) }), 1000), eachNameOnce()),
      [],
    ),
    validate_only: v.optional(flag, false),
  }),
  isBatch: true,
  answers: {
    200: { description: "Valid; nothing was created.", schema: TOPIC_SHAPES.KafkaTopic },
    201: {
      description: "Created.",
      schema: TOPIC_SHAPES.KafkaTopic,
      headers: { Location: "The topic." },
    },
  },
  right: {
    operation: "CREATE",
    resourceType: "TOPIC",
    resource: { in: "body", name: "topic_name" },
  },
  async handle(call) {
    const { body, links } = call;
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
    const { topics } = await call.quorum.write("createTopics", request, options);
    const [created] = topics;
    if (created === undefined) throw new Error("Cannot read the answer: it names no topic");
    requireNoError(created.errorCode, created.errorMessage);
    const topic = topicJson(links, {
      name: created.name,
      topicId: created.topicId === ZERO_UUID ? null : created.topicId,
      partitionCount: created.numPartitions,
      replicationFactor: created.replicationFactor,
    });
    return body.validate_only ? call.ok(topic) : call.created(topic, topic.metadata.self);
  },
});

const grow = route({
  method: "PATCH",
  path: TOPIC,
  operationId: "updateTopicPartitions",
  tag: "Topics",
  summary: "Add partitions to a topic",
  params: { topic_name: topicName },
  headers: TAKES_IF_MATCH,
  body: fields({
    partitions_count: integer(1, MAX_PARTITIONS),
    validate_only: v.optional(flag, false),
  }),
  answers: {
    200: {
      description: "The topic as the change has left it.",
      schema: TOPIC_SHAPES.KafkaTopic,
      headers: HAS_ETAG,
    },
  },
  errors: [412],
  right: { operation: "ALTER", resourceType: "TOPIC", resource: onTopicOfPath },
  async handle(call) {
    const name = existingName(call.params.topic_name);
    const { partitions_count: count, validate_only: validateOnly } = call.body;
    const { results } = await call.quorum.write(
      "createPartitions",
      { topics: [{ name, count, assignments: null }], timeoutMs: TIMEOUT_MS, validateOnly },
      { idempotent: validateOnly, ...call.precondition({ kind: "topic", name }) },
    );
    const [result] = results;
    if (result === undefined) throw new Error("Cannot read the answer: it names no topic");
    requireNoError(result.errorCode, result.errorMessage);
    const read = { what: "topic", name, partitions: NO_PARTITIONS } as const;
    const grown = await call.quorum.readWhatWasMade(read).catch((error: unknown) => {
      if (!(error instanceof HttpError) || error.status !== 503) throw error;
      throw unavailable("It is done, but no controller is active to describe the topic now.");
    });
    return call.ok(topicJson(call.links, shownTopic(call, grown)));
  },
});

const remove = route({
  method: "DELETE",
  path: TOPIC,
  operationId: "deleteTopic",
  tag: "Topics",
  summary: "Delete a topic",
  params: { topic_name: topicName },
  headers: TAKES_IF_MATCH,
  answers: { 204: { description: "Deleted.", schema: null } },
  errors: [412],
  right: { operation: "DELETE", resourceType: "TOPIC", resource: onTopicOfPath },
  async handle(call) {
    const name = existingName(call.params.topic_name);
    const { responses } = await call.quorum.write(
      "deleteTopics",
      { topics: [{ name }], timeoutMs: TIMEOUT_MS },
      { idempotent: false, ...call.precondition({ kind: "topic", name }) },
    );
    const [deleted] = responses;
    if (deleted === undefined) throw new Error("Cannot read the answer: it names no topic");
    requireNoError(deleted.errorCode, deleted.errorMessage);
    return call.nothing();
  },
});

export const topicRoutes: readonly Route[] = [list, create, get, grow, remove];
