/** The shapes of answers, as Confluent's REST API v3 has them, and ours beside them. */

import type {
  BrokerState,
  ControllerState,
  Endpoint,
  FeatureRange,
  PartitionState,
} from "../../src/state/metadata-view.ts";
import type { GatewayContext } from "./context.ts";
import { originOf } from "./origin.ts";
import { CLUSTERS } from "./route.ts";

/** One step of a path below a cluster. */
export type Step = readonly [collection: string, id: string | number];

interface Related {
  readonly related: string;
}

const CRN_NAMES: Readonly<Record<string, string>> = {
  topics: "topic",
  partitions: "partition",
  replicas: "replica",
  brokers: "broker",
  controllers: "controller",
  configs: "config",
  "broker-configs": "broker-config",
  "scram-users": "scram-user",
  "access-tokens": "access-token",
  "delegation-tokens": "delegation-token",
  groups: "group",
  features: "feature",
};

/** Builds links and resource names of one cluster. */
export class Links {
  readonly #base: string;
  readonly #clusterId: string;

  constructor(context: GatewayContext, clusterId: string) {
    this.#base = `${originOf(context.req.url)}${CLUSTERS}/${encodeURIComponent(clusterId)}`;
    this.#clusterId = clusterId;
  }

  url(steps: readonly Step[], collection = ""): string {
    const path = steps.map(([name, id]) => `/${name}/${encodeURIComponent(id)}`).join("");
    return `${this.#base}${path}${collection === "" ? "" : `/${collection}`}`;
  }

  related(steps: readonly Step[], collection = ""): Related {
    return { related: this.url(steps, collection) };
  }

  /** `kind`, `metadata` and `cluster_id` of one thing. */
  item(kind: string, steps: readonly Step[]) {
    const names = steps.map(([name, id]) => `/${CRN_NAMES[name] ?? name}=${id}`).join("");
    return {
      kind,
      metadata: {
        self: this.url(steps),
        resource_name: `crn:///kafka=${this.#clusterId}${names}`,
      },
      cluster_id: this.#clusterId,
    };
  }

  /** `next` is the link to the next page, null on the last. */
  list(
    kind: string,
    steps: readonly Step[],
    collection: string,
    data: readonly object[],
    next: string | null = null,
  ) {
    return { kind, metadata: { self: this.url(steps, collection), next }, data };
  }
}

export function clusterJson(links: Links, controllerId: number) {
  return {
    ...links.item("KafkaCluster", []),
    controller: links.related([["controllers", controllerId]]),
    acls: links.related([], "acls"),
    brokers: links.related([], "brokers"),
    broker_configs: links.related([], "broker-configs"),
    consumer_groups: links.related([], "consumer-groups"),
    topics: links.related([], "topics"),
    partition_reassignments: links.related([], "topics/-/partitions/-/reassignment"),
    quorum: links.related([], "quorum"),
    log: links.related([], "log"),
  };
}

/** By number, as Kafka has them. */
export const SECURITY_PROTOCOLS = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] as const;

function listenersJson(endpoints: readonly Endpoint[]) {
  return endpoints.map(({ name, host, port, securityProtocol }) => ({
    name,
    host,
    port,
    security_protocol: SECURITY_PROTOCOLS[securityProtocol] ?? String(securityProtocol),
  }));
}

function featuresJson(features: readonly FeatureRange[]) {
  return features.map(({ name, minVersion, maxVersion }) => ({
    name,
    min_version: minVersion,
    max_version: maxVersion,
  }));
}

/** A controller without what only an answer has around it. */
export function bareController(controller: ControllerState) {
  return {
    controller_id: controller.controllerId,
    incarnation_id: controller.incarnationId,
    listeners: listenersJson(controller.endpoints),
    features: featuresJson(controller.features),
  };
}

export function controllerJson(links: Links, controller: ControllerState) {
  return {
    ...links.item("KafkaController", [["controllers", controller.controllerId]]),
    ...bareController(controller),
  };
}

/** A broker without what only an answer has around it. */
export function bareBroker(broker: BrokerState) {
  const [first] = broker.endpoints;
  return {
    broker_id: broker.brokerId,
    host: first?.host ?? null,
    port: first?.port ?? null,
    rack: broker.rack,
    broker_epoch: broker.epoch,
    incarnation_id: broker.incarnationId,
    is_fenced: broker.fenced,
    is_in_controlled_shutdown: broker.inControlledShutdown,
    listeners: listenersJson(broker.endpoints),
    features: featuresJson(broker.features),
    log_dirs: broker.logDirs,
  };
}

export function brokerJson(links: Links, broker: BrokerState) {
  const steps: Step[] = [["brokers", broker.brokerId]];
  return {
    ...links.item("KafkaBroker", steps),
    ...bareBroker(broker),
    configs: links.related(steps, "configs"),
    partition_replicas: links.related(steps, "partition-replicas"),
  };
}

const INTERNAL_TOPICS = ["__consumer_offsets", "__transaction_state", "__share_group_state"];

export interface TopicFacts {
  readonly name: string;
  readonly topicId: string | null;
  readonly partitionCount: number;
  readonly replicationFactor: number;
}

export function topicJson(links: Links, topic: TopicFacts) {
  const steps: Step[] = [["topics", topic.name]];
  return {
    ...links.item("KafkaTopic", steps),
    topic_name: topic.name,
    topic_id: topic.topicId,
    is_internal: INTERNAL_TOPICS.includes(topic.name),
    replication_factor: topic.replicationFactor,
    partitions_count: topic.partitionCount,
    partitions: links.related(steps, "partitions"),
    configs: links.related(steps, "configs"),
    partition_reassignments: links.related(steps, "partitions/-/reassignment"),
  };
}

export function partitionJson(links: Links, topic: string, index: number, state: PartitionState) {
  const steps: Step[] = [
    ["topics", topic],
    ["partitions", index],
  ];
  const leader =
    state.leader < 0 ? {} : { leader: links.related([...steps, ["replicas", state.leader]]) };
  return {
    ...links.item("KafkaPartition", steps),
    topic_name: topic,
    partition_id: index,
    ...leader,
    replicas: links.related(steps, "replicas"),
    reassignment: links.related(steps, "reassignment"),
    leader_id: state.leader,
    leader_epoch: state.leaderEpoch,
    partition_epoch: state.partitionEpoch,
    replica_ids: state.replicas,
    isr: state.isr,
    elr: state.elr,
    adding_replicas: state.addingReplicas,
    removing_replicas: state.removingReplicas,
  };
}

export function replicaJson(
  links: Links,
  topic: string,
  index: number,
  state: PartitionState,
  brokerId: number,
) {
  const steps: Step[] = [
    ["topics", topic],
    ["partitions", index],
    ["replicas", brokerId],
  ];
  return {
    ...links.item("KafkaReplica", steps),
    topic_name: topic,
    partition_id: index,
    broker_id: brokerId,
    is_leader: state.leader === brokerId,
    is_in_sync: state.isr.includes(brokerId),
    directory_id: state.directories[state.replicas.indexOf(brokerId)] ?? null,
    broker: links.related([["brokers", brokerId]]),
  };
}

export function reassignmentJson(
  links: Links,
  topic: string,
  index: number,
  state: PartitionState,
) {
  const steps: Step[] = [
    ["topics", topic],
    ["partitions", index],
  ];
  const partition = links.item("KafkaReassignment", steps);
  return {
    ...partition,
    metadata: {
      self: links.url(steps, "reassignment"),
      resource_name: `${partition.metadata.resource_name}/reassignment`,
    },
    topic_name: topic,
    partition_id: index,
    adding_replicas: state.addingReplicas,
    removing_replicas: state.removingReplicas,
    replicas: links.related(steps, "replicas"),
  };
}
