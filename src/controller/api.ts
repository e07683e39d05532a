/**
 * What the gateway asks a controller and what it gets: structured-clonable objects, the same for every host.
 * Writes are Kafka requests; reads name what they want. Every answer says at which offset and epoch it was true.
 */

import type { ErrorName } from "../base/error-code.ts";
import type { Uuid } from "../base/uuid.ts";
import type { ApiName } from "../protocol/apis.ts";
import type { Json } from "../protocol/json-form.ts";
import type { BrokerState, PartitionState, TopicState } from "../state/metadata-view.ts";

export interface ControllerEndpoint {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

/** Everything one controller is formatted with; the same document goes to each of them (kafka-storage format). */
export interface FormatDocument {
  readonly clusterId: string;
  readonly controllers: readonly (ControllerEndpoint & { readonly directoryId: Uuid })[];
  readonly metadataVersion: number;
  /** Finalized levels of the other features, by name; level 0 is left out. */
  readonly features: Readonly<Record<string, number>>;
}

/** The Kafka requests that the gateway may send as they are; each is answered at its newest version. */
export type WriteApi =
  | "createTopics"
  | "deleteTopics"
  | "createPartitions"
  | "brokerRegistration"
  | "brokerHeartbeat"
  | "unregisterBroker";

export type MetadataRead =
  | { readonly what: "cluster" }
  | { readonly what: "brokers" }
  | { readonly what: "broker"; readonly brokerId: number }
  | { readonly what: "topics"; readonly afterName: string; readonly limit: number }
  | { readonly what: "topic"; readonly name: string }
  | { readonly what: "quorum" };

export type ApiRequest =
  /** Any controller: what it knows of itself, without a leader. */
  | { readonly kind: "status" }
  /** Any controller: formats it; the same document again is accepted, another one is refused. */
  | { readonly kind: "format"; readonly document: FormatDocument }
  /**
   * Checks release and feature levels and answers `format-levels`, or refuses with the allowed values.
   * `release` is a name such as "4.0" or "4.0-IV3".
   */
  | {
      readonly kind: "resolve-format";
      readonly release: string | null;
      readonly features: Readonly<Record<string, number>>;
    }
  /** Active controller: a Kafka request body, plain objects as `RequestInit` of that API. */
  | { readonly kind: "write"; readonly api: WriteApi; readonly body: unknown }
  /** Active controller: a linearizable read of committed metadata. */
  | { readonly kind: "read"; readonly read: MetadataRead }
  /** Active controller: committed log from `fromOffset`; waits up to `maxWaitMs` when there is nothing yet. */
  | {
      readonly kind: "log";
      readonly form: "records" | "raw";
      readonly fromOffset: number;
      readonly maxRecords: number;
      readonly maxWaitMs: number;
    };

/** One record of the log as the API shows it. */
export interface LogRecordJson {
  readonly offset: number;
  readonly epoch: number;
  readonly timestampMs: number;
  readonly control: boolean;
  readonly type: string;
  readonly version: number;
  readonly data: Json;
}

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
  readonly voters: readonly QuorumReplica[];
  readonly observers: readonly QuorumReplica[];
  readonly endpoints: readonly ControllerEndpoint[];
}

export interface ControllerStatus {
  readonly controllerId: number;
  readonly document: FormatDocument | null;
  readonly role: string;
  readonly leaderId: number;
  readonly epoch: number;
  readonly highWatermark: number;
  readonly logEndOffset: number;
}

/** What a read yields, by its `what`. */
export type ReadResult =
  | {
      readonly what: "cluster";
      readonly clusterId: string;
      readonly controllerId: number;
      readonly metadataVersion: number;
      readonly features: Readonly<Record<string, number>>;
    }
  | { readonly what: "brokers"; readonly brokers: readonly BrokerState[] }
  | { readonly what: "broker"; readonly broker: BrokerState | null }
  | {
      readonly what: "topics";
      /** `replicationFactor` is that of partition 0. */
      readonly topics: readonly (TopicState & { readonly replicationFactor: number })[];
      readonly more: boolean;
    }
  | {
      readonly what: "topic";
      readonly topic: TopicState | null;
      /** In index order. */
      readonly partitions: readonly PartitionState[];
    }
  | { readonly what: "quorum"; readonly quorum: QuorumState };

export type ApiReply =
  | { readonly kind: "status"; readonly status: ControllerStatus }
  | { readonly kind: "formatted"; readonly already: boolean }
  | {
      readonly kind: "format-levels";
      readonly metadataVersion: number;
      readonly metadataVersionName: string;
      readonly features: Readonly<Record<string, number>>;
    }
  /** `body` is the API's decoded response (`ResponseOf`), with its own error codes inside. */
  | {
      readonly kind: "written";
      readonly api: ApiName;
      readonly body: unknown;
      readonly offset: number;
      readonly epoch: number;
    }
  | {
      readonly kind: "result";
      readonly result: ReadResult;
      readonly offset: number;
      readonly epoch: number;
    }
  | {
      readonly kind: "log";
      readonly records: readonly LogRecordJson[];
      /** Whole batches, for `form: "raw"`. */
      readonly raw: Uint8Array;
      readonly nextOffset: number;
      readonly highWatermark: number;
      readonly epoch: number;
    }
  /** Nothing happened: this controller is not active. `leaderId` is -1 when it knows none. */
  | { readonly kind: "not-controller"; readonly leaderId: number; readonly epoch: number }
  /** Nothing happened: there is no cluster yet. */
  | { readonly kind: "not-formatted" }
  /** With NOT_CONTROLLER or REQUEST_TIMED_OUT the outcome is unknown: it may have been committed, or still be. */
  | { readonly kind: "refused"; readonly error: ErrorName; readonly message: string };
