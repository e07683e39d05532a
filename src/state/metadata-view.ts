/**
 * What decisions read: the metadata as it stands at one offset. Whole batches are visible or not at all; a view
 * at offset N shows every batch whose last offset is at most N.
 */

import type { Uuid } from "../base/uuid.ts";

export interface Endpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly securityProtocol: number;
}

export interface FeatureRange {
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
}

export interface BrokerState {
  readonly brokerId: number;
  readonly epoch: number;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly Endpoint[];
  readonly features: readonly FeatureRange[];
  readonly rack: string | null;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
  /** Online log directories, sorted. Empty below metadata.version 17. */
  readonly logDirs: readonly Uuid[];
  readonly cordonedLogDirs: readonly Uuid[];
  /** Last offset of the batch that holds its newest RegisterBrokerRecord: what it must have read to be unfenced. */
  readonly registrationOffset: number;
}

export interface ControllerState {
  readonly controllerId: number;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly Endpoint[];
  readonly features: readonly FeatureRange[];
}

export interface TopicState {
  readonly topicId: Uuid;
  readonly name: string;
  readonly partitionCount: number;
}

export interface PartitionState {
  readonly replicas: readonly number[];
  /** One directory for each replica, in the same order. */
  readonly directories: readonly Uuid[];
  readonly isr: readonly number[];
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
  readonly removingReplicas: readonly number[];
  readonly addingReplicas: readonly number[];
  /** -1 when there is none. */
  readonly leader: number;
  /** 0 recovered, 1 recovering (KIP-704). */
  readonly leaderRecoveryState: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

export interface PartitionAt {
  readonly topicId: Uuid;
  readonly partitionIndex: number;
  readonly partition: PartitionState;
}

/** ConfigRecord's resource types. */
export const ConfigResource = { TOPIC: 2, BROKER: 4, CLIENT_METRICS: 16, GROUP: 32 } as const;
export type ConfigResourceType = (typeof ConfigResource)[keyof typeof ConfigResource];

export interface MetadataView {
  /** The offset that this view is true at. */
  readonly offset: number;

  /** The finalized metadata.version; asserts that there is one. */
  metadataVersion(): number;
  /** The finalized level of a feature; 0 when it is not finalized. */
  featureLevel(name: string): number;
  /** Every finalized feature with a level above 0, by name; metadata.version included. */
  features(): ReadonlyMap<string, number>;

  broker(brokerId: number): BrokerState | null;
  /** In id order. */
  brokers(): readonly BrokerState[];
  controllers(): readonly ControllerState[];

  topicByName(name: string): TopicState | null;
  topicById(topicId: Uuid): TopicState | null;
  /** In name order, names greater than `afterName`, at most `limit`. */
  topics(afterName: string, limit: number): readonly TopicState[];
  /** A topic whose name has the same form once '.' and '_' are taken as one, or null. */
  topicWithCollidingName(name: string): TopicState | null;

  partition(topicId: Uuid, partitionIndex: number): PartitionState | null;
  /** In index order. */
  partitions(topicId: Uuid): Iterable<PartitionAt>;
  /** Every partition that has the broker among its replicas; its cost is what the broker has. */
  partitionsOfBroker(brokerId: number): Iterable<PartitionAt>;

  /** The configs set on a resource. The cluster-wide default of brokers has the name "". */
  configs(type: ConfigResourceType, name: string): ReadonlyMap<string, string>;

  /** The first producer id that no block holds yet. */
  nextProducerId(): bigint;
}
