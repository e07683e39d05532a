/** The shapes of topics, partitions, replicas, reassignments and configs. */

import * as v from "valibot";
import { count, ids, int, item, list, related } from "./shape.ts";

const KafkaTopic = item("KafkaTopic", {
  topic_name: v.string(),
  topic_id: v.nullable(v.string()),
  is_internal: v.boolean(),
  replication_factor: int,
  partitions_count: int,
  partitions: related,
  configs: related,
  partition_reassignments: related,
  authorized_operations: v.optional(v.array(v.string())),
});
const KafkaPartition = item("KafkaPartition", {
  topic_name: v.string(),
  partition_id: int,
  leader: v.optional(related),
  replicas: related,
  reassignment: related,
  leader_id: v.pipe(int, v.description("-1 when there is none.")),
  leader_epoch: int,
  partition_epoch: int,
  replica_ids: ids,
  isr: ids,
  elr: ids,
  adding_replicas: ids,
  removing_replicas: ids,
});
const KafkaReplica = item("KafkaReplica", {
  topic_name: v.string(),
  partition_id: int,
  broker_id: int,
  is_leader: v.boolean(),
  is_in_sync: v.boolean(),
  directory_id: v.nullable(v.string()),
  broker: related,
});
const KafkaReassignment = item("KafkaReassignment", {
  topic_name: v.string(),
  partition_id: int,
  adding_replicas: ids,
  removing_replicas: ids,
  replicas: related,
});

const source = v.picklist([
  "DYNAMIC_TOPIC_CONFIG",
  "DYNAMIC_BROKER_CONFIG",
  "DYNAMIC_DEFAULT_BROKER_CONFIG",
  "STATIC_BROKER_CONFIG",
  "DEFAULT_CONFIG",
  "DYNAMIC_BROKER_LOGGER_CONFIG",
  "CLIENT_METRICS_CONFIG",
  "GROUP_CONFIG",
  "UNKNOWN",
]);
export const configEntries = {
  name: v.string(),
  value: v.nullable(v.string()),
  is_default: v.boolean(),
  is_read_only: v.boolean(),
  is_sensitive: v.boolean(),
  source,
  synonyms: v.array(v.strictObject({ name: v.string(), value: v.nullable(v.string()), source })),
};
const KafkaTopicConfig = item("KafkaTopicConfig", { topic_name: v.string(), ...configEntries });
const KafkaBrokerConfig = item("KafkaBrokerConfig", { broker_id: int, ...configEntries });
const KafkaClusterConfig = item("KafkaClusterConfig", {
  config_type: v.literal("BROKER"),
  ...configEntries,
});

export const TOPIC_SHAPES = {
  KafkaTopic,
  KafkaTopicList: list("KafkaTopicList", KafkaTopic),
  KafkaPartition,
  KafkaPartitionList: list("KafkaPartitionList", KafkaPartition),
  KafkaReplica,
  KafkaReplicaList: list("KafkaReplicaList", KafkaReplica),
  KafkaReassignment,
  KafkaReassignmentList: list("KafkaReassignmentList", KafkaReassignment),
  KafkaTopicConfig,
  KafkaTopicConfigList: list("KafkaTopicConfigList", KafkaTopicConfig),
  KafkaBrokerConfig,
  KafkaBrokerConfigList: list("KafkaBrokerConfigList", KafkaBrokerConfig),
  KafkaClusterConfig,
  KafkaClusterConfigList: list("KafkaClusterConfigList", KafkaClusterConfig),
  TopicConfigFailures: v.strictObject({
    failures: v.array(
      v.strictObject({ topic_name: v.string(), error_code: int, message: v.string() }),
    ),
  }),
  KafkaElectionResultList: list(
    "KafkaElectionResultList",
    v.strictObject({
      topic_name: v.string(),
      partition_id: int,
      error: v.nullable(v.pipe(v.string(), v.description("Kafka's name of it."))),
      error_code: v.nullable(int),
      message: v.nullable(v.string()),
    }),
  ),
  KafkaReassignmentResultList: list(
    "KafkaReassignmentResultList",
    v.strictObject({
      topic_name: v.string(),
      partition_id: int,
      error: v.nullable(v.string()),
      error_code: v.nullable(count),
      message: v.nullable(v.string()),
    }),
  ),
};
