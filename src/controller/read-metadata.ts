/** Answers the gateway's reads from a view of committed metadata. */

import { SUPPORTED_FEATURES } from "../state/features.ts";
import type { MetadataView, PartitionState, TopicState } from "../state/metadata-view.ts";
import type { MetadataRead } from "./api.ts";
import { etagOf, topicEtag } from "./etag.ts";
import { readAllBrokerConfigs, readAllTopicConfigs, readConfigs } from "./read-configs.ts";
import { readImage } from "./read-image.ts";
import {
  readAcls,
  readQuotas,
  readReassignments,
  readReplicasOfBroker,
  readScramCredentials,
} from "./read-pages.ts";
import type { QuorumState, ReadResult } from "./read-result.ts";

export interface ReadContext {
  readonly clusterId: string;
  readonly leaderId: number;
  /** The finalized kraft.version, which the log holds as a control record. */
  readonly kraftVersion: number;
  readonly authorizerEnabled: boolean;
  quorum(): QuorumState;
}

/** Throws a MisplacedError when the read goes on at a position that its list has not given out. */
export function readMetadata(
  read: MetadataRead,
  view: MetadataView,
  context: ReadContext,
): ReadResult {
  switch (read.what) {
    case "cluster":
      return readCluster(view, context);
    case "features":
      return {
        what: "features",
        finalized: finalizedFeatures(view, context),
        supported: SUPPORTED_FEATURES,
      };
    case "brokers":
      return { what: "brokers", brokers: view.brokers() };
    case "broker":
      return { what: "broker", broker: view.broker(read.brokerId) };
    case "controllers":
      return { what: "controllers", controllers: view.controllers() };
    case "topics":
      return readTopics(view, read.afterName, read.limit);
    case "topic":
      return readTopic(view, read);
    case "configs":
      return readConfigs(view, read.resource);
    case "all-topic-configs":
      return readAllTopicConfigs(view, read.afterName, read.limit);
    case "all-broker-configs":
      return readAllBrokerConfigs(view);
    case "replicas-of-broker":
      return readReplicasOfBroker(view, read.brokerId, read.page);
    case "access-tokens":
    case "access-token":
      throw new Error(`Cannot read ${read.what} yet`);
    case "reassignments":
      return readReassignments(view, read.topic, read.page);
    case "acls":
      return readAcls(view, { ...read, disabled: !context.authorizerEnabled });
    case "quotas":
      return readQuotas(view, read.page);
    case "scram-credentials":
      return readScramCredentials(view, read.page);
    case "image":
      return readImage(view, read.page);
    case "quorum":
      return { what: "quorum", quorum: context.quorum() };
  }
}

function readCluster(view: MetadataView, context: ReadContext): ReadResult {
  return {
    what: "cluster",
    clusterId: context.clusterId,
    controllerId: context.leaderId,
    metadataVersion: view.metadataVersion(),
    features: finalizedFeatures(view, context),
  };
}

function finalizedFeatures(
  view: MetadataView,
  { kraftVersion }: ReadContext,
): Readonly<Record<string, number>> {
  return { ...Object.fromEntries(view.features()), "kraft.version": kraftVersion };
}

function readTopics(view: MetadataView, afterName: string, limit: number): ReadResult {
  const found = view.topics(afterName, limit + 1);
  const topics = found.slice(0, limit).map((topic) => ({
    ...topic,
    replicationFactor: replicationFactorOf(view, topic),
  }));
  return { what: "topics", topics, more: found.length > limit };
}

function readTopic(
  view: MetadataView,
  { name, partitions: range }: Extract<MetadataRead, { what: "topic" }>,
): ReadResult {
  const topic = view.topicByName(name);
  if (topic === null) {
    const nothing = { partitions: [], more: false, replicationFactor: 0, etag: etagOf(null) };
    return { what: "topic", topic, ...nothing };
  }
  const from = range?.from ?? 0;
  const end = Math.min(from + (range?.limit ?? topic.partitionCount), topic.partitionCount);
  const partitions: PartitionState[] = [];
  for (let index = from; index < end; index++) {
    const partition = view.partition(topic.topicId, index);
    if (partition !== null) partitions.push(partition);
  }
  const replicationFactor = replicationFactorOf(view, topic);
  return {
    what: "topic",
    topic,
    partitions,
    more: end < topic.partitionCount,
    replicationFactor,
    etag: topicEtag(topic, replicationFactor),
  };
}

/** That of partition 0. */
function replicationFactorOf(view: MetadataView, { topicId }: TopicState): number {
  return view.partition(topicId, 0)?.replicas.length ?? 0;
}
