/** Moving partitions: what is being moved, starting it and calling it off. */

import * as v from "valibot";
import { ErrorCode, errorName } from "../../../src/base/error-code.ts";
import type { Page } from "../../../src/controller/api.ts";
import type { FoundPartitions } from "../../../src/controller/read-result.ts";
import type { PartitionState } from "../../../src/state/metadata-view.ts";
import type { Call } from "../call.ts";
import { areDistinct, fields, flag, int32, listOf, text } from "../input.ts";
import { errorFacts, kafkaError, notFound, requireNoError } from "../kafka-error.ts";
import {
  consistencyQuery,
  existingName,
  pageOf,
  pageQuery,
  partitionId,
  topicName,
  toToken,
} from "../parameters.ts";
import { reassignmentJson } from "../presentation.ts";
import { readVisible } from "../read-visible.ts";
import { type Route, route } from "../route.ts";
import { TOPIC_SHAPES } from "../shapes/topic-shapes.ts";
import { PARTITION } from "./partitions.ts";
import { onTopicOfPath, TIMEOUT_MS, TOPIC, TOPICS } from "./topics.ts";

const OF_ALL = `${TOPICS}/-/partitions/-/reassignment`;
const OF_TOPIC = `${TOPIC}/partitions/-/reassignment`;
const OF_PARTITION = `${PARTITION}/reassignment`;

const SEE = { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" } as const;
/** Whoever names a topic learns whether there is one. */
const SEE_TOPIC = {
  operation: "DESCRIBE",
  resourceType: "TOPIC",
  resource: onTopicOfPath,
} as const;
const MOVE = { operation: "ALTER", resourceType: "CLUSTER", resource: "cluster" } as const;
const partitionParams = { topic_name: topicName, partition_id: partitionId };
const replicas = listOf(int32, 1000);

interface PageQuery {
  readonly page_size: number;
  readonly page_token?: string | undefined;
}

async function listed(call: Call<unknown, PageQuery, unknown>, topic: string | null) {
  const { items, next } = await readVisible(
    call.quorum,
    pageOf(call.query),
    async (page) => {
      const part = await call.quorum.read({ what: "reassignments", topic, page });
      if (!part.found) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
      return part;
    },
    ({ partitions }) => partitions,
  );
  const data = items.map((at) => reassignmentJson(call.links, at.topic, at.index, at.partition));
  const link = next === null ? null : call.nextLink(toToken(next));
  const collection = `topics/${encodeURIComponent(topic ?? "-")}/partitions/-/reassignment`;
  return call.ok(call.links.list("KafkaReassignmentList", [], collection, data, link));
}

const listAll = route({
  method: "GET",
  path: OF_ALL,
  operationId: "listReassignments",
  tag: "Partitions",
  summary: "List the reassignments that are in progress",
  query: { ...pageQuery(1000), ...consistencyQuery },
  answers: {
    200: { description: "A page of them.", schema: TOPIC_SHAPES.KafkaReassignmentList },
  },
  right: SEE,
  handle: (call) => listed(call, null),
});

const listOfTopic = route({
  method: "GET",
  path: OF_TOPIC,
  operationId: "listTopicReassignments",
  tag: "Partitions",
  summary: "List the reassignments of a topic that are in progress",
  params: { topic_name: topicName },
  query: { ...pageQuery(1000), ...consistencyQuery },
  answers: {
    200: { description: "A page of them.", schema: TOPIC_SHAPES.KafkaReassignmentList },
  },
  right: SEE,
  alsoNeeds: SEE_TOPIC,
  handle: (call) => listed(call, existingName(call.params.topic_name)),
});

/** A partition that is being reassigned; null when it is not. */
async function findReassignment(
  { quorum }: Call<unknown, unknown, unknown>,
  topic: string,
  index: number,
): Promise<PartitionState | null> {
  let after: string | null = null;
  for (;;) {
    const page: Page = { after, limit: 1000 };
    const { found, partitions, next }: FoundPartitions = await quorum.read({
      what: "reassignments",
      topic,
      page,
    });
    if (!found) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
    const at = partitions.find((one) => one.index === index);
    if (at !== undefined) return at.partition;
    if (next === null) return null;
    after = next;
  }
}

const get = route({
  method: "GET",
  path: OF_PARTITION,
  operationId: "getReassignment",
  tag: "Partitions",
  summary: "Describe the reassignment of a partition",
  params: partitionParams,
  query: consistencyQuery,
  answers: {
    200: { description: "The reassignment.", schema: TOPIC_SHAPES.KafkaReassignment },
  },
  right: SEE,
  alsoNeeds: SEE_TOPIC,
  async handle(call) {
    const topic = existingName(call.params.topic_name);
    const index = call.params.partition_id;
    const partition = await findReassignment(call, topic, index);
    if (partition === null) {
      throw notFound(`Partition ${index} of topic ${topic} is not being reassigned.`);
    }
    return call.ok(reassignmentJson(call.links, topic, index, partition));
  },
});

/** Starts the reassignment of one partition, or cancels it when `to` is null. */
async function move(
  call: Call<{ readonly topic_name: string; readonly partition_id: number }, unknown, unknown>,
  to: readonly number[] | null,
): Promise<Response> {
  const name = existingName(call.params.topic_name);
  const partitions = [{ partitionIndex: call.params.partition_id, replicas: to }];
  const answer = await call.quorum.write(
    "alterPartitionReassignments",
    { timeoutMs: TIMEOUT_MS, topics: [{ name, partitions }] },
    { idempotent: false },
  );
  requireNoError(answer.errorCode, answer.errorMessage);
  const moved = answer.responses[0]?.partitions[0];
  if (moved === undefined) throw new Error("Cannot read the answer: it names no partition");
  requireNoError(moved.errorCode, moved.errorMessage);
  return call.nothing();
}

const start = route({
  method: "PUT",
  path: OF_PARTITION,
  operationId: "startReassignment",
  tag: "Partitions",
  summary: "Move a partition to other brokers",
  params: partitionParams,
  body: fields({ replicas }),
  answers: { 204: { description: "Started, or done at once.", schema: null } },
  right: MOVE,
  handle: (call) => move(call, call.body.replicas),
});

const cancel = route({
  method: "DELETE",
  path: OF_PARTITION,
  operationId: "cancelReassignment",
  tag: "Partitions",
  summary: "Call off the reassignment of a partition",
  params: partitionParams,
  answers: { 204: { description: "Called off.", schema: null } },
  right: MOVE,
  handle: (call) => move(call, null),
});

const alter = route({
  method: "POST",
  path: `${OF_ALL}:alter`,
  operationId: "alterReassignments",
  tag: "Partitions",
  summary: "Move many partitions, or call their moves off",
  isBatch: true,
  description: "Each by itself: the answer says of each what became of it. Null replicas cancel.",
  body: fields({
    data: v.pipe(
      listOf(
        fields({
          topic_name: text(249),
          partition_id: int32,
          replicas: v.nullable(replicas),
        }),
        1000,
      ),
      v.minLength(1, "must have at least one entry"),
      eachPartitionOnce(),
    ),
    allow_replication_factor_change: v.optional(flag, true),
  }),
  answers: {
    200: {
      description: "What became of each.",
      schema: TOPIC_SHAPES.KafkaReassignmentResultList,
    },
  },
  right: MOVE,
  async handle(call) {
    const { data, allow_replication_factor_change: allowReplicationFactorChange } = call.body;
    const byTopic = Map.groupBy(data, (asked) => asked.topic_name);
    const topics = [...byTopic].map(([name, asked]) => ({
      name,
      partitions: asked.map((one) => ({
        partitionIndex: one.partition_id,
        replicas: one.replicas,
      })),
    }));
    const answer = await call.quorum.write(
      "alterPartitionReassignments",
      { timeoutMs: TIMEOUT_MS, allowReplicationFactorChange, topics },
      { idempotent: false },
    );
    requireNoError(answer.errorCode, answer.errorMessage);
    const results = answer.responses.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode, errorMessage }) => ({
        topic_name: name,
        partition_id: partitionIndex,
        ...resultJson(errorCode, errorMessage),
      })),
    );
    const collection = "topics/-/partitions/-/reassignment";
    return call.ok(call.links.list("KafkaReassignmentResultList", [], collection, results));
  },
});

/** Of two moves of one partition only one could be made, and two elections of its leader would be; all would be told as done. */
export function eachPartitionOnce<
  T extends { readonly topic_name: string; readonly partition_id: number },
>() {
  const placeOf = (one: T) => JSON.stringify([one.topic_name, one.partition_id]);
  return v.check<T[], string>(
    (asked) => areDistinct(asked, placeOf),
    "must not name a partition twice",
  );
}

/** What became of one partition. */
export function resultJson(errorCode: number, errorMessage: string | null) {
  if (errorCode === ErrorCode.NONE) return { error: null, error_code: null, message: null };
  const error = errorName(errorCode);
  const facts = errorFacts(error, errorMessage);
  return { error, error_code: facts.errorCode, message: facts.message };
}

export const reassignmentRoutes: readonly Route[] = [
  listAll,
  listOfTopic,
  alter,
  get,
  start,
  cancel,
];
