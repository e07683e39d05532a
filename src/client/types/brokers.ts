/** Brokers, the controllers and the quorum that these form, features. */

import type { Item, List, Related } from "./shape.ts";

export type SecurityProtocol = "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";

export interface Listener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly security_protocol: string;
}

export interface FeatureRange {
  readonly name: string;
  readonly min_version: number;
  readonly max_version: number;
}

/** A broker without what only an answer has around it. */
export interface BrokerFacts {
  readonly broker_id: number;
  /** Of the first listener; null when there is none, as `port`. */
  readonly host: string | null;
  readonly port: number | null;
  readonly rack: string | null;
  readonly broker_epoch: number;
  readonly incarnation_id: string;
  readonly is_fenced: boolean;
  readonly is_in_controlled_shutdown: boolean;
  readonly listeners: readonly Listener[];
  readonly features: readonly FeatureRange[];
  readonly log_dirs: readonly string[];
}

export type KafkaBroker = Item<"KafkaBroker"> &
  BrokerFacts & { readonly configs: Related; readonly partition_replicas: Related };
export type KafkaBrokerList = List<"KafkaBrokerList", KafkaBroker>;

export type KafkaBrokerRegistration = Item<"KafkaBrokerRegistration"> & {
  readonly broker_id: number;
  readonly broker_epoch: number;
  readonly incarnation_id: string;
  readonly log_dirs: readonly string[];
};

export type KafkaBrokerHeartbeat = Item<"KafkaBrokerHeartbeat"> & {
  readonly is_caught_up: boolean;
  readonly is_fenced: boolean;
  readonly should_shut_down: boolean;
};

/** What registers a broker. */
export interface BrokerRegistration {
  readonly broker_id: number;
  readonly listeners: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    /** PLAINTEXT when absent. */
    readonly security_protocol?: SecurityProtocol | undefined;
  }[];
  /** A Kafka UUID for each start of the process; made by the gateway when absent, as one of `log_dirs`. */
  readonly incarnation_id?: string | undefined;
  readonly log_dirs?: readonly string[] | undefined;
  readonly rack?: string | null | undefined;
  /** What the cluster has now, when absent. */
  readonly features?: readonly FeatureRange[] | undefined;
}

export interface Heartbeat {
  readonly broker_epoch: number;
  /** Up to where the broker has read the log. */
  readonly current_metadata_offset: number;
  readonly want_fence?: boolean | undefined;
  readonly want_shut_down?: boolean | undefined;
}

/** A controller without what only an answer has around it. */
export interface ControllerFacts {
  readonly controller_id: number;
  readonly incarnation_id: string;
  readonly listeners: readonly Listener[];
  readonly features: readonly FeatureRange[];
}

export type KafkaController = Item<"KafkaController"> & ControllerFacts;
export type KafkaControllerList = List<"KafkaControllerList", KafkaController>;

export interface QuorumReplica {
  readonly replica_id: number;
  readonly directory_id: string;
  readonly is_leader: boolean;
  /** -1 while the leader has not heard of it. */
  readonly log_end_offset: number;
  /** Records behind the leader. */
  readonly lag: number;
  /** -1 when it never was, as the next. */
  readonly last_fetch_timestamp_ms: number;
  readonly last_caught_up_timestamp_ms: number;
}

export type KafkaQuorum = Item<"KafkaQuorum"> & {
  readonly leader_id: number;
  readonly leader_epoch: number;
  readonly high_watermark: number;
  /** Of all elections that the log knows. */
  readonly election_count: number;
  /** The last ten, newest first. */
  readonly elections: readonly {
    readonly leader_id: number;
    readonly leader_epoch: number;
    /** Where the log of this epoch begins. */
    readonly offset: number;
    readonly timestamp_ms: number;
  }[];
  readonly voters: readonly QuorumReplica[];
  readonly observers: readonly QuorumReplica[];
  readonly endpoints: readonly {
    readonly controller_id: number;
    readonly host: string;
    readonly port: number;
  }[];
};
export type KafkaQuorumVoterList = List<"KafkaQuorumVoterList", QuorumReplica>;

export type KafkaFeature = Item<"KafkaFeature"> & {
  readonly feature_name: string;
  /** 0 when it is not finalized. */
  readonly finalized_level: number;
  readonly min_supported_level: number | null;
  readonly max_supported_level: number | null;
};
export type KafkaFeatureList = List<"KafkaFeatureList", KafkaFeature>;

export interface FeatureUpdates {
  readonly data: readonly {
    readonly feature_name: string;
    readonly level: number;
    /** UPGRADE when absent. */
    readonly upgrade_type?: "UPGRADE" | "SAFE_DOWNGRADE" | "UNSAFE_DOWNGRADE" | undefined;
  }[];
  readonly validate_only?: boolean | undefined;
}
