/** Partitions of a topic and their replicas. */

import type { PartitionState } from "../../../src/state/metadata-view.ts";
import type { Call } from "../call.ts";
import { kafkaError, notFound } from "../kafka-error.ts";
import {
  brokerId,
  consistencyQuery,
  existingName,
  pageOf,
  pageQuery,
  partitionId,
  topicName,
  toToken,
} from "../parameters.ts";
import { partitionJson, replicaJson, type Step } from "../presentation.ts";
import { type Route, route } from "../route.ts";
import { TOPIC_SHAPES } from "../shapes/topic-shapes.ts";
import { onTopicOfPath, TOPIC } from "./topics.ts";

const PARTITIONS = `${TOPIC}/partitions`;
export const PARTITION = `${PARTITIONS}/{partition_id}`;

const RIGHT = { operation: "DESCRIBE", resourceType: "TOPIC", resource: onTopicOfPath } as const;
const partitionParams = { topic_name: topicName, partition_id: partitionId };

interface Found {
  readonly topic: string;
  readonly index: number;
  readonly partition: PartitionState;
}

/** The partition that a path names. */
export async function readPartition(
  call: Call<{ readonly topic_name: string; readonly partition_id: number }, unknown, unknown>,
): Promise<Found> {
  const topic = existingName(call.params.topic_name);
  const index = call.params.partition_id;
  const range = { from: index, limit: 1 };
  const { partitions } = await call.quorum.read({ what: "topic", name: topic, partitions: range });
  const [partition] = partitions;
  if (partition === undefined) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
  return { topic, index, partition };
}

/** Where a page of partitions begins: its token is the index of the first one. */
function firstIndex(after: string | null): number {
  const index = Number(after ?? 0);
  if (Number.isSafeInteger(index) && index >= 0) return index;
  throw kafkaError("INVALID_REQUEST", "The page token is none that this list has given out.");
}

const list = route({
  method: "GET",
  path: PARTITIONS,
  operationId: "listPartitions",
  tag: "Topics",
  summary: "List the partitions of a topic",
  params: { topic_name: topicName },
  query: { ...pageQuery(1000), ...consistencyQuery },
  answers: {
    200: {
      description: "A page of partitions, in index order.",
      schema: TOPIC_SHAPES.KafkaPartitionList,
    },
  },
  right: RIGHT,
  async handle(call) {
    const name = existingName(call.params.topic_name);
    const { after, limit } = pageOf(call.query);
    const from = firstIndex(after);
    const read = { what: "topic", name, partitions: { from, limit } } as const;
    const { topic, partitions, more } = await call.quorum.read(read);
    if (topic === null) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
    const data = partitions.map((partition, position) =>
      partitionJson(call.links, name, from + position, partition),
    );
    const next = more ? call.nextLink(toToken(String(from + limit))) : null;
    const steps: Step[] = [["topics", name]];
    return call.ok(call.links.list("KafkaPartitionList", steps, "partitions", data, next));
  },
});

const get = route({
  method: "GET",
  path: PARTITION,
  operationId: "getPartition",
  tag: "Topics",
  summary: "Describe a partition",
  params: partitionParams,
  query: consistencyQuery,
  answers: { 200: { description: "The partition.", schema: TOPIC_SHAPES.KafkaPartition } },
  right: RIGHT,
  async handle(call) {
    const { topic, index, partition } = await readPartition(call);
    return call.ok(partitionJson(call.links, topic, index, partition));
  },
});

const listReplicas = route({
  method: "GET",
  path: `${PARTITION}/replicas`,
  operationId: "listReplicas",
  tag: "Topics",
  summary: "List the replicas of a partition",
  params: partitionParams,
  query: consistencyQuery,
  answers: {
    200: {
      description: "The replicas, the preferred leader first.",
      schema: TOPIC_SHAPES.KafkaReplicaList,
    },
  },
  right: RIGHT,
  async handle(call) {
    const { topic, index, partition } = await readPartition(call);
    const data = partition.replicas.map((id) =>
      replicaJson(call.links, topic, index, partition, id),
    );
    const steps: Step[] = [
      ["topics", topic],
      ["partitions", index],
    ];
    return call.ok(call.links.list("KafkaReplicaList", steps, "replicas", data));
  },
});

const getReplica = route({
  method: "GET",
  path: `${PARTITION}/replicas/{broker_id}`,
  operationId: "getReplica",
  tag: "Topics",
  summary: "Describe a replica",
  params: { ...partitionParams, broker_id: brokerId },
  query: consistencyQuery,
  answers: { 200: { description: "The replica.", schema: TOPIC_SHAPES.KafkaReplica } },
  right: RIGHT,
  async handle(call) {
    const id = call.params.broker_id;
    const { topic, index, partition } = await readPartition(call);
    if (!partition.replicas.includes(id)) {
      throw notFound(`Broker ${id} has no replica of partition ${index} of topic ${topic}.`);
    }
    return call.ok(replicaJson(call.links, topic, index, partition, id));
  },
});

export const partitionRoutes: readonly Route[] = [list, get, listReplicas, getReplica];
