/** The shapes of the cluster, its brokers and its controllers. */

import * as v from "valibot";
import { count, int, item, list, related } from "./shape.ts";

const levels = v.record(v.string(), int);
const endpoint = v.strictObject({ controller_id: int, host: v.string(), port: int });
const election = v.strictObject({
  leader_id: int,
  leader_epoch: int,
  offset: count,
  timestamp_ms: int,
});
const listener = v.strictObject({
  name: v.string(),
  host: v.string(),
  port: int,
  security_protocol: v.string(),
});
const featureRange = v.strictObject({ name: v.string(), min_version: int, max_version: int });

const clusterLinks = {
  controller: related,
  acls: related,
  brokers: related,
  broker_configs: related,
  consumer_groups: related,
  topics: related,
  partition_reassignments: related,
  quorum: related,
  log: related,
};
const KafkaCluster = item("KafkaCluster", {
  ...clusterLinks,
  controller_id: v.optional(int),
  features: v.optional(levels),
  authorized_operations: v.optional(v.array(v.string())),
});
const KafkaBroker = item("KafkaBroker", {
  broker_id: int,
  host: v.nullable(v.string()),
  port: v.nullable(int),
  rack: v.nullable(v.string()),
  broker_epoch: count,
  incarnation_id: v.string(),
  is_fenced: v.boolean(),
  is_in_controlled_shutdown: v.boolean(),
  listeners: v.array(listener),
  features: v.array(featureRange),
  log_dirs: v.array(v.string()),
  configs: related,
  partition_replicas: related,
});
const KafkaController = item("KafkaController", {
  controller_id: int,
  incarnation_id: v.string(),
  listeners: v.array(listener),
  features: v.array(featureRange),
});
const KafkaFeature = item("KafkaFeature", {
  feature_name: v.string(),
  finalized_level: count,
  min_supported_level: v.nullable(int),
  max_supported_level: v.nullable(int),
});
const QuorumReplica = v.strictObject({
  replica_id: int,
  directory_id: v.string(),
  is_leader: v.boolean(),
  log_end_offset: int,
  lag: count,
  last_fetch_timestamp_ms: int,
  last_caught_up_timestamp_ms: int,
});

export const CLUSTER_SHAPES = {
  KafkaCluster,
  KafkaClusterList: list("KafkaClusterList", KafkaCluster),
  KafkaClusterCreated: item("KafkaCluster", {
    voters: v.array(
      v.strictObject({ controller_id: int, directory_id: v.string(), host: v.string(), port: int }),
    ),
    features: levels,
    access_token: v.optional(
      v.pipe(v.string(), v.description("The first access token. It is shown here only.")),
    ),
  }),
  MetadataId: v.strictObject({
    id: v.string(),
    scope: v.strictObject({
      path: v.array(v.string()),
      clusters: v.strictObject({ "kafka-cluster": v.string() }),
    }),
  }),
  Health: v.strictObject({ status: v.literal("ok"), controller_id: v.optional(int) }),
  KafkaBroker,
  KafkaBrokerList: list("KafkaBrokerList", KafkaBroker),
  KafkaBrokerRegistration: item("KafkaBrokerRegistration", {
    broker_id: int,
    broker_epoch: count,
    incarnation_id: v.string(),
    log_dirs: v.array(v.string()),
  }),
  KafkaBrokerHeartbeat: item("KafkaBrokerHeartbeat", {
    is_caught_up: v.boolean(),
    is_fenced: v.boolean(),
    should_shut_down: v.boolean(),
  }),
  KafkaController,
  KafkaControllerList: list("KafkaControllerList", KafkaController),
  KafkaFeature,
  KafkaFeatureList: list("KafkaFeatureList", KafkaFeature),
  QuorumReplica,
  KafkaQuorum: item("KafkaQuorum", {
    leader_id: int,
    leader_epoch: int,
    high_watermark: count,
    election_count: count,
    elections: v.array(election),
    voters: v.array(QuorumReplica),
    observers: v.array(QuorumReplica),
    endpoints: v.array(endpoint),
  }),
  KafkaQuorumVoterList: list("KafkaQuorumVoterList", QuorumReplica),
};
