/** Partitions of a topic and their replicas. */

import type { PartitionState } from "../../../src/state/metadata-view.ts";
import type { GatewayContext } from "../context.ts";
import { pathInt32, pathText, refuseQuery } from "../input.ts";
import { kafkaError, notFound } from "../kafka-error.ts";
import { Links, partitionJson, replicaJson, type Step } from "../presentation.ts";
import type { Route } from "../route.ts";
import { pathTopic, TOPICS } from "./topics.ts";

async function readPartitions(
  context: GatewayContext,
  name: string,
): Promise<readonly PartitionState[]> {
  refuseQuery(context);
  const { topic, partitions } = await context.var.quorum.read({ what: "topic", name });
  if (topic === null) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
  return partitions;
}

interface Found {
  readonly links: Links;
  readonly topic: string;
  readonly index: number;
  readonly partition: PartitionState;
}

/** The partition in the path. */
async function readPartition(context: GatewayContext): Promise<Found> {
  const topic = pathTopic(context);
  const index = pathInt32(context, "partition");
  const partition = (await readPartitions(context, topic))[index];
  if (partition === undefined) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
  return { links: new Links(context, pathText(context, "cluster")), topic, index, partition };
}

async function list(context: GatewayContext): Promise<Response> {
  const topic = pathTopic(context);
  const partitions = await readPartitions(context, topic);
  const links = new Links(context, pathText(context, "cluster"));
  const data = partitions.map((partition, index) => partitionJson(links, topic, index, partition));
  const steps: Step[] = [["topics", topic]];
  return context.json(links.list("KafkaPartitionList", steps, "partitions", data));
}

async function get(context: GatewayContext): Promise<Response> {
  const { links, topic, index, partition } = await readPartition(context);
  return context.json(partitionJson(links, topic, index, partition));
}

async function listReplicas(context: GatewayContext): Promise<Response> {
  const { links, topic, index, partition } = await readPartition(context);
  const data = partition.replicas.map((brokerId) =>
    replicaJson(links, topic, index, partition, brokerId),
  );
  const steps: Step[] = [
    ["topics", topic],
    ["partitions", index],
  ];
  return context.json(links.list("KafkaReplicaList", steps, "replicas", data));
}

async function getReplica(context: GatewayContext): Promise<Response> {
  const brokerId = pathInt32(context, "broker_id");
  const { links, topic, index, partition } = await readPartition(context);
  if (!partition.replicas.includes(brokerId)) {
    throw notFound(`Broker ${brokerId} has no replica of partition ${index} of topic ${topic}.`);
  }
  return context.json(replicaJson(links, topic, index, partition, brokerId));
}

const PARTITIONS = `${TOPICS}/:topic/partitions`;
const PARTITION = `${PARTITIONS}/:partition`;

export const partitionRoutes: readonly Route[] = [
  { method: "GET", path: PARTITIONS, handle: list },
  { method: "GET", path: PARTITION, handle: get },
  { method: "GET", path: `${PARTITION}/replicas`, handle: listReplicas },
  { method: "GET", path: `${PARTITION}/replicas/:broker_id`, handle: getReplica },
];
