/** Answers the gateway's reads from a view of committed metadata. */

import type { MetadataView, PartitionState } from "../state/metadata-view.ts";
import type { MetadataRead, QuorumState, ReadResult } from "./api.ts";

export interface ReadContext {
  readonly clusterId: string;
  readonly leaderId: number;
  /** The finalized kraft.version, which the log holds as a control record. */
  readonly kraftVersion: number;
  quorum(): QuorumState;
}

export function readMetadata(
  read: MetadataRead,
  view: MetadataView,
  context: ReadContext,
): ReadResult {
  switch (read.what) {
    case "cluster": {
      const features = Object.fromEntries(view.features());
      return {
        what: "cluster",
        clusterId: context.clusterId,
        controllerId: context.leaderId,
        metadataVersion: view.metadataVersion(),
        features: { ...features, "kraft.version": context.kraftVersion },
      };
    }
    case "brokers":
      return { what: "brokers", brokers: view.brokers() };
    case "broker":
      return { what: "broker", broker: view.broker(read.brokerId) };
    case "topics":
      return readTopics(view, read.afterName, read.limit);
    case "topic": {
      const topic = view.topicByName(read.name);
      if (topic === null) return { what: "topic", topic, partitions: [] };
      const partitions: PartitionState[] = [];
      for (const { partition } of view.partitions(topic.topicId)) partitions.push(partition);
      return { what: "topic", topic, partitions };
    }
    case "quorum":
      return { what: "quorum", quorum: context.quorum() };
  }
}

function readTopics(view: MetadataView, afterName: string, limit: number): ReadResult {
  const found = view.topics(afterName, limit + 1);
  const topics = found.slice(0, limit).map((topic) => ({
    ...topic,
    replicationFactor: view.partition(topic.topicId, 0)?.replicas.length ?? 0,
  }));
  return { what: "topics", topics, more: found.length > limit };
}
