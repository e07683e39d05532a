/** Answers the gateway's reads from a view of committed metadata. */

import { Operation } from "../state/authorizer.ts";
import { SUPPORTED_FEATURES } from "../state/features.ts";
import type { MetadataView, PartitionState, TopicState } from "../state/metadata-view.ts";
import type { TokenHmacs } from "../state/token-hmacs.ts";
import type { MetadataRead, Page } from "./api.ts";
import { clusterOperations, onCluster, onTopic, topicOperations } from "./authorization.ts";
import type { Caller } from "./caller.ts";
import { readDelegationToken, readDelegationTokens } from "./delegation-tokens.ts";
import { etagOf, topicEtag } from "./etag.ts";
import { readAccessToken, readAccessTokens } from "./read-access-tokens.ts";
import {
  readAllBrokerConfigs,
  readAllTopicConfigs,
  readConfigResources,
  readConfigs,
} from "./read-configs.ts";
import { readImage } from "./read-image.ts";
import {
  type MaySee,
  readAcls,
  readQuotas,
  readReassignments,
  readReplicasOfBroker,
  readScramCredentials,
} from "./read-pages.ts";
import type { QuorumState, ReadResult } from "./read-result.ts";
import { visibleTopics } from "./visible-topics.ts";

const { DESCRIBE, DESCRIBE_CONFIGS } = Operation;

export interface ReadContext {
  readonly clusterId: string;
  readonly leaderId: number;
  /** The finalized kraft.version, which the log holds as a control record. */
  readonly kraftVersion: number;
  readonly authorizerEnabled: boolean;
  /** Null when delegation tokens are switched off. */
  readonly tokenHmacs: TokenHmacs | null;
  readonly nowMs: number;
  /** Who reads; what it may not see is left out of lists. */
  readonly caller: Caller;
  quorum(): QuorumState;
}

/** Throws a MisplacedError when the read goes on at a position that its list has not given out. */
export function readMetadata(
  read: MetadataRead,
  view: MetadataView,
  context: ReadContext,
): ReadResult {
  const { caller } = context;
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
      return readTopics(view, read.page, maySee(caller, DESCRIBE));
    case "topic":
      return { ...readTopic(view, read), authorizedOperations: topicOperations(caller, read.name) };
    case "configs":
      return readConfigs(view, read.resource);
    case "all-topic-configs":
      return readAllTopicConfigs(view, read.page, maySee(caller, DESCRIBE_CONFIGS));
    case "all-broker-configs":
      return readAllBrokerConfigs(view);
    case "config-resources":
      return readConfigResources(view, read);
    case "replicas-of-broker":
      return readReplicasOfBroker(view, read, {
        maySee: maySee(caller, DESCRIBE),
        mayTell: caller.authorize(onCluster(DESCRIBE), { quiet: true }),
      });
    case "access-tokens":
      return readAccessTokens(view, read.page, context.nowMs);
    case "access-token":
      return readAccessToken(view, read.tokenId, context.nowMs);
    case "delegation-tokens":
      return readDelegationTokens(view, read, context);
    case "delegation-token":
      return readDelegationToken(view, read.tokenId, context);
    case "reassignments":
      return readReassignments(view, read, maySee(caller, DESCRIBE));
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
    authorizedOperations: clusterOperations(context.caller),
  };
}

/** Quietly: nobody has asked for what is not his. */
function maySee(caller: Caller, operation: number): MaySee {
  return (topicName) => caller.authorize(onTopic(operation, topicName), { quiet: true });
}

function finalizedFeatures(
  view: MetadataView,
  { kraftVersion }: ReadContext,
): Readonly<Record<string, number>> {
  return { ...Object.fromEntries(view.features()), "kraft.version": kraftVersion };
}

function readTopics(view: MetadataView, page: Page, mayBeSeen: MaySee): ReadResult {
  const { items, shown, next } = visibleTopics(view, page, mayBeSeen);
  const topics = items.map((topic) => ({
    ...topic,
    replicationFactor: replicationFactorOf(view, topic),
  }));
  return { what: "topics", topics, shown, next };
}

function readTopic(
  view: MetadataView,
  { name, partitions: range }: Extract<MetadataRead, { what: "topic" }>,
): Omit<Extract<ReadResult, { what: "topic" }>, "authorizedOperations"> {
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
