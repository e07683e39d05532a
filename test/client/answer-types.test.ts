/** The client's types say what the gateway's shapes say, in both directions; the compiler is the judge. */
import type { GenericSchema, InferOutput } from "valibot";
import { expect, test } from "vitest";
import type { Answers } from "../../src/client/operations.ts";
import type { QuorumReplica } from "../../src/client/types/brokers.ts";
import type { ImageLine, LogRecord } from "../../src/client/types/log.ts";
import type { KafkaAcl } from "../../src/client/types/security.ts";
import { CLUSTER_SHAPES } from "../../workers/gateway/shapes/cluster-shapes.ts";
import { CONFIG_SHAPES } from "../../workers/gateway/shapes/config-shapes.ts";
import { DELEGATION_TOKEN_SHAPES } from "../../workers/gateway/shapes/delegation-token-shapes.ts";
import { LOG_SHAPES } from "../../workers/gateway/shapes/log-shapes.ts";
import { SECURITY_SHAPES } from "../../workers/gateway/shapes/security-shapes.ts";
import { TOKEN_SHAPES } from "../../workers/gateway/shapes/token-shapes.ts";
import { TOPIC_SHAPES } from "../../workers/gateway/shapes/topic-shapes.ts";

type DeepReadonly<T> = T extends readonly (infer I)[]
  ? readonly DeepReadonly<I>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

type IsSame<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Compiles only when the type and the shape are assignable to each other, the keys of both being the same. */
function same<T>() {
  return <S extends GenericSchema>(
    schema: S,
    isSame: IsSame<T, DeepReadonly<InferOutput<S>>> & IsSame<keyof T, keyof InferOutput<S>>,
  ): void => {
    SEEN.add(schema);
    expect(isSame).toBe(true);
  };
}

const SEEN = new Set<GenericSchema>();

test("the cluster, its brokers and its controllers", () => {
  const shapes = CLUSTER_SHAPES;
  same<Answers["getCluster"]>()(shapes.KafkaCluster, true);
  same<Answers["listClusters"]>()(shapes.KafkaClusterList, true);
  same<Answers["createCluster"]>()(shapes.KafkaClusterCreated, true);
  same<Answers["getMetadataId"]>()(shapes.MetadataId, true);
  same<Answers["isAlive"]>()(shapes.Health, true);
  same<Answers["isReady"]>()(shapes.Health, true);
  same<Answers["getBroker"]>()(shapes.KafkaBroker, true);
  same<Answers["listBrokers"]>()(shapes.KafkaBrokerList, true);
  same<Answers["registerBroker"]>()(shapes.KafkaBrokerRegistration, true);
  same<Answers["sendHeartbeat"]>()(shapes.KafkaBrokerHeartbeat, true);
  same<Answers["getController"]>()(shapes.KafkaController, true);
  same<Answers["listControllers"]>()(shapes.KafkaControllerList, true);
  same<Answers["listFeatures"]>()(shapes.KafkaFeatureList, true);
  same<Answers["getFeature"]>()(shapes.KafkaFeature, true);
  same<QuorumReplica>()(shapes.QuorumReplica, true);
  same<Answers["getQuorum"]>()(shapes.KafkaQuorum, true);
  same<Answers["listVoters"]>()(shapes.KafkaQuorumVoterList, true);
});

test("topics, partitions and configs", () => {
  const shapes = TOPIC_SHAPES;
  same<Answers["getTopic"]>()(shapes.KafkaTopic, true);
  same<Answers["createTopic"]>()(shapes.KafkaTopic, true);
  same<Answers["updateTopicPartitions"]>()(shapes.KafkaTopic, true);
  same<Answers["listTopics"]>()(shapes.KafkaTopicList, true);
  same<Answers["getPartition"]>()(shapes.KafkaPartition, true);
  same<Answers["listPartitions"]>()(shapes.KafkaPartitionList, true);
  same<Answers["getReplica"]>()(shapes.KafkaReplica, true);
  same<Answers["listReplicas"]>()(shapes.KafkaReplicaList, true);
  same<Answers["listBrokerReplicas"]>()(shapes.KafkaReplicaList, true);
  same<Answers["getReassignment"]>()(shapes.KafkaReassignment, true);
  same<Answers["listReassignments"]>()(shapes.KafkaReassignmentList, true);
  same<Answers["listTopicReassignments"]>()(shapes.KafkaReassignmentList, true);
  same<Answers["getTopicConfig"]>()(shapes.KafkaTopicConfig, true);
  same<Answers["listTopicConfigs"]>()(shapes.KafkaTopicConfigList, true);
  same<Answers["listAllTopicConfigs"]>()(shapes.KafkaTopicConfigList, true);
  same<Answers["getBrokerConfig"]>()(shapes.KafkaBrokerConfig, true);
  same<Answers["listBrokerConfigs"]>()(shapes.KafkaBrokerConfigList, true);
  same<Answers["listAllBrokerConfigs"]>()(shapes.KafkaBrokerConfigList, true);
  same<Answers["getClusterConfig"]>()(shapes.KafkaClusterConfig, true);
  same<Answers["listClusterConfigs"]>()(shapes.KafkaClusterConfigList, true);
  same<NonNullable<Answers["alterConfigsOfTopics"]>>()(shapes.TopicConfigFailures, true);
  same<Answers["electLeaders"]>()(shapes.KafkaElectionResultList, true);
  same<Answers["alterReassignments"]>()(shapes.KafkaReassignmentResultList, true);
});

test("groups and client metrics", () => {
  const shapes = CONFIG_SHAPES;
  same<Answers["getGroupConfig"]>()(shapes.KafkaGroupConfig, true);
  same<Answers["listGroupConfigs"]>()(shapes.KafkaGroupConfigList, true);
  same<Answers["listConfiguredGroups"]>()(shapes.KafkaGroupList, true);
  same<Answers["getClientMetricsConfig"]>()(shapes.KafkaClientMetricsConfig, true);
  same<Answers["listClientMetricsConfigs"]>()(shapes.KafkaClientMetricsConfigList, true);
  same<Answers["listClientMetrics"]>()(shapes.KafkaClientMetricsList, true);
});

test("delegation tokens", () => {
  const shapes = DELEGATION_TOKEN_SHAPES;
  same<Answers["getDelegationToken"]>()(shapes.KafkaDelegationToken, true);
  same<Answers["createDelegationToken"]>()(shapes.KafkaDelegationToken, true);
  same<Answers["listDelegationTokens"]>()(shapes.KafkaDelegationTokenList, true);
  const expiration = shapes.KafkaDelegationTokenExpiration;
  same<Answers["renewDelegationToken"]>()(expiration, true);
  same<Answers["expireDelegationToken"]>()(expiration, true);
});

test("access tokens, ACLs, users and quotas", () => {
  same<Answers["getAccessToken"]>()(TOKEN_SHAPES.KafkaAccessToken, true);
  same<Answers["listAccessTokens"]>()(TOKEN_SHAPES.KafkaAccessTokenList, true);
  same<Answers["createAccessToken"]>()(TOKEN_SHAPES.KafkaAccessTokenShown, true);
  same<Answers["rotateAccessToken"]>()(TOKEN_SHAPES.KafkaAccessTokenShown, true);
  same<Answers["getCaller"]>()(TOKEN_SHAPES.KafkaCaller, true);
  same<KafkaAcl>()(SECURITY_SHAPES.KafkaAcl, true);
  same<Answers["searchAcls"]>()(SECURITY_SHAPES.KafkaAclList, true);
  same<Answers["deleteAcls"]>()(SECURITY_SHAPES.KafkaAclsDeleted, true);
  same<NonNullable<Answers["createAcls"]>>()(SECURITY_SHAPES.AclFailures, true);
  same<Answers["getScramUser"]["data"][number]>()(SECURITY_SHAPES.KafkaScramCredential, true);
  same<Answers["getScramCredential"]>()(SECURITY_SHAPES.KafkaScramCredential, true);
  same<Answers["getScramUser"]>()(SECURITY_SHAPES.KafkaScramCredentialList, true);
  same<Answers["listScramUsers"]>()(SECURITY_SHAPES.KafkaScramCredentialList, true);
  same<Answers["listClientQuotas"]>()(SECURITY_SHAPES.KafkaClientQuotaList, true);
});

test("the log and the image", () => {
  same<LogRecord>()(LOG_SHAPES.LogRecord, true);
  // What the list has besides is lost to the compiler where the gateway puts the shape together.
  type Rest = Omit<Answers["readLog"], "next_offset" | "high_watermark">;
  same<Rest>()(LOG_SHAPES.KafkaMetadataRecordList, true);
  expect(LOG_SHAPES.KafkaMetadataRecordList.entries).toHaveProperty("next_offset");
  expect(LOG_SHAPES.KafkaMetadataRecordList.entries).toHaveProperty("high_watermark");
  const isSame: IsSame<ImageLine["type"], InferOutput<typeof LOG_SHAPES.ImageLine>["type"]> = true;
  expect(isSame).toBe(true);
  SEEN.add(LOG_SHAPES.ImageLine);
});

test("no shape of the gateway is without a type", () => {
  const things = { ...CLUSTER_SHAPES, ...TOPIC_SHAPES, ...CONFIG_SHAPES, ...LOG_SHAPES };
  const people = { ...TOKEN_SHAPES, ...SECURITY_SHAPES, ...DELEGATION_TOKEN_SHAPES };
  const forgotten = Object.entries({ ...things, ...people })
    .filter(([, schema]) => !SEEN.has(schema))
    .map(([name]) => name);
  expect(forgotten).toEqual([]);
});
