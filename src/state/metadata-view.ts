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

/** Directories of one broker: many more than a machine has disks, so few that looking through them costs nothing. */
export const MAX_LOG_DIRS = 1000;

export interface BrokerState {
  readonly brokerId: number;
  readonly epoch: number;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly Endpoint[];
  readonly features: readonly FeatureRange[];
  readonly rack: string | null;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
  /** Online log directories, in Kafka's order of them. Empty below metadata.version 17. */
  readonly logDirs: readonly Uuid[];
  /** As it said them last (KIP-1066); null when it has not yet. */
  readonly cordonedLogDirs: readonly Uuid[] | null;
  /** Of its newest RegisterBrokerRecord: what it must have read to be unfenced. */
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

/** An access control entry (KIP-11, KIP-290). Numbers are those of AccessControlEntryRecord. */
export interface AclState {
  readonly id: Uuid;
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  /** For example "User:alice". */
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

/** Where an entry stands among all of them. */
export type AclPosition = Pick<AclState, "resourceType" | "patternType" | "resourceName" | "id">;

/** Part of what a quota is for: a user, a client id or an address; its default when the name is null. */
export interface QuotaEntityPart {
  readonly entityType: string;
  readonly entityName: string | null;
}

/** One quota of one entity (KIP-546). */
export interface ClientQuotaState {
  readonly entity: readonly QuotaEntityPart[];
  readonly key: string;
  readonly value: number;
}

/** What a SCRAM server needs of a user (RFC 5802, KIP-554). */
export interface ScramCredentialState {
  readonly name: string;
  /** 1 SCRAM-SHA-256, 2 SCRAM-SHA-512. */
  readonly mechanism: number;
  readonly salt: Uint8Array;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
  readonly iterations: number;
}

/** A delegation token without its secret (KIP-48, KIP-900). Principals are texts such as "User:alice". */
export interface DelegationTokenState {
  readonly tokenId: string;
  readonly owner: string;
  readonly requester: string;
  readonly renewers: readonly string[];
  readonly issueTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly expirationTimestampMs: number;
}

/** What partitions can be looked up by without reading all of them. */
export type PartitionMark = "reassigning" | "leaderless" | "imbalanced" | "elr";

/** An access token of the HTTP API. */
export interface AccessTokenState {
  readonly tokenId: string;
  /** Such as "User:alice". */
  readonly principal: string;
  /** SHA-256 of the secret. */
  readonly secretHash: Uint8Array;
  readonly description: string;
  readonly createdTimestampMs: number;
  /** -1 when it does not expire. */
  readonly expirationTimestampMs: number;
  /** Of the secret before the last rotation; null when there is none. */
  readonly previousSecretHash: Uint8Array | null;
  readonly previousExpirationTimestampMs: number;
}

/** What a change was answered, for whoever sends it again under its key. */
export interface RememberedAnswer {
  /** The last of the batch that has the answer and the end of the change: where the change took effect. */
  readonly offset: number;
  readonly principal: string;
  readonly key: string;
  readonly fingerprint: Uint8Array;
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly answer: Uint8Array;
  readonly expirationTimestampMs: number;
}

/** A value that is set on a resource. */
export interface ConfigSetting {
  readonly resourceName: string;
  readonly name: string;
  readonly value: string;
}

/** ConfigRecord's resource types. */
export const ConfigResource = { TOPIC: 2, BROKER: 4, CLIENT_METRICS: 16, GROUP: 32 } as const;
export type ConfigResourceType = (typeof ConfigResource)[keyof typeof ConfigResource];

/** What the controller that reads is told by its own properties; no metadata. */
export interface NodeConfig {
  /** Its id; -1 when nobody reads as a controller. */
  readonly nodeId: number;
  /** By Kafka's names, as they were given. */
  readonly properties: ReadonlyMap<string, string>;
}

export const NO_NODE_CONFIG: NodeConfig = { nodeId: -1, properties: new Map() };

export interface MetadataView {
  /** Of the controller that reads: its properties are defaults of topics' configs. */
  readonly node: NodeConfig;
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
  /**
   * Every partition that has the broker among its replicas or in its ELR, in the order of topic ids and indexes, from a
   * topic on; its cost is what the broker has.
   */
  partitionsOfBroker(brokerId: number, fromTopicId?: Uuid): Iterable<PartitionAt>;

  /**
   * The partitions that are being reassigned, have no leader, are not led by their first replica (nor by any, maybe),
   * or have an ELR or a last known one; in the order of topic ids and indexes, from a topic on. Its cost is what is found,
   * by pages.
   */
  markedPartitions(mark: PartitionMark, fromTopicId?: Uuid): Iterable<PartitionAt>;

  /** The configs set on a resource. The cluster-wide default of brokers has the name "". */
  configs(type: ConfigResourceType, name: string): ReadonlyMap<string, string>;
  /** The offset at which a config was set to what it is; null when it is not set on the resource. */
  configOffset(type: ConfigResourceType, resourceName: string, name: string): number | null;
  /** Every config set on any resource of a type, by resource; those behind `after`. */
  configsOfType(
    type: ConfigResourceType,
    after?: Pick<ConfigSetting, "resourceName" | "name">,
  ): Iterable<ConfigSetting>;

  acl(id: Uuid): AclState | null;
  /** Every entry, by resource type, pattern type and name; those behind `after`. */
  acls(after?: AclPosition): Iterable<AclState>;
  /** The entries on exactly this pattern. */
  aclsOn(resourceType: number, patternType: number, resourceName: string): readonly AclState[];
  /** The first entries, at most `limit`, on the patterns of this type whose names begin with the prefix. */
  aclsUnder(
    resourceType: number,
    patternType: number,
    namePrefix: string,
    limit: number,
  ): readonly AclState[];

  /** Every quota, by entity; those behind `after`. */
  clientQuotas(after?: Pick<ClientQuotaState, "entity" | "key">): Iterable<ClientQuotaState>;
  /** False when nobody has a quota, so that none need be looked for. */
  hasClientQuotas(): boolean;
  /** The quotas of exactly this entity, by key. */
  clientQuotasOf(entity: readonly QuotaEntityPart[]): ReadonlyMap<string, number>;

  scramCredential(user: string, mechanism: number): ScramCredentialState | null;
  /** By user, then mechanism; those behind `after`. */
  scramCredentials(
    after?: Pick<ScramCredentialState, "name" | "mechanism">,
  ): Iterable<ScramCredentialState>;

  delegationToken(tokenId: string): DelegationTokenState | null;
  /** By id; those behind `afterId`. */
  delegationTokens(afterId?: string): Iterable<DelegationTokenState>;
  /** How many delegation tokens there are, expired or not; known without looking at them. */
  delegationTokenCount(): number;
  /** How many of them an owner has. */
  delegationTokenCountOf(owner: string): number;

  accessToken(tokenId: string): AccessTokenState | null;
  /** By id; those behind `afterId`. */
  accessTokens(afterId?: string): Iterable<AccessTokenState>;
  /** How many access tokens there are, expired or not; known without looking at them. */
  accessTokenCount(): number;

  /** What was answered under a key; it may have expired. */
  rememberedAnswer(principal: string, key: string): RememberedAnswer | null;
  /** How many answers are remembered, expired or not; known without looking at them. */
  rememberedAnswerCount(): number;
  /** How many of them were given to a principal. */
  rememberedAnswerCountOf(principal: string): number;
  /** How many bytes the answers have that are remembered. */
  rememberedAnswerBytes(): number;
  /** How many bytes those have that were given to a principal. */
  rememberedAnswerBytesOf(principal: string): number;
  /** When the first of them expires; null when there is none. */
  firstAnswerDueMs(): number | null;

  /** The first producer id that no block holds yet. */
  nextProducerId(): bigint;
}
