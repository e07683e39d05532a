/**
 * Joins Raft and the metadata state: a request becomes a decision, its records are appended and applied at once, and
 * the answer goes out when they are committed. Knows neither sockets nor wire formats.
 */

import { assert } from "../base/assert.ts";
import { ErrorCode } from "../base/error-code.ts";
import { METADATA_TOPIC } from "../base/metadata-topic.ts";
import type { Prng } from "../base/prng.ts";
import { APIS, type ResponseOf } from "../protocol/apis.ts";
import { decode, encode } from "../protocol/codec.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import type { Replica } from "../raft/replica.ts";
import { BrokerSessions } from "../state/broker-sessions.ts";
import { decideFenceStale } from "../state/decide-broker-heartbeat.ts";
import { decideLeaving } from "../state/decide-broker-registration.ts";
import { decideLeaderless } from "../state/decide-leader-balance.ts";
import type { Decision } from "../state/decision.ts";
import type { MetadataView } from "../state/metadata-view.ts";
import { MutationQuotas } from "../state/mutation-quota.ts";
import { TokenHmacs } from "../state/token-hmacs.ts";
import { controllerRegistrations, firstRecords } from "./activation.ts";
import type { FormatDocument } from "./api.ts";
import type { ApplyingLog, LogView } from "./applying-log.ts";
import { AuditLog } from "./audit-log.ts";
import type { ControllerConfig } from "./controller-config.ts";
import type { ControllerMetrics } from "./controller-metrics.ts";
import { controllerTasks } from "./controller-tasks.ts";
import { DenialLog } from "./denial-log.ts";
import { ElectionHistory } from "./election-history.ts";
import { PendingAnswers } from "./pending-answers.ts";
import { PeriodicTasks } from "./periodic-tasks.ts";
import { batchRecords } from "./record-batching.ts";
import type { Respondent, TrueAt } from "./respondent.ts";
import { wrongController } from "./wrong-controller.ts";

export interface QuorumControllerOptions {
  readonly document: FormatDocument;
  readonly replica: Replica;
  readonly log: ApplyingLog;
  readonly prng: Prng;
  readonly config: ControllerConfig;
  readonly metrics: ControllerMetrics;
}

/** What is written beside the records of a change, so that its answer is there exactly when the change is. */
export type Remember = (response: object) => readonly NewRecord[];

interface WriteOptions {
  readonly deadlineMs: number;
  /** False where a stale answer does no harm and every answer counts, as to heartbeats. */
  readonly proven: boolean;
  readonly nowMs: number;
  readonly remember?: Remember | undefined;
}

/** A read that waits for proof that this controller still leads. */
interface WaitingRead {
  readonly barrier: number;
  readonly deadlineMs: number;
  run(view: MetadataView, at: TrueAt): void;
  refused(error: number, message: string): void;
}

const TOO_LARGE_TO_WRITE = "The operation is too large for one batch.";
const TOO_LARGE_TO_REMEMBER =
  "The operation and its answer are too large to be remembered under a key: ask for less at once.";
const READ_TIMEOUT_MS = 4000;
/** Less than a gateway waits for one try, so that it hears of the failure and asks somebody else. */
const PROOF_TIMEOUT_MS = 3000;
/** How often brokers are checked, as a part of their session: Kafka's own ratio. */
const CHECKS_PER_SESSION = 8;

export class QuorumController {
  readonly document: FormatDocument;
  readonly replica: Replica;
  readonly log: ApplyingLog;
  readonly prng: Prng;
  readonly config: ControllerConfig;
  readonly metrics: ControllerMetrics;
  readonly sessions: BrokerSessions;
  readonly mutationQuotas: MutationQuotas;
  /** Null when delegation tokens are switched off. */
  readonly tokenHmacs: TokenHmacs | null;
  readonly denials = new DenialLog();
  readonly audit = new AuditLog();
  readonly elections = new ElectionHistory();
  #newest: LogView | null = null;
  #committed: LogView | null = null;
  readonly #tasks: PeriodicTasks;
  readonly #pending = new PendingAnswers();
  #reads: WaitingRead[] = [];
  /** The epoch in which this controller is active, or null. */
  #activeEpoch: number | null = null;
  #nextCheckMs = Number.POSITIVE_INFINITY;

  constructor(options: QuorumControllerOptions) {
    this.document = options.document;
    this.replica = options.replica;
    this.log = options.log;
    this.prng = options.prng;
    this.config = options.config;
    this.metrics = options.metrics;
    this.sessions = new BrokerSessions(options.config.brokerSessionTimeoutMs);
    const { quotaWindowNum, quotaWindowSizeMs, delegationTokenSecretKey } = options.config;
    this.mutationQuotas = new MutationQuotas({
      windowNum: quotaWindowNum,
      windowSizeMs: quotaWindowSizeMs,
    });
    this.tokenHmacs =
      delegationTokenSecretKey === null ? null : new TokenHmacs(delegationTokenSecretKey);
    this.#tasks = new PeriodicTasks(controllerTasks(this));
  }

  /** False from the moment at which Raft gave leadership up, also before the event is settled. */
  get isActive(): boolean {
    const { isLeader, epoch } = this.replica;
    return this.#activeEpoch !== null && isLeader && epoch === this.#activeEpoch;
  }

  get pendingAnswerCount(): number {
    return this.#pending.size + this.#reads.length;
  }

  /** Answers to changes among them. */
  get pendingChangeCount(): number {
    return this.#pending.size;
  }

  /** The newest state, committed or not: what decisions of the active controller read. */
  view(): MetadataView {
    this.#newest = this.log.view(this.log.endOffset - 1, this.#newest);
    return this.#newest.reader;
  }

  /** What is known to be committed. */
  committedView(): MetadataView {
    this.#committed = this.log.view(this.replica.highWatermark - 1, this.#committed);
    return this.#committed.reader;
  }

  /**
   * Appends the records of a decision and answers when they, and all before them, are committed. A decision without
   * records rests on what this controller believes to be the newest state: `proven` has a majority confirm that first.
   */
  write(
    decision: Decision<object>,
    respondent: Respondent,
    { deadlineMs, proven, nowMs, remember }: WriteOptions,
  ): void {
    const epoch = this.#activeEpoch;
    assert(epoch !== null, "Cannot write: this controller is not active");
    const changesNothing = decision.records.length === 0;
    const remembered = changesNothing ? undefined : remember?.(decision.response);
    const records =
      remembered === undefined ? decision.records : [...decision.records, ...remembered];
    const endOffset = this.append({ records, atomic: decision.atomic }, nowMs);
    if (endOffset === null) {
      const message = remember === undefined ? TOO_LARGE_TO_WRITE : TOO_LARGE_TO_REMEMBER;
      respondent.refuse(ErrorCode.POLICY_VIOLATION, message);
      return;
    }
    const needsProof = (proven || remember !== undefined) && changesNothing;
    this.#pending.add({
      endOffset,
      barrier: needsProof ? this.replica.requestReadBarrier(nowMs) : 0,
      // Nothing was written, so a client that would not wait is not misled by an answer that comes late.
      deadlineMs: needsProof ? Math.max(deadlineMs, nowMs + PROOF_TIMEOUT_MS) : deadlineMs,
      committed: () => respondent.answer(decision.response, { offset: endOffset - 1, epoch }),
      refused: (error, message) => {
        const unproven = "No majority has confirmed who leads.";
        if (needsProof) respondent.refuse(ErrorCode.NOT_CONTROLLER, unproven, true);
        else respondent.refuse(error, message);
      },
    });
  }

  /** Appends without an answer to give; returns the end offset of what was written, null when it is too large. */
  append(decision: Pick<Decision<unknown>, "records" | "atomic">, nowMs: number): number | null {
    const batches = batchRecords(decision.records, decision.atomic);
    if (batches === null) return null;
    for (const records of batches) this.replica.append(records, nowMs);
    return this.log.endOffset;
  }

  /** Runs a read of committed metadata once a majority has confirmed, after this moment, who leads. */
  read(nowMs: number, read: Pick<WaitingRead, "run" | "refused">): void {
    this.#reads.push({
      barrier: this.replica.requestReadBarrier(nowMs),
      deadlineMs: nowMs + READ_TIMEOUT_MS,
      run: read.run,
      refused: read.refused,
    });
  }

  /** The quorum as its leader sees it, all voters and observers. */
  describeQuorum(nowMs: number): ResponseOf<"describeQuorum"> {
    const version = APIS.describeQuorum.response.maxVersion;
    const partition = { partitionIndex: 0 };
    const topics = [{ topicName: METADATA_TOPIC, partitions: [partition] }];
    const body = this.replica.describeQuorum(version, { topics }, nowMs);
    const { response } = APIS.describeQuorum;
    return decode(response, version, encode(response, version, body));
  }

  /** Draws the consequences of what Raft did in this event. */
  settle(nowMs: number): void {
    const { replica } = this;
    if (this.#activeEpoch !== null && !this.isActive) this.#deactivate();
    if (this.#activeEpoch === null && replica.isLeader) this.#activate(nowMs);
    if (this.sessions.hasRest) this.#nextCheckMs = Math.min(this.#nextCheckMs, nowMs);
    this.log.counter.onCommit(replica.highWatermark);
    this.#pending.advance(replica.highWatermark, replica.completedReadBarrier);
    this.#finishReads();
  }

  onDeadline(nowMs: number): void {
    this.metrics.timedOutOperations += this.#pending.expire(nowMs);
    this.log.onDeadline(nowMs);
    const late = this.#reads.filter(({ deadlineMs }) => deadlineMs <= nowMs);
    if (late.length > 0) {
      this.#reads = this.#reads.filter(({ deadlineMs }) => deadlineMs > nowMs);
      for (const read of late) {
        read.refused(ErrorCode.REQUEST_TIMED_OUT, "No majority confirmed the leader in time.");
      }
    }
    if (this.isActive && nowMs >= this.#nextCheckMs) this.#checkSessions(nowMs);
    if (this.isActive) this.#tasks.runDue(nowMs, (records) => this.append(records, nowMs));
  }

  nextDeadlineMs(): number {
    const nextRead = this.#reads[0]?.deadlineMs ?? Number.POSITIVE_INFINITY;
    return Math.min(
      this.#pending.nextDeadlineMs(),
      nextRead,
      this.#nextCheckMs,
      this.#tasks.nextDeadlineMs(),
      this.log.nextDeadlineMs(),
    );
  }

  #activate(nowMs: number): void {
    this.#activeEpoch = this.replica.epoch;
    const first = firstRecords(this.view(), this.document, { config: this.config, nowMs });
    this.append({ records: first, atomic: true }, nowMs);
    const controllers = controllerRegistrations(this.view(), this.replica.voters(), this.prng);
    this.append({ records: controllers, atomic: true }, nowMs);
    this.sessions.activate(this.view().brokers(), nowMs);
    // What a controller before this one has not come to.
    this.sessions.leaderlessFrom = "";
    this.#nextCheckMs = nowMs + this.config.brokerSessionTimeoutMs / CHECKS_PER_SESSION;
    this.#tasks.start(nowMs);
  }

  #deactivate(): void {
    this.#activeEpoch = null;
    this.#tasks.stop();
    this.#nextCheckMs = Number.POSITIVE_INFINITY;
    this.sessions.clear();
    this.mutationQuotas.clear();
    // Kafka does not say either who has taken over.
    const message = wrongController(-1);
    this.#pending.refuseAll(ErrorCode.NOT_CONTROLLER, message);
    const reads = this.#reads;
    this.#reads = [];
    for (const read of reads) read.refused(ErrorCode.NOT_CONTROLLER, message);
  }

  #finishReads(): void {
    const { completedReadBarrier, highWatermark } = this.replica;
    const epoch = this.#activeEpoch;
    if (epoch === null) return;
    let count = 0;
    while ((this.#reads[count]?.barrier ?? Number.POSITIVE_INFINITY) <= completedReadBarrier) {
      count += 1;
    }
    if (count === 0) return;
    const view = this.committedView();
    for (const read of this.#reads.splice(0, count)) {
      read.run(view, { offset: highWatermark - 1, epoch });
    }
  }

  #checkSessions(nowMs: number): void {
    const intervalMs = this.config.brokerSessionTimeoutMs / CHECKS_PER_SESSION;
    // After a long pause of this process every broker looks silent, although nobody could have been heard.
    const paused = nowMs - this.#nextCheckMs > this.config.brokerSessionTimeoutMs / 2;
    this.#nextCheckMs = nowMs + intervalMs;
    if (paused) {
      this.sessions.activate(this.view().brokers(), nowMs);
      return;
    }
    const decision =
      decideFenceStale(this.view(), this.sessions, nowMs) ??
      decideLeaving(this.view(), this.sessions) ??
      decideLeaderless(this.view(), this.sessions);
    if (decision === null) return;
    this.append(decision, nowMs);
    // A piece at a time: heartbeats are answered in between.
    this.#nextCheckMs = nowMs;
  }
}
