/** One good request for every operation of the API, in an order in which each finds what it needs. */

export interface Example {
  readonly operationId: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** 200 when absent. */
  readonly status?: number;
}

const TOPIC = { topic_name: "orders" };
const PARTITION = { ...TOPIC, partition_id: 0 };
const GROUP = { consumer_group_id: "g" };
const CONSUMER = { ...GROUP, consumer_id: "c" };
const CONFIG = { name: "retention.ms" };
const BROKER_CONFIG = { name: "log.retention.ms" };
const ACL = {
  resource_type: "TOPIC",
  resource_name: "orders",
  pattern_type: "LITERAL",
  principal: "User:alice",
  host: "*",
  operation: "READ",
  permission: "ALLOW",
};
const CHANGE = { data: [{ ...CONFIG, value: "1000" }] };
const BROKER_CHANGE = { data: [{ ...BROKER_CONFIG, value: "1000" }] };
const USER = { user_name: "alice" };
const CREDENTIAL = { ...USER, mechanism: "SCRAM-SHA-256" };

/** Stands for the id of the token that a gateway has made last. */
export const LAST_TOKEN = "the last one";
const TOKEN = { token_id: LAST_TOKEN };
/** Stands for the id of the delegation token that a gateway has made last. */
export const LAST_DELEGATION_TOKEN = "the last delegation token";
const DELEGATION_TOKEN = { token_id: LAST_DELEGATION_TOKEN };
const GROUP_CONFIG = { group_id: "g", name: "consumer.session.timeout.ms" };
const SUBSCRIPTION = { subscription_name: "s" };
const SUBSCRIPTION_CONFIG = { ...SUBSCRIPTION, name: "interval.ms" };

/**
 * Of a gateway whose cluster has the brokers 101 and 102, unfenced, and that has made an access token and, for whoever
 * asks, a delegation token.
 */
export const EXAMPLES: readonly Example[] = [
  { operationId: "isAlive" },
  { operationId: "isReady" },
  { operationId: "getMetrics" },
  { operationId: "getOpenApi" },
  { operationId: "getDocs" },
  { operationId: "listClusters" },
  {
    operationId: "createCluster",
    body: { controllers: [{ id: 1, host: "h", port: 1 }] },
    status: 409,
  },
  { operationId: "getCluster", query: { include_authorized_operations: "true" } },
  { operationId: "getMetadataId" },
  { operationId: "getQuorum" },
  { operationId: "listVoters" },
  { operationId: "listControllers" },
  { operationId: "getController", params: { controller_id: 2 } },
  { operationId: "unregisterController", params: { controller_id: 9 }, status: 404 },
  { operationId: "listBrokers" },
  { operationId: "getBroker", params: { broker_id: 101 } },
  {
    operationId: "registerBroker",
    body: { broker_id: 103, listeners: [{ name: "PLAINTEXT", host: "h", port: 1 }] },
    status: 201,
  },
  {
    operationId: "sendHeartbeat",
    params: { broker_id: 103 },
    body: { broker_epoch: 1, current_metadata_offset: 1 },
    status: 409,
  },
  { operationId: "unregisterBroker", params: { broker_id: 103 }, status: 204 },
  {
    operationId: "createTopic",
    body: { topic_name: "orders", replicas_assignments: { 0: [101], 1: [102] } },
    status: 201,
  },
  { operationId: "listTopics", query: { page_size: "10" } },
  {
    operationId: "getTopic",
    params: TOPIC,
    query: { include_authorized_operations: "true" },
  },
  { operationId: "updateTopicPartitions", params: TOPIC, body: { partitions_count: 3 } },
  { operationId: "listPartitions", params: TOPIC, query: { page_size: "2" } },
  { operationId: "getPartition", params: PARTITION },
  { operationId: "listReplicas", params: PARTITION },
  { operationId: "getReplica", params: { ...PARTITION, broker_id: 101 } },
  { operationId: "listBrokerReplicas", params: { broker_id: 101 }, query: { page_size: "1" } },
  {
    operationId: "startReassignment",
    params: PARTITION,
    body: { replicas: [101, 102] },
    status: 204,
  },
  { operationId: "listReassignments" },
  { operationId: "listTopicReassignments", params: TOPIC },
  { operationId: "getReassignment", params: PARTITION },
  { operationId: "cancelReassignment", params: PARTITION, status: 204 },
  {
    operationId: "alterReassignments",
    body: { data: [{ topic_name: "orders", partition_id: 0, replicas: null }] },
  },
  { operationId: "electLeaders", body: { election_type: "PREFERRED", partitions: [PARTITION] } },
  { operationId: "listTopicConfigs", params: TOPIC },
  { operationId: "getTopicConfig", params: { ...TOPIC, ...CONFIG } },
  {
    operationId: "setTopicConfig",
    params: { ...TOPIC, ...CONFIG },
    body: { value: "1" },
    status: 204,
  },
  { operationId: "resetTopicConfig", params: { ...TOPIC, ...CONFIG }, status: 204 },
  { operationId: "alterTopicConfigs", params: TOPIC, body: CHANGE, status: 204 },
  { operationId: "listAllTopicConfigs" },
  {
    operationId: "alterConfigsOfTopics",
    body: {
      data: [
        { ...TOPIC, configs: CHANGE.data },
        { topic_name: "no", configs: CHANGE.data },
      ],
    },
    status: 207,
  },
  { operationId: "setClusterConfig", params: BROKER_CONFIG, body: { value: "1" }, status: 204 },
  { operationId: "listClusterConfigs" },
  { operationId: "getClusterConfig", params: BROKER_CONFIG },
  { operationId: "resetClusterConfig", params: BROKER_CONFIG, status: 204 },
  { operationId: "alterClusterConfigs", body: BROKER_CHANGE, status: 204 },
  {
    operationId: "setBrokerConfig",
    params: { broker_id: 101, ...BROKER_CONFIG },
    body: { value: "1" },
    status: 204,
  },
  { operationId: "listAllBrokerConfigs" },
  { operationId: "listBrokerConfigs", params: { broker_id: 101 } },
  { operationId: "getBrokerConfig", params: { broker_id: 101, ...BROKER_CONFIG } },
  { operationId: "resetBrokerConfig", params: { broker_id: 101, ...BROKER_CONFIG }, status: 204 },
  {
    operationId: "alterBrokerConfigs",
    params: { broker_id: 101 },
    body: BROKER_CHANGE,
    status: 204,
  },
  { operationId: "setGroupConfig", params: GROUP_CONFIG, body: { value: "46000" }, status: 204 },
  { operationId: "listConfiguredGroups", query: { page_size: "10" } },
  { operationId: "listGroupConfigs", params: { group_id: "g" } },
  { operationId: "getGroupConfig", params: GROUP_CONFIG },
  { operationId: "resetGroupConfig", params: GROUP_CONFIG, status: 204 },
  {
    operationId: "alterGroupConfigs",
    params: { group_id: "g" },
    body: { data: [{ name: GROUP_CONFIG.name, value: "46000" }] },
    status: 204,
  },
  {
    operationId: "setClientMetricsConfig",
    params: SUBSCRIPTION_CONFIG,
    body: { value: "1000" },
    status: 204,
  },
  { operationId: "listClientMetrics", query: { page_size: "10" } },
  { operationId: "listClientMetricsConfigs", params: SUBSCRIPTION },
  { operationId: "getClientMetricsConfig", params: SUBSCRIPTION_CONFIG },
  { operationId: "resetClientMetricsConfig", params: SUBSCRIPTION_CONFIG, status: 204 },
  {
    operationId: "alterClientMetricsConfigs",
    params: SUBSCRIPTION,
    body: { data: [{ name: "interval.ms", value: "1000" }] },
    status: 204,
  },
  { operationId: "getCaller" },
  {
    operationId: "createAccessToken",
    body: { principal: "User:bob", description: "d", expires_in_seconds: 60 },
    status: 201,
  },
  { operationId: "listAccessTokens", query: { page_size: "10" } },
  { operationId: "getAccessToken", params: TOKEN },
  { operationId: "rotateAccessToken", params: TOKEN, body: { overlap_seconds: 60 } },
  { operationId: "revokeAccessToken", params: TOKEN, status: 204 },
  {
    operationId: "createDelegationToken",
    body: { owner_principal: "User:alice", renewers: ["User:bob"], max_lifetime_ms: 60_000 },
    status: 201,
  },
  { operationId: "listDelegationTokens", query: { owner_principal: "User:alice" } },
  { operationId: "getDelegationToken", params: DELEGATION_TOKEN },
  { operationId: "renewDelegationToken", params: DELEGATION_TOKEN, body: { period_ms: 60_000 } },
  { operationId: "expireDelegationToken", params: DELEGATION_TOKEN, body: { period_ms: 60_000 } },
  { operationId: "removeDelegationToken", params: DELEGATION_TOKEN, status: 204 },
  { operationId: "createAcl", body: ACL, status: 201 },
  { operationId: "createAcls", body: { data: [ACL, { ...ACL, host: "10.0.0.1" }] }, status: 201 },
  { operationId: "searchAcls", query: { resource_type: "TOPIC" } },
  {
    operationId: "deleteAcls",
    query: { resource_type: "ANY", pattern_type: "ANY", operation: "ANY", permission: "ANY" },
  },
  { operationId: "setScramCredential", params: CREDENTIAL, body: { password: "p" }, status: 204 },
  { operationId: "listScramUsers" },
  { operationId: "getScramUser", params: USER },
  { operationId: "getScramCredential", params: CREDENTIAL },
  { operationId: "deleteScramCredential", params: CREDENTIAL, status: 204 },
  {
    operationId: "alterClientQuotas",
    body: { entity: { user: "alice" }, quotas: [{ name: "producer_byte_rate", value: 1024 }] },
    status: 204,
  },
  { operationId: "listClientQuotas" },
  { operationId: "listFeatures" },
  { operationId: "getFeature", params: { feature_name: "group.version" } },
  {
    operationId: "updateFeatures",
    body: { data: [{ feature_name: "group.version", level: 1 }], validate_only: true },
    status: 204,
  },
  { operationId: "readLog", query: { max_records: "5" } },
  { operationId: "readRawLog" },
  { operationId: "followLog", query: { offset: "0" } },
  { operationId: "getImage" },
  { operationId: "listConsumerGroups", status: 501 },
  { operationId: "getConsumerGroup", params: GROUP, status: 501 },
  { operationId: "listConsumers", params: GROUP, status: 501 },
  { operationId: "getConsumer", params: CONSUMER, status: 501 },
  { operationId: "getConsumerGroupLagSummary", params: GROUP, status: 501 },
  { operationId: "listConsumerLags", params: GROUP, status: 501 },
  { operationId: "getConsumerLag", params: { ...GROUP, ...PARTITION }, status: 501 },
  { operationId: "listConsumerAssignments", params: CONSUMER, status: 501 },
  { operationId: "getConsumerAssignment", params: { ...CONSUMER, ...PARTITION }, status: 501 },
  { operationId: "getPartitionOffsets", params: PARTITION, status: 501 },
  { operationId: "produceRecord", params: TOPIC, status: 501 },
  { operationId: "produceRecords", params: TOPIC, status: 501 },
  { operationId: "deleteTopic", params: TOPIC, status: 204 },
];
