/**
 * What a controller counts of itself while it runs: memory that begins anew with each start. After every event it looks
 * at where consensus stands, which costs a few comparisons, and nothing in the core has to tell it anything.
 */

import { LatencyHistogram } from "../base/latency-histogram.ts";
import type { ApiName } from "../protocol/apis.ts";
import type { Replica } from "../raft/replica.ts";
import type { ApiRequest } from "./api.ts";
import { SampledStat } from "./sampled-stat.ts";

export type ApiKind = ApiRequest["kind"];

/** Appended by this leader in one event, and not committed yet. */
interface Uncommitted {
  readonly endOffset: number;
  readonly appendedMs: number;
}

/** A leader whose followers are gone gives up before it has appended so much. */
const MAX_UNCOMMITTED = 10_000;

export class ControllerMetrics {
  readonly startedMs: number;
  events = 0;
  timedOutOperations = 0;
  /** Leaders that this controller has heard of, itself among them, one after the other. */
  newActiveControllers = 0;
  appendedRecords = 0;
  fetchedRecords = 0;
  readonly apiCalls = new Map<ApiKind, number>();
  readonly requests = new Map<ApiName, number>();
  readonly commitLatencies = new LatencyHistogram();
  readonly commitLatency: SampledStat;
  readonly electionLatency: SampledStat;
  readonly appendRate: SampledStat;
  readonly fetchRate: SampledStat;
  #uncommitted: Uncommitted[] = [];
  #endOffset: number | null = null;
  #leaderEpoch = -1;
  #campaigningSinceMs: number | null = null;

  constructor(nowMs: number) {
    this.startedMs = nowMs;
    this.commitLatency = new SampledStat(nowMs);
    this.electionLatency = new SampledStat(nowMs);
    this.appendRate = new SampledStat(nowMs);
    this.fetchRate = new SampledStat(nowMs);
  }

  countApiCall(kind: ApiKind): void {
    this.apiCalls.set(kind, (this.apiCalls.get(kind) ?? 0) + 1);
  }

  countRequest(api: ApiName): void {
    this.requests.set(api, (this.requests.get(api) ?? 0) + 1);
  }

  /** After an event: `endOffset` is where the log ends now. */
  observe(replica: Replica, endOffset: number, nowMs: number): void {
    this.#observeElection(replica, nowMs);
    this.#observeLog(replica.isLeader, endOffset, nowMs);
    if (this.#uncommitted.length > 0) this.#observeCommit(replica, nowMs);
  }

  #observeElection({ role, leaderId, epoch }: Replica, nowMs: number): void {
    if (role === "prospective" || role === "candidate") {
      this.#campaigningSinceMs ??= nowMs;
    } else if (this.#campaigningSinceMs !== null && (role === "leader" || role === "follower")) {
      this.electionLatency.record(nowMs - this.#campaigningSinceMs, nowMs);
      this.#campaigningSinceMs = null;
    }
    // An epoch has one leader at most.
    if (leaderId === -1 || epoch === this.#leaderEpoch) return;
    this.#leaderEpoch = epoch;
    this.newActiveControllers += 1;
  }

  #observeLog(isLeader: boolean, endOffset: number, nowMs: number): void {
    const records = endOffset - (this.#endOffset ?? endOffset);
    this.#endOffset = endOffset;
    // Less than nothing when the log was truncated.
    if (records <= 0) return;
    if (!isLeader) {
      this.fetchedRecords += records;
      this.fetchRate.record(records, nowMs);
      return;
    }
    this.appendedRecords += records;
    this.appendRate.record(records, nowMs);
    if (this.#uncommitted.length < MAX_UNCOMMITTED) {
      this.#uncommitted.push({ endOffset, appendedMs: nowMs });
    }
  }

  #observeCommit({ isLeader, highWatermark }: Replica, nowMs: number): void {
    if (!isLeader) {
      this.#uncommitted = [];
      return;
    }
    let committed = 0;
    for (const { endOffset, appendedMs } of this.#uncommitted) {
      if (endOffset > highWatermark) break;
      committed += 1;
      this.commitLatencies.record(nowMs - appendedMs);
      this.commitLatency.record(nowMs - appendedMs, nowMs);
    }
    if (committed > 0) this.#uncommitted.splice(0, committed);
  }
}
