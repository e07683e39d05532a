/**
 * What the gateway asks a controller and what it gets: structured-clonable objects, the same for every host.
 * Writes are Kafka requests; reads name what they want. Every answer says at which offset and epoch it was true.
 */

import type { ErrorName } from "../base/error-code.ts";
import type { Uuid } from "../base/uuid.ts";
import type { ApiName } from "../protocol/apis.ts";
import type { Json } from "../protocol/json-form.ts";
import type { AclFilter } from "../state/acl-filter.ts";

import type { ControllerFacts } from "./controller-facts.ts";
import type { ReadResult } from "./read-result.ts";
import type {
  AccessTokenFacts,
  FirstAccessToken,
  Idempotency,
  NeededRight,
  Sender,
  TokenChange,
} from "./sender.ts";

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
  /** The token that the cluster begins with; null when none was asked for. */
  readonly accessToken: FirstAccessToken | null;
}

/** The Kafka requests that the gateway may send as they are; each is answered at its newest version. */
export type WriteApi =
  | "createTopics"
  | "deleteTopics"
  | "createPartitions"
  | "incrementalAlterConfigs"
  | "createAcls"
  | "deleteAcls"
  | "alterPartitionReassignments"
  | "electLeaders"
  | "updateFeatures"
  | "alterClientQuotas"
  | "alterUserScramCredentials"
  | "createDelegationToken"
  | "renewDelegationToken"
  | "expireDelegationToken"
  | "brokerRegistration"
  | "brokerHeartbeat"
  | "unregisterBroker"
  | "unregisterController";

/** A part of a long list: what is behind `after`, the position that the part before ended with; at most `limit` items. */
export interface Page {
  /** Null for the first part. */
  readonly after: string | null;
  readonly limit: number;
}

/** A resource whose configs are asked for. A broker is named by its id, all of them by the empty name. */
export interface ConfigResourceRef {
  readonly type: "topic" | "broker" | "group" | "client-metrics";
  readonly name: string;
}

/** A thing that has an ETag. */
export type TaggedResource =
  | { readonly kind: "topic"; readonly name: string }
  | ({ readonly kind: "configs" } & { readonly resource: ConfigResourceRef });

/** A change is made only while the resource has one of these ETags; "*" stands for any. */
export interface Precondition {
  readonly resource: TaggedResource;
  readonly etags: readonly string[];
}

export type MetadataRead =
  | { readonly what: "cluster" }
  | { readonly what: "features" }
  | { readonly what: "brokers" }
  | { readonly what: "broker"; readonly brokerId: number }
  | { readonly what: "controllers" }
  | { readonly what: "topics"; readonly page: Page }
  | {
      readonly what: "topic";
      readonly name: string;
      /** Which of its partitions, in index order; all of them when absent. */
      readonly partitions?: { readonly from: number; readonly limit: number };
    }
  | { readonly what: "configs"; readonly resource: ConfigResourceRef }
  | { readonly what: "all-topic-configs"; readonly page: Page }
  | { readonly what: "all-broker-configs" }
  | {
      /** The names of those that have configs (KIP-1142). */
      readonly what: "config-resources";
      readonly type: "group" | "client-metrics";
      readonly page: Page;
    }
  | { readonly what: "replicas-of-broker"; readonly brokerId: number; readonly page: Page }
  | {
      readonly what: "reassignments";
      /** Null for those of all topics. */
      readonly topic: string | null;
      readonly page: Page;
    }
  | { readonly what: "acls"; readonly filter: AclFilter; readonly page: Page }
  | { readonly what: "quotas"; readonly page: Page }
  | { readonly what: "scram-credentials"; readonly page: Page }
  | { readonly what: "access-tokens"; readonly page: Page }
  | { readonly what: "access-token"; readonly tokenId: string }
  | {
      /** Those that the sender may see, with their HMACs. */
      readonly what: "delegation-tokens";
      /** Null for those of all owners. */
      readonly owner: string | null;
      readonly page: Page;
    }
  | { readonly what: "delegation-token"; readonly tokenId: string }
  | { readonly what: "image"; readonly page: Page }
  | { readonly what: "quorum" };

/**
 * When a read is true. `committed`: now, at the active controller, shown by a majority. `min-offset`: any committed state
 * that holds this offset. `at-offset`: exactly there, which must be the end of a batch.
 */
export type Consistency =
  | { readonly kind: "committed" }
  | {
      readonly kind: "min-offset" | "at-offset";
      readonly offset: number;
      /** True when the controller need not be the active one; it then waits a moment for an offset it lacks. */
      readonly anywhere: boolean;
    };

/** Which records of the log are wanted; null is any. */
export interface LogFilter {
  /** Names as the API shows them, for example "TOPIC_RECORD". */
  readonly types: readonly string[] | null;
  readonly topic: string | null;
  readonly brokerId: number | null;
}

/** Without a sender it is the gateway itself that asks, which may do everything. */
export type ApiRequest =
  /** Any controller: what it knows of itself, without a leader. */
  | { readonly kind: "status" }
  /** Any controller: how it is doing. */
  | { readonly kind: "metrics"; readonly sender: Sender | null }
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
  | {
      readonly kind: "write";
      readonly sender: Sender | null;
      readonly api: WriteApi;
      readonly body: unknown;
      /** Which delegation token is renewed or expires; the HMAC of the body is filled in. */
      readonly delegationTokenId?: string;
      readonly precondition?: Precondition;
      readonly idempotency?: Idempotency;
    }
  /** Active controller: creates, rotates or revokes an access token. */
  | {
      readonly kind: "change-token";
      readonly sender: Sender | null;
      readonly change: TokenChange;
    }
  /** Active controller: who the sender is, and whether it may do this. */
  | {
      readonly kind: "authenticate";
      readonly sender: Sender;
      readonly right: NeededRight | null;
    }
  /** Active controller, unless `consistency` lets any answer: committed metadata. */
  | {
      readonly kind: "read";
      readonly sender: Sender | null;
      readonly read: MetadataRead;
      readonly consistency?: Consistency;
      /** False for one that others are answered with: an offset that is lacking is not waited for then. */
      readonly waits?: boolean;
    }
  /** Active controller: committed log from `fromOffset`; waits up to `maxWaitMs` when there is nothing yet. */
  | {
      readonly kind: "log";
      readonly sender: Sender | null;
      readonly form: "records" | "raw";
      readonly fromOffset: number;
      readonly maxRecords: number;
      readonly maxWaitMs: number;
      /** Of `records` only. */
      readonly filter?: LogFilter;
      /** True for one that may go with others that ask for the same, and be refused no sooner than they are answered. */
      readonly together?: boolean;
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

export interface ControllerStatus {
  readonly controllerId: number;
  readonly document: FormatDocument | null;
  readonly role: string;
  readonly leaderId: number;
  readonly epoch: number;
  readonly highWatermark: number;
  readonly logEndOffset: number;
}

export type ApiReply =
  | { readonly kind: "status"; readonly status: ControllerStatus }
  | {
      readonly kind: "metrics";
      readonly controllerId: number;
      readonly facts: ControllerFacts;
    }
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
      /** True when this is what the same request was answered before. */
      readonly replayed?: boolean;
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
  | {
      readonly kind: "token-changed";
      readonly token: AccessTokenFacts;
      readonly offset: number;
      readonly epoch: number;
    }
  /** `tokenId` is null for whoever needs none. */
  | {
      readonly kind: "authenticated";
      readonly principal: string;
      readonly tokenId: string | null;
      readonly offset: number;
      readonly epoch: number;
    }
  /** Nothing happened: the sender has not proved who it is. The message does not say what was wrong with a token. */
  | { readonly kind: "unauthenticated"; readonly message: string }
  /** Nothing happened: the key stands for another request, or that one is not finished. */
  | { readonly kind: "key-reused"; readonly message: string }
  /** Nothing happened: the sender asks too often. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number }
  /** Nothing happened: the resource has another ETag, or none of those asked for. */
  | {
      readonly kind: "precondition-failed";
      readonly etag: string;
      readonly offset: number;
      readonly epoch: number;
    }
  /** The read can never be answered: the offset was not written yet, or nothing can be read exactly there. */
  | {
      readonly kind: "offset-refused";
      readonly message: string;
      readonly offset: number;
      readonly epoch: number;
    }
  /** This controller does not have the offset yet; another may. */
  | { readonly kind: "behind"; readonly endOffset: number; readonly epoch: number }
  /** Nothing happened: this controller is not active. `leaderId` is -1 when it knows none. */
  | { readonly kind: "not-controller"; readonly leaderId: number; readonly epoch: number }
  /** Nothing happened: there is no cluster yet. */
  | { readonly kind: "not-formatted" }
  /** With NOT_CONTROLLER or REQUEST_TIMED_OUT the outcome is unknown: it may have been committed, or still be. */
  | { readonly kind: "refused"; readonly error: ErrorName; readonly message: string };
