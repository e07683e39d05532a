/** The one partition that Raft requests are about: partition 0 of `__cluster_metadata`. */

import { METADATA_TOPIC } from "../base/metadata-topic.ts";

/** The partition of a request that names exactly one topic with one partition; else null. */
export function solePartition<T extends { readonly partitions: readonly unknown[] }>(
  topics: readonly T[],
  isMetadata: (topic: T, partition: T["partitions"][number]) => boolean,
): T["partitions"][number] | null {
  const [topic] = topics;
  const [partition]: readonly T["partitions"][number][] = topic?.partitions ?? [];
  if (topic === undefined || partition === undefined) return null;
  if (topics.length !== 1 || topic.partitions.length !== 1) return null;
  return isMetadata(topic, partition) ? partition : null;
}

/** The same for requests that name the topic and the partition's index. */
export function soleMetadataPartition<P extends { readonly partitionIndex: number }>(
  topics: readonly { readonly topicName: string; readonly partitions: readonly P[] }[],
): P | null {
  return solePartition(
    topics,
    ({ topicName }, { partitionIndex }) => topicName === METADATA_TOPIC && partitionIndex === 0,
  );
}

/** Wraps the answer for that partition. */
export function inMetadataTopic<P>(partition: P): {
  topicName: string;
  partitions: (P & { partitionIndex: number })[];
}[] {
  return [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0, ...partition }] }];
}
