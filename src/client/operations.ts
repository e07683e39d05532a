/** Every operation of the API that controllers serve: where it is, how it may be repeated, what it answers. */

import type { Operation } from "./http/operation.ts";
import type * as brokers from "./types/brokers.ts";
import type * as cluster from "./types/cluster.ts";
import type * as configs from "./types/configs.ts";
import type * as log from "./types/log.ts";
import type * as security from "./types/security.ts";
import type * as topics from "./types/topics.ts";

/** What each operation answers; null where there is no body. */
export interface Answers {
  createCluster: cluster.KafkaClusterCreated;
  listClusters: cluster.KafkaClusterList;
  getCluster: cluster.KafkaCluster;
  getMetadataId: cluster.MetadataId;
  isAlive: cluster.Health;
  isReady: cluster.Health;
  getMetrics: string;
  getOpenApi: object;
  getDocs: string;
  getQuorum: brokers.KafkaQuorum;
  listVoters: brokers.KafkaQuorumVoterList;
  listControllers: brokers.KafkaControllerList;
  getController: brokers.KafkaController;
  unregisterController: null;
  listBrokers: brokers.KafkaBrokerList;
  getBroker: brokers.KafkaBroker;
  registerBroker: brokers.KafkaBrokerRegistration;
  sendHeartbeat: brokers.KafkaBrokerHeartbeat;
  unregisterBroker: null;
  listBrokerReplicas: topics.KafkaReplicaList;
  listTopics: topics.KafkaTopicList;
  getTopic: topics.KafkaTopic;
  createTopic: topics.KafkaTopic;
  updateTopicPartitions: topics.KafkaTopic;
  deleteTopic: null;
  listPartitions: topics.KafkaPartitionList;
  getPartition: topics.KafkaPartition;
  listReplicas: topics.KafkaReplicaList;
  getReplica: topics.KafkaReplica;
  listReassignments: topics.KafkaReassignmentList;
  listTopicReassignments: topics.KafkaReassignmentList;
  getReassignment: topics.KafkaReassignment;
  startReassignment: null;
  cancelReassignment: null;
  alterReassignments: topics.KafkaReassignmentResultList;
  electLeaders: topics.KafkaElectionResultList;
  listTopicConfigs: configs.KafkaTopicConfigList;
  getTopicConfig: configs.KafkaTopicConfig;
  setTopicConfig: null;
  resetTopicConfig: null;
  alterTopicConfigs: null;
  listAllTopicConfigs: configs.KafkaTopicConfigList;
  alterConfigsOfTopics: configs.TopicConfigFailures | null;
  listBrokerConfigs: configs.KafkaBrokerConfigList;
  getBrokerConfig: configs.KafkaBrokerConfig;
  setBrokerConfig: null;
  resetBrokerConfig: null;
  alterBrokerConfigs: null;
  listAllBrokerConfigs: configs.KafkaBrokerConfigList;
  listClusterConfigs: configs.KafkaClusterConfigList;
  getClusterConfig: configs.KafkaClusterConfig;
  setClusterConfig: null;
  resetClusterConfig: null;
  alterClusterConfigs: null;
  listConfiguredGroups: configs.KafkaGroupList;
  listGroupConfigs: configs.KafkaGroupConfigList;
  getGroupConfig: configs.KafkaGroupConfig;
  setGroupConfig: null;
  resetGroupConfig: null;
  alterGroupConfigs: null;
  listClientMetrics: configs.KafkaClientMetricsList;
  listClientMetricsConfigs: configs.KafkaClientMetricsConfigList;
  getClientMetricsConfig: configs.KafkaClientMetricsConfig;
  setClientMetricsConfig: null;
  resetClientMetricsConfig: null;
  alterClientMetricsConfigs: null;
  getCaller: security.KafkaCaller;
  listAccessTokens: security.KafkaAccessTokenList;
  getAccessToken: security.KafkaAccessToken;
  createAccessToken: security.KafkaAccessTokenShown;
  rotateAccessToken: security.KafkaAccessTokenShown;
  revokeAccessToken: null;
  listDelegationTokens: security.KafkaDelegationTokenList;
  getDelegationToken: security.KafkaDelegationToken;
  createDelegationToken: security.KafkaDelegationToken;
  renewDelegationToken: security.KafkaDelegationTokenExpiration;
  expireDelegationToken: security.KafkaDelegationTokenExpiration;
  removeDelegationToken: null;
  searchAcls: security.KafkaAclList;
  createAcl: null;
  createAcls: security.AclFailures | null;
  deleteAcls: security.KafkaAclsDeleted;
  listScramUsers: security.KafkaScramCredentialList;
  getScramUser: security.KafkaScramCredentialList;
  getScramCredential: security.KafkaScramCredential;
  setScramCredential: null;
  deleteScramCredential: null;
  listClientQuotas: security.KafkaClientQuotaList;
  alterClientQuotas: null;
  listFeatures: brokers.KafkaFeatureList;
  getFeature: brokers.KafkaFeature;
  updateFeatures: null;
  readLog: log.KafkaMetadataRecordList;
  readRawLog: Uint8Array;
  followLog: string;
  getImage: string;
}

export type OperationId = keyof Answers;

/** Operations whose answer is a page of a list. */
export type ListId = {
  [I in OperationId]: Answers[I] extends {
    readonly data: readonly unknown[];
    readonly kind: string;
  }
    ? I
    : never;
}[OperationId];

function read(path: string): Operation {
  return { method: "GET", path, repeatAfter: "anything", takesKey: false, takesOffset: false };
}

/** A read of what has a history. */
function readAt(path: string): Operation {
  return { ...read(path), takesOffset: true };
}

/** A change that the controllers remember under a key. */
function change(method: Operation["method"], path: string): Operation {
  return { method, path, repeatAfter: "anything", takesKey: true, takesOffset: false };
}

const CLUSTERS = "/kafka/v3/clusters";
const CLUSTER = `${CLUSTERS}/{cluster_id}`;
const CONTROLLER = `${CLUSTER}/controllers/{controller_id}`;
const BROKERS = `${CLUSTER}/brokers`;
const BROKER = `${BROKERS}/{broker_id}`;
const BROKER_CONFIG = `${BROKER}/configs/{name}`;
const CLUSTER_CONFIG = `${CLUSTER}/broker-configs/{name}`;
const TOPICS = `${CLUSTER}/topics`;
const TOPIC = `${TOPICS}/{topic_name}`;
const TOPIC_CONFIG = `${TOPIC}/configs/{name}`;
const PARTITION = `${TOPIC}/partitions/{partition_id}`;
const REASSIGNMENTS = `${TOPICS}/-/partitions/-/reassignment`;
const GROUPS = `${CLUSTER}/groups`;
const GROUP_CONFIGS = `${GROUPS}/{group_id}/configs`;
const SUBSCRIPTIONS = `${CLUSTER}/client-metrics`;
const SUBSCRIPTION_CONFIGS = `${SUBSCRIPTIONS}/{subscription_name}/configs`;
const TOKENS = `${CLUSTER}/access-tokens`;
const TOKEN = `${TOKENS}/{token_id}`;
const DELEGATION_TOKENS = `${CLUSTER}/delegation-tokens`;
const DELEGATION_TOKEN = `${DELEGATION_TOKENS}/{token_id}`;
const ACLS = `${CLUSTER}/acls`;
const SCRAM_USERS = `${CLUSTER}/scram-users`;
const CREDENTIAL = `${SCRAM_USERS}/{user_name}/{mechanism}`;
const LOG = `${CLUSTER}/log`;

/** Shows a secret that is kept nowhere: one that was made and not seen could not be shown again. */
const showsSecret = { takesKey: false, repeatAfter: "throttling" } as const;

export const OPERATIONS: Readonly<Record<OperationId, Operation>> = {
  // Refused once there is a cluster, also to whoever has just created it and not heard of it.
  createCluster: { ...change("POST", CLUSTERS), takesKey: false, repeatAfter: "refusals" },
  listClusters: read(CLUSTERS),
  getCluster: read(CLUSTER),
  getMetadataId: read("/v1/metadata/id"),
  isAlive: read("/livez"),
  isReady: read("/readyz"),
  getMetrics: read("/metrics"),
  getOpenApi: read("/openapi.json"),
  getDocs: read("/docs"),
  getQuorum: read(`${CLUSTER}/quorum`),
  listVoters: read(`${CLUSTER}/quorum/voters`),
  listControllers: readAt(`${CLUSTER}/controllers`),
  getController: readAt(CONTROLLER),
  unregisterController: change("DELETE", CONTROLLER),
  listBrokers: readAt(BROKERS),
  getBroker: readAt(BROKER),
  registerBroker: change("POST", BROKERS),
  sendHeartbeat: change("POST", `${BROKER}/heartbeats`),
  unregisterBroker: change("DELETE", BROKER),
  listBrokerReplicas: readAt(`${BROKER}/partition-replicas`),
  listTopics: readAt(TOPICS),
  getTopic: readAt(TOPIC),
  createTopic: change("POST", TOPICS),
  updateTopicPartitions: change("PATCH", TOPIC),
  deleteTopic: change("DELETE", TOPIC),
  listPartitions: readAt(`${TOPIC}/partitions`),
  getPartition: readAt(PARTITION),
  listReplicas: readAt(`${PARTITION}/replicas`),
  getReplica: readAt(`${PARTITION}/replicas/{broker_id}`),
  listReassignments: readAt(REASSIGNMENTS),
  listTopicReassignments: readAt(`${TOPIC}/partitions/-/reassignment`),
  getReassignment: readAt(`${PARTITION}/reassignment`),
  startReassignment: change("PUT", `${PARTITION}/reassignment`),
  cancelReassignment: change("DELETE", `${PARTITION}/reassignment`),
  alterReassignments: change("POST", `${REASSIGNMENTS}:alter`),
  electLeaders: change("POST", `${CLUSTER}/elections`),
  listTopicConfigs: readAt(`${TOPIC}/configs`),
  getTopicConfig: readAt(TOPIC_CONFIG),
  setTopicConfig: change("PUT", TOPIC_CONFIG),
  resetTopicConfig: change("DELETE", TOPIC_CONFIG),
  alterTopicConfigs: change("POST", `${TOPIC}/configs:alter`),
  listAllTopicConfigs: readAt(`${TOPICS}/-/configs`),
  alterConfigsOfTopics: change("POST", `${TOPICS}/-/configs:alter`),
  listBrokerConfigs: readAt(`${BROKER}/configs`),
  getBrokerConfig: readAt(BROKER_CONFIG),
  setBrokerConfig: change("PUT", BROKER_CONFIG),
  resetBrokerConfig: change("DELETE", BROKER_CONFIG),
  alterBrokerConfigs: change("POST", `${BROKER}/configs:alter`),
  listAllBrokerConfigs: readAt(`${BROKERS}/-/configs`),
  listClusterConfigs: readAt(`${CLUSTER}/broker-configs`),
  getClusterConfig: readAt(CLUSTER_CONFIG),
  setClusterConfig: change("PUT", CLUSTER_CONFIG),
  resetClusterConfig: change("DELETE", CLUSTER_CONFIG),
  alterClusterConfigs: change("POST", `${CLUSTER}/broker-configs:alter`),
  listConfiguredGroups: readAt(GROUPS),
  listGroupConfigs: readAt(GROUP_CONFIGS),
  getGroupConfig: readAt(`${GROUP_CONFIGS}/{name}`),
  setGroupConfig: change("PUT", `${GROUP_CONFIGS}/{name}`),
  resetGroupConfig: change("DELETE", `${GROUP_CONFIGS}/{name}`),
  alterGroupConfigs: change("POST", `${GROUP_CONFIGS}:alter`),
  listClientMetrics: readAt(SUBSCRIPTIONS),
  listClientMetricsConfigs: readAt(SUBSCRIPTION_CONFIGS),
  getClientMetricsConfig: readAt(`${SUBSCRIPTION_CONFIGS}/{name}`),
  setClientMetricsConfig: change("PUT", `${SUBSCRIPTION_CONFIGS}/{name}`),
  resetClientMetricsConfig: change("DELETE", `${SUBSCRIPTION_CONFIGS}/{name}`),
  alterClientMetricsConfigs: change("POST", `${SUBSCRIPTION_CONFIGS}:alter`),
  getCaller: read(`${CLUSTER}/caller`),
  listAccessTokens: read(TOKENS),
  getAccessToken: read(TOKEN),
  createAccessToken: { ...change("POST", TOKENS), ...showsSecret },
  rotateAccessToken: { ...change("POST", `${TOKEN}/rotation`), ...showsSecret },
  revokeAccessToken: { ...change("DELETE", TOKEN), takesKey: false },
  listDelegationTokens: read(DELEGATION_TOKENS),
  getDelegationToken: read(DELEGATION_TOKEN),
  createDelegationToken: change("POST", DELEGATION_TOKENS),
  renewDelegationToken: change("POST", `${DELEGATION_TOKEN}/renewal`),
  expireDelegationToken: change("POST", `${DELEGATION_TOKEN}/expiration`),
  removeDelegationToken: change("DELETE", DELEGATION_TOKEN),
  searchAcls: readAt(ACLS),
  createAcl: change("POST", ACLS),
  createAcls: change("POST", `${ACLS}:batch`),
  deleteAcls: change("DELETE", ACLS),
  listScramUsers: readAt(SCRAM_USERS),
  getScramUser: readAt(`${SCRAM_USERS}/{user_name}`),
  getScramCredential: readAt(CREDENTIAL),
  setScramCredential: change("PUT", CREDENTIAL),
  deleteScramCredential: change("DELETE", CREDENTIAL),
  listClientQuotas: readAt(`${CLUSTER}/client-quotas`),
  alterClientQuotas: change("POST", `${CLUSTER}/client-quotas:alter`),
  listFeatures: readAt(`${CLUSTER}/features`),
  getFeature: readAt(`${CLUSTER}/features/{feature_name}`),
  updateFeatures: change("POST", `${CLUSTER}/features:update`),
  readLog: read(LOG),
  readRawLog: read(`${LOG}/raw`),
  followLog: read(`${LOG}/feed`),
  getImage: readAt(`${CLUSTER}/image`),
};
