/** What the reads of metadata yield: structured-clonable objects. */

import type { Uuid } from "../base/uuid.ts";
import type { Described } from "../state/described-config.ts";
import type {
  AclState,
  BrokerState,
  ClientQuotaState,
  ConfigSetting,
  ControllerState,
  DelegationTokenState,
  FeatureRange,
  PartitionState,
  TopicState,
} from "../state/metadata-view.ts";
import type { ControllerEndpoint } from "./api.ts";
import type { Elections } from "./election-history.ts";
import type { AccessTokenFacts } from "./sender.ts";

export interface QuorumReplica {
  readonly replicaId: number;
  readonly directoryId: Uuid;
  readonly logEndOffset: number;
  /** -1 when it never fetched. */
  readonly lastFetchTimestampMs: number;
  readonly lastCaughtUpTimestampMs: number;
}

export interface QuorumState {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly elections: Elections;
  readonly voters: readonly QuorumReplica[];
  readonly observers: readonly QuorumReplica[];
  readonly endpoints: readonly ControllerEndpoint[];
}

/** How a long list goes on. */
export interface NextPage {
  /** The position after which it does; null when this was the end. */
  readonly next: string | null;
}

/**
 * How a list goes on that leaves out what the caller may not see. `next` is never for him where it is not `shown`: this part has
 * looked at as much as one may then, and whoever reads for him goes on to the next thing that he may see.
 */
export interface VisiblePage extends NextPage {
  /** The position of the last item of this part; null when it has none. */
  readonly shown: string | null;
}

export interface NamedPartition {
  readonly topic: string;
  readonly index: number;
  readonly partition: PartitionState;
}

export interface FoundPartitions extends VisiblePage {
  /** False when there is no such broker or topic. */
  readonly found: boolean;
  readonly partitions: readonly NamedPartition[];
}

/** What may be told of a SCRAM credential; 1 is SCRAM-SHA-256, 2 SCRAM-SHA-512. */
export interface ScramCredentialFacts {
  readonly name: string;
  readonly mechanism: number;
  readonly iterations: number;
}

/** A delegation token for those who may see it, with what authenticates its owner. */
export interface DelegationTokenFacts extends DelegationTokenState {
  readonly hmac: Uint8Array;
}

/** A value that is set; null when it is a secret. */
export interface ImageSetting extends Omit<ConfigSetting, "value"> {
  readonly value: string | null;
}

/** One thing of the metadata; secrets are left out. */
export type ImageItem =
  | { readonly kind: "feature"; readonly name: string; readonly level: number }
  | { readonly kind: "controller"; readonly controller: ControllerState }
  | { readonly kind: "broker"; readonly broker: BrokerState }
  | { readonly kind: "topic"; readonly topic: TopicState }
  | ({ readonly kind: "partition" } & NamedPartition)
  | { readonly kind: "config"; readonly type: string; readonly setting: ImageSetting }
  | { readonly kind: "quota"; readonly quota: ClientQuotaState }
  | { readonly kind: "scram-credential"; readonly credential: ScramCredentialFacts }
  | { readonly kind: "delegation-token"; readonly token: DelegationTokenState }
  | { readonly kind: "acl"; readonly acl: AclState }
  | { readonly kind: "producer-ids"; readonly nextProducerId: string };

/** What a read yields, by its `what`. */
export type ReadResult =
  | {
      readonly what: "cluster";
      readonly clusterId: string;
      readonly controllerId: number;
      readonly metadataVersion: number;
      readonly features: Readonly<Record<string, number>>;
      /** What the caller may do to it (KIP-430): bit n stands for operation n. */
      readonly authorizedOperations: number;
    }
  | {
      readonly what: "features";
      readonly finalized: Readonly<Record<string, number>>;
      /** What the controller that answers supports, in name order. */
      readonly supported: readonly FeatureRange[];
    }
  | { readonly what: "brokers"; readonly brokers: readonly BrokerState[] }
  | { readonly what: "broker"; readonly broker: BrokerState | null }
  | { readonly what: "controllers"; readonly controllers: readonly ControllerState[] }
  | ({
      readonly what: "topics";
      /** `replicationFactor` is that of partition 0. */
      readonly topics: readonly (TopicState & { readonly replicationFactor: number })[];
    } & VisiblePage)
  | {
      readonly what: "topic";
      readonly topic: TopicState | null;
      /** In index order. */
      readonly partitions: readonly PartitionState[];
      readonly more: boolean;
      /** Of partition 0. */
      readonly replicationFactor: number;
      readonly etag: string;
      /** What the caller may do to it (KIP-430): bit n stands for operation n. */
      readonly authorizedOperations: number;
    }
  | {
      readonly what: "configs";
      /** False when there is no such topic or broker. */
      readonly found: boolean;
      readonly configs: readonly Described[];
      readonly etag: string;
    }
  | ({
      readonly what: "all-topic-configs";
      readonly topics: readonly { readonly name: string; readonly configs: readonly Described[] }[];
    } & VisiblePage)
  | {
      readonly what: "all-broker-configs";
      readonly brokers: readonly {
        readonly brokerId: number;
        readonly configs: readonly Described[];
      }[];
    }
  | ({ readonly what: "replicas-of-broker" } & FoundPartitions)
  | ({ readonly what: "reassignments" } & FoundPartitions)
  | ({
      readonly what: "acls";
      /** True when nothing enforces ACLs. */
      readonly disabled: boolean;
      readonly acls: readonly AclState[];
    } & NextPage)
  | ({ readonly what: "quotas"; readonly quotas: readonly ClientQuotaState[] } & NextPage)
  | ({
      readonly what: "scram-credentials";
      readonly credentials: readonly ScramCredentialFacts[];
    } & NextPage)
  | ({
      readonly what: "access-tokens";
      readonly tokens: readonly AccessTokenFacts[];
    } & NextPage)
  | { readonly what: "access-token"; readonly token: AccessTokenFacts | null }
  | ({
      readonly what: "config-resources";
      /** In name order. */
      readonly names: readonly string[];
    } & NextPage)
  | ({
      readonly what: "delegation-tokens";
      /** True when they are switched off. */
      readonly disabled: boolean;
      readonly tokens: readonly DelegationTokenFacts[];
    } & VisiblePage)
  | {
      readonly what: "delegation-token";
      readonly disabled: boolean;
      /** Null when there is none that the caller may see. */
      readonly token: DelegationTokenFacts | null;
    }
  | ({ readonly what: "image"; readonly items: readonly ImageItem[] } & NextPage)
  | { readonly what: "quorum"; readonly quorum: QuorumState };
