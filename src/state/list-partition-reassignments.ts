/** ListPartitionReassignments (KIP-455): which partitions are being moved, and between which replicas. */

import type { Uuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { timelineOrder, uuidHashCode } from "./hash-order.ts";
import type { MetadataView, PartitionState } from "./metadata-view.ts";
import { isReassigning } from "./partition-reassignment.ts";

type Response = ResponseInit<"listPartitionReassignments">;
type Topic = NonNullable<Response["topics"]>[number];
type Partition = NonNullable<Topic["partitions"]>[number];

/** All of them when no topics are named; what is unknown or not being moved is left out. */
export function listPartitionReassignments(
  { topics }: RequestOf<"listPartitionReassignments">,
  view: MetadataView,
): Response {
  const found =
    topics === null ? allReassigning(view) : topics.map((asked) => askedOf(view, asked));
  return { errorMessage: null, topics: found.filter(({ partitions }) => partitions.length > 0) };
}

interface FoundTopic {
  readonly name: string;
  readonly partitions: readonly Partition[];
}

function allReassigning(view: MetadataView): FoundTopic[] {
  const byTopic = new Map<Uuid, Partition[]>();
  for (const { topicId, partitionIndex, partition } of view.markedPartitions("reassigning")) {
    const partitions = byTopic.get(topicId) ?? [];
    partitions.push(ongoing(partitionIndex, partition));
    byTopic.set(topicId, partitions);
  }
  return timelineOrder(byTopic, ([topicId]) => uuidHashCode(topicId)).map(
    ([topicId, partitions]) => ({ name: view.topicById(topicId)?.name ?? "", partitions }),
  );
}

function askedOf(
  view: MetadataView,
  { name, partitionIndexes }: { name: string; partitionIndexes: readonly number[] },
): FoundTopic {
  const topic = view.topicByName(name);
  if (topic === null) return { name, partitions: [] };
  const partitions = partitionIndexes.flatMap((partitionIndex) => {
    const partition = view.partition(topic.topicId, partitionIndex);
    return partition !== null && isReassigning(partition)
      ? [ongoing(partitionIndex, partition)]
      : [];
  });
  return { name, partitions };
}

function ongoing(
  partitionIndex: number,
  { replicas, addingReplicas, removingReplicas }: PartitionState,
): Partition {
  return { partitionIndex, replicas, addingReplicas, removingReplicas };
}
