/** The metadata log, and the image that it amounts to. */

import type { BrokerFacts, ControllerFacts } from "./brokers.ts";
import type { AclEntry, QuotaEntity, ScramMechanism } from "./security.ts";
import type { List } from "./shape.ts";

export interface LogRecord {
  readonly offset: number;
  readonly epoch: number;
  readonly timestamp_ms: number;
  readonly control: boolean;
  /** Such as TOPIC_RECORD. */
  readonly type: string;
  readonly version: number;
  /** The record as Kafka's own tools print it; bytes are base64. */
  readonly data: { readonly [name: string]: unknown };
}

export type KafkaMetadataRecordList = List<"KafkaMetadataRecordList", LogRecord> & {
  /** Where to go on. */
  readonly next_offset: number;
  readonly high_watermark: number;
};

/** Whole record batches, as they are in the log. */
export interface RawLog {
  readonly batches: Uint8Array;
  /** Where to go on. */
  readonly nextOffset: number;
}

/** One line of the image: where it was taken, then one line for each thing, then the end. */
export type ImageLine =
  | {
      readonly type: "IMAGE";
      readonly cluster_id: string;
      readonly offset: number;
      readonly epoch: number;
    }
  | { readonly type: "FEATURE"; readonly feature_name: string; readonly level: number }
  | ({ readonly type: "CONTROLLER" } & ControllerFacts)
  | ({ readonly type: "BROKER" } & BrokerFacts)
  | {
      readonly type: "TOPIC";
      readonly topic_name: string;
      readonly topic_id: string;
      readonly partitions_count: number;
    }
  | ImagePartition
  | {
      readonly type: "CONFIG";
      readonly resource_type: string;
      readonly resource_name: string;
      readonly name: string;
      readonly value: string | null;
    }
  | {
      readonly type: "CLIENT_QUOTA";
      readonly entity: QuotaEntity;
      readonly quota_name: string;
      readonly value: number;
    }
  | {
      readonly type: "SCRAM_CREDENTIAL";
      readonly user_name: string;
      readonly mechanism: ScramMechanism;
      readonly iterations: number;
    }
  | {
      readonly type: "DELEGATION_TOKEN";
      readonly token_id: string;
      readonly owner: string;
      readonly requester: string;
      readonly renewers: readonly string[];
      readonly issue_timestamp_ms: number;
      readonly max_timestamp_ms: number;
      readonly expiration_timestamp_ms: number;
    }
  | ({ readonly type: "ACL" } & AclEntry)
  | { readonly type: "PRODUCER_IDS"; readonly next_producer_id: string }
  | { readonly type: "END"; readonly items: number };

export interface ImagePartition {
  readonly type: "PARTITION";
  readonly topic_name: string;
  readonly partition_id: number;
  readonly replica_ids: readonly number[];
  readonly directory_ids: readonly string[];
  readonly isr: readonly number[];
  readonly elr: readonly number[];
  readonly last_known_elr: readonly number[];
  readonly adding_replicas: readonly number[];
  readonly removing_replicas: readonly number[];
  readonly leader_id: number;
  readonly leader_recovery_state: number;
  readonly leader_epoch: number;
  readonly partition_epoch: number;
}
