/** Topics, their partitions and replicas, and where these move. */

import type { Item, List, Related } from "./shape.ts";

export type KafkaTopic = Item<"KafkaTopic"> & {
  readonly topic_name: string;
  /** A Kafka UUID; null when the topic was not created (validate_only). */
  readonly topic_id: string | null;
  readonly is_internal: boolean;
  readonly replication_factor: number;
  readonly partitions_count: number;
  readonly partitions: Related;
  readonly configs: Related;
  readonly partition_reassignments: Related;
  /** Only when it was asked for: what the caller may do (KIP-430). */
  readonly authorized_operations?: readonly string[] | undefined;
};
export type KafkaTopicList = List<"KafkaTopicList", KafkaTopic>;

/** Either counts, or the replicas of each partition; what is absent is the cluster's default. */
export interface NewTopic {
  readonly topic_name: string;
  readonly partitions_count?: number | undefined;
  readonly replication_factor?: number | undefined;
  readonly replicas_assignments?: Readonly<Record<number, readonly number[]>> | undefined;
  readonly configs?: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly validate_only?: boolean | undefined;
}

export interface PartitionsCount {
  /** How many there are to be in all. */
  readonly partitions_count: number;
  readonly validate_only?: boolean | undefined;
}

export type KafkaPartition = Item<"KafkaPartition"> & {
  readonly topic_name: string;
  readonly partition_id: number;
  readonly leader?: Related | undefined;
  readonly replicas: Related;
  readonly reassignment: Related;
  /** -1 when there is none. */
  readonly leader_id: number;
  readonly leader_epoch: number;
  readonly partition_epoch: number;
  readonly replica_ids: readonly number[];
  readonly isr: readonly number[];
  readonly elr: readonly number[];
  readonly adding_replicas: readonly number[];
  readonly removing_replicas: readonly number[];
};
export type KafkaPartitionList = List<"KafkaPartitionList", KafkaPartition>;

export type KafkaReplica = Item<"KafkaReplica"> & {
  readonly topic_name: string;
  readonly partition_id: number;
  readonly broker_id: number;
  readonly is_leader: boolean;
  readonly is_in_sync: boolean;
  readonly directory_id: string | null;
  readonly broker: Related;
};
export type KafkaReplicaList = List<"KafkaReplicaList", KafkaReplica>;

export type KafkaReassignment = Item<"KafkaReassignment"> & {
  readonly topic_name: string;
  readonly partition_id: number;
  readonly adding_replicas: readonly number[];
  readonly removing_replicas: readonly number[];
  readonly replicas: Related;
};
export type KafkaReassignmentList = List<"KafkaReassignmentList", KafkaReassignment>;

export interface TopicPartition {
  readonly topic_name: string;
  readonly partition_id: number;
}

/** Moves of many partitions, each by itself. Null replicas call a move off. */
export interface Reassignments {
  readonly data: readonly (TopicPartition & { readonly replicas: readonly number[] | null })[];
  readonly allow_replication_factor_change?: boolean | undefined;
}

/** What became of one partition; all null when it went well. */
export type PartitionResult = TopicPartition & {
  /** Kafka's name of the error. */
  readonly error: string | null;
  readonly error_code: number | null;
  readonly message: string | null;
};
export type KafkaReassignmentResultList = List<"KafkaReassignmentResultList", PartitionResult>;
export type KafkaElectionResultList = List<"KafkaElectionResultList", PartitionResult>;

export interface Election {
  /** PREFERRED elects the first replica, UNCLEAN any that lives where there is no leader, and may lose records. */
  readonly election_type: "PREFERRED" | "UNCLEAN";
  /** All that need it, when absent or null. */
  readonly partitions?: readonly TopicPartition[] | null | undefined;
}
