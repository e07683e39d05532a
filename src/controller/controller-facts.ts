/** What a controller tells of itself for its metrics: plain data, which others give names to. */

import type { LatencyCounts } from "../base/latency-histogram.ts";
import type { ClusterCounts } from "../state/cluster-counts.ts";

/** Where consensus stands. */
export interface RaftFacts {
  /** As Replica.role says it; "unformatted" before there is a cluster. */
  readonly role: string;
  /** -1 while unknown. */
  readonly leaderId: number;
  /** -1 when it has not voted in this epoch. */
  readonly votedId: number;
  readonly epoch: number;
  /** -1 while unknown. */
  readonly highWatermark: number;
  readonly logEndOffset: number;
  readonly logEndEpoch: number;
  readonly voters: number;
  /** Null where this controller does not lead: only the leader knows. */
  readonly observers: number | null;
  /** By how many records each voter is behind the leader's log; null where this controller does not lead. */
  readonly voterLags: readonly { readonly voterId: number; readonly records: number }[] | null;
}

export type BrokerRegistrationState = "fenced" | "controlled-shutdown" | "active";

export interface BrokerFacts {
  readonly brokerId: number;
  readonly registration: BrokerRegistrationState;
  readonly inControlledShutdown: boolean;
  /** Null where this controller is not active, and before the first heartbeat. */
  readonly sinceHeartbeatMs: number | null;
}

/** What is known of committed metadata. */
export interface MetadataFacts {
  readonly brokers: readonly BrokerFacts[];
  /** Null while they are being counted, which takes a moment in a large cluster. */
  readonly counts: ClusterCounts | null;
  /** Answers kept for requests that are sent again under their key. */
  readonly rememberedAnswers: number;
  /** Levels above 0, by name. */
  readonly features: Readonly<Record<string, number>>;
}

/** Average and maximum of the last minute; NaN without measurements. */
export interface LatencyFacts {
  readonly averageMs: number;
  readonly maxMs: number;
}

/** Counted since the start of the controller. */
export interface RuntimeFacts {
  readonly uptimeMs: number;
  readonly events: number;
  readonly timedOutOperations: number;
  readonly newActiveControllers: number;
  readonly uncleanElections: number;
  readonly electionsFromElr: number;
  readonly appendedRecords: number;
  readonly fetchedRecords: number;
  readonly appendRatePerSecond: number;
  readonly fetchRatePerSecond: number;
  readonly commitLatency: LatencyFacts;
  readonly electionLatency: LatencyFacts;
  readonly commitLatencies: LatencyCounts;
  readonly apiCalls: Readonly<Record<string, number>>;
  /** By Kafka's name of the API. */
  readonly requests: Readonly<Record<string, number>>;
  readonly connections: number;
  readonly pendingAnswers: number;
}

export interface ControllerFacts {
  readonly isActive: boolean;
  /** Of the newest batch in the log, which is applied; -1 when the log is empty. */
  readonly lastAppliedTimestampMs: number;
  /** What the controller's clock says. */
  readonly nowMs: number;
  readonly raft: RaftFacts;
  /** Null while it is not known what is committed. */
  readonly metadata: MetadataFacts | null;
  readonly runtime: RuntimeFacts;
}
