/** Answers the gateway's reads: of committed metadata at the active controller, of an offset at any, and of the log. */

import { ErrorCode, errorName } from "../base/error-code.ts";
import { KRAFT_VERSION } from "../state/features.ts";
import type { MetadataView } from "../state/metadata-view.ts";
import type { ApiReply, ApiRequest, Consistency, MetadataRead } from "./api.ts";
import type { Admission, ApiSenders } from "./api-senders.ts";
import type { ApiCaller } from "./caller.ts";
import { KnownResults } from "./known-results.ts";
import { LogWaiters } from "./log-waiters.ts";
import { logRefusal, metricsRefusal, readRefusal, rightRefusal } from "./needed-rights.ts";
import { notController } from "./not-controller.ts";
import { MisplacedError } from "./page-position.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { quorumState } from "./quorum-state.ts";
import { CommittedLog } from "./read-log.ts";
import { readMetadata } from "./read-metadata.ts";
import type { TrueAt } from "./respondent.ts";
import { type AroundOffset, hasOffset, type ViewAt, viewAround } from "./view-around.ts";

type ReplyTo = (reply: ApiReply) => void;
type Authenticate = Extract<ApiRequest, { kind: "authenticate" }>;
type Log = Extract<ApiRequest, { kind: "log" }>;
type Metrics = Extract<ApiRequest, { kind: "metrics" }>;
type Read = Extract<ApiRequest, { kind: "read" }>;

interface OffsetWaiter {
  readonly request: Read;
  readonly consistency: AroundOffset;
  readonly deadlineMs: number;
  readonly reply: ReplyTo;
}

/** A read whose sender may have it. */
interface AllowedRead {
  readonly read: MetadataRead;
  readonly caller: ApiCaller;
  readonly nowMs: number;
}

/** As the log of denials names it. */
const READ_LOG = "Read log";
const COMMITTED: Consistency = { kind: "committed" };
/** What a follower lacks for longer it may lack for good; the active controller is asked then. */
const OFFSET_WAIT_MS = 1000;
const MAX_OFFSET_WAITERS = 1000;
const MAX_LOG_WAIT_MS = 30_000;

export class ApiReads {
  readonly #quorum: QuorumController;
  readonly #senders: ApiSenders;
  readonly #log: CommittedLog;
  readonly #known = new KnownResults();
  readonly #logWaiters = new LogWaiters();
  #offsetWaiters: OffsetWaiter[] = [];

  constructor(quorum: QuorumController, senders: ApiSenders) {
    this.#quorum = quorum;
    this.#senders = senders;
    this.#log = new CommittedLog(quorum.log);
  }

  authenticate({ sender, right }: Authenticate, nowMs: number, reply: ReplyTo): void {
    const asked = { request: "Authenticate", nowMs };
    const admission = this.#senders.admit(sender, asked);
    if ("refusal" in admission) {
      reply(admission.refusal);
      return;
    }
    const { caller } = admission;
    const refusal = rightRefusal(right, caller);
    if (refusal !== null) {
      reply(refusal);
      return;
    }
    const judgedEnd = this.#quorum.log.endOffset;
    this.#readCommitted(nowMs, reply, (_, at) => {
      const again = at.offset < judgedEnd ? admission : this.#senders.identify(sender, asked);
      if ("refusal" in again) return again.refusal;
      const { principal, tokenId } = again.caller;
      return (
        rightRefusal(right, again.caller) ?? { kind: "authenticated", principal, tokenId, ...at }
      );
    });
  }

  read(request: Read, nowMs: number, reply: ReplyTo): void {
    const { consistency = COMMITTED } = request;
    if (this.#quorum.isActive) this.#readAsActive(request, consistency, { nowMs, reply });
    else if (consistency.kind === "committed" || !consistency.anywhere) {
      reply(notController(this.#quorum));
    } else this.#readHere(request, consistency, { nowMs, reply });
  }

  #readAsActive(
    request: Read,
    consistency: Consistency,
    { nowMs, reply }: { readonly nowMs: number; readonly reply: ReplyTo },
  ): void {
    const allowed = this.#allowed(request, nowMs);
    if ("kind" in allowed) {
      reply(allowed);
      return;
    }
    if (consistency.kind !== "committed" && hasOffset(this.#quorum, consistency)) {
      reply(this.#readAround(allowed, consistency));
      return;
    }
    const judgedEnd = this.#quorum.log.endOffset;
    // What the active controller lacks after a majority has spoken nobody has.
    this.#readCommitted(nowMs, reply, (view, at) => {
      // What is shown may be newer than what was judged: who has lost its right in between gets nothing of it.
      const still = at.offset < judgedEnd ? allowed : this.#allowedStill(request, nowMs);
      if ("kind" in still) return still;
      return consistency.kind === "committed"
        ? this.#result(still, { view, ...at })
        : this.#readAround(still, consistency);
    });
  }

  /** A read of what this controller has, or will have in a moment. Nobody waits who may not read. */
  #readHere(
    request: Read,
    consistency: AroundOffset,
    { nowMs, reply }: { readonly nowMs: number; readonly reply: ReplyTo },
  ): void {
    const isHere = hasOffset(this.#quorum, consistency);
    if (!isHere && request.waits === false) {
      reply(this.#behind());
      return;
    }
    const allowed = this.#allowed(request, nowMs);
    if ("kind" in allowed) reply(this.#noHere(allowed));
    else if (isHere) reply(this.#readAround(allowed, consistency));
    else if (this.#offsetWaiters.length >= MAX_OFFSET_WAITERS) reply(this.#behind());
    else {
      const deadlineMs = nowMs + OFFSET_WAIT_MS;
      this.#offsetWaiters.push({ request, consistency, deadlineMs, reply });
    }
  }

  /** Only the active controller may say no: it alone knows the newest token and right. */
  #noHere(refusal: ApiReply): ApiReply {
    const isFinal = this.#quorum.isActive || refusal.kind === "throttled";
    return isFinal ? refusal : this.#behind();
  }

  /** Whose read it is that has just come in, or why it is refused. */
  #allowed({ sender, read }: Read, nowMs: number): AllowedRead | ApiReply {
    const admission = this.#senders.admit(sender, { request: `Read ${read.what}`, nowMs });
    return this.#judged(admission, read, nowMs);
  }

  /** The same for a read that has waited, which counts once. */
  #allowedStill({ sender, read }: Read, nowMs: number): AllowedRead | ApiReply {
    const admission = this.#senders.identify(sender, { request: `Read ${read.what}`, nowMs });
    return this.#judged(admission, read, nowMs);
  }

  #judged(admission: Admission, read: MetadataRead, nowMs: number): AllowedRead | ApiReply {
    if ("refusal" in admission) return admission.refusal;
    const { caller } = admission;
    return readRefusal(read, caller) ?? { read, caller, nowMs };
  }

  /** What this controller tells of itself, to whom it is allowed. As with other reads, only the active one may say no. */
  metrics({ sender }: Metrics, nowMs: number, tell: () => ApiReply): ApiReply {
    const admission = this.#senders.admit(sender, { request: "Read metrics", nowMs });
    const refusal = "refusal" in admission ? admission.refusal : metricsRefusal(admission.caller);
    return refusal === null ? tell() : this.#noHere(refusal);
  }

  #behind(): ApiReply {
    const { highWatermark, epoch } = this.#quorum.replica;
    return { kind: "behind", endOffset: highWatermark, epoch };
  }

  #readCommitted(
    nowMs: number,
    reply: ReplyTo,
    answer: (view: MetadataView, at: TrueAt) => ApiReply,
  ): void {
    if (!this.#quorum.isActive) {
      reply(notController(this.#quorum));
      return;
    }
    this.#quorum.read(nowMs, {
      run: (view, at) => reply(answer(view, at)),
      refused: (error, message) => {
        if (error === ErrorCode.NOT_CONTROLLER) reply(notController(this.#quorum));
        else reply({ kind: "refused", error: errorName(error), message });
      },
    });
  }

  /** At an offset, or at whatever is committed here behind it; refuses what is not there. */
  #readAround(allowed: AllowedRead, wanted: AroundOffset): ApiReply {
    const found = viewAround(this.#quorum, wanted);
    if ("message" in found) {
      const { highWatermark, epoch } = this.#quorum.replica;
      return { kind: "offset-refused", ...found, offset: highWatermark - 1, epoch };
    }
    return this.#result(allowed, found);
  }

  #result({ read, caller, nowMs }: AllowedRead, { view, offset, epoch }: ViewAt): ApiReply {
    const quorum = this.#quorum;
    try {
      const make = () =>
        readMetadata(read, view, {
          clusterId: quorum.document.clusterId,
          leaderId: quorum.replica.leaderId,
          kraftVersion: KRAFT_VERSION,
          authorizerEnabled: quorum.config.authorizerEnabled,
          tokenHmacs: quorum.tokenHmacs,
          nowMs,
          caller,
          quorum: () => quorumState(quorum, nowMs),
        });
      // What was is made anew for each: it would push out what is.
      const isNewest = view === quorum.committedView();
      const result = isNewest ? this.#known.result(read, { view, caller }, make) : make();
      return { kind: "result", result, offset, epoch };
    } catch (error) {
      if (!(error instanceof MisplacedError)) throw error;
      const message = "The page token is none that this list has given out.";
      return { kind: "refused", error: "INVALID_REQUEST", message };
    }
  }

  log(request: Log, nowMs: number, reply: ReplyTo): void {
    if (!this.#quorum.isActive) {
      reply(notController(this.#quorum));
      return;
    }
    const asked = { request: READ_LOG, nowMs };
    const admission = admittedToLog(this.#senders.admit(request.sender, asked));
    if ("refusal" in admission) {
      reply(admission.refusal);
      return;
    }
    const { caller } = admission;
    const waitMs = Math.min(Math.max(request.maxWaitMs, 0), MAX_LOG_WAIT_MS);
    if (request.fromOffset < this.#quorum.replica.highWatermark || waitMs === 0) {
      reply(this.#readLog(request));
      return;
    }
    const message = this.#logWaiters.refusal(caller);
    // An empty answer at once would only be asked for again at once.
    if (message !== null) reply({ kind: "refused", error: "THROTTLING_QUOTA_EXCEEDED", message });
    else this.#logWaiters.add({ request, caller, deadlineMs: nowMs + waitMs, reply });
  }

  /** Answers those whose time has come, whatever the reason. */
  settle(nowMs: number): void {
    this.#settleOffsetWaiters(nowMs);
    this.#settleLogWaiters(nowMs);
    this.#log.forget();
  }

  #settleLogWaiters(nowMs: number): void {
    const { isActive, replica } = this.#quorum;
    if (!isActive) {
      for (const { reply } of this.#logWaiters.takeAll()) reply(notController(this.#quorum));
      return;
    }
    for (const { request, reply } of this.#logWaiters.take(replica.highWatermark, nowMs)) {
      // Judged again: who has lost its right while it waited gets nothing more.
      const asked = { request: READ_LOG, nowMs };
      const admission = admittedToLog(this.#senders.identify(request.sender, asked));
      reply("refusal" in admission ? admission.refusal : this.#readLog(request));
    }
  }

  #settleOffsetWaiters(nowMs: number): void {
    if (this.#offsetWaiters.length === 0) return;
    this.#offsetWaiters = this.#offsetWaiters.filter((waiter) => {
      const { request, consistency, deadlineMs, reply } = waiter;
      if (hasOffset(this.#quorum, consistency)) {
        // Judged again: who has lost its right while it waited gets nothing more.
        const allowed = this.#allowedStill(request, nowMs);
        reply("kind" in allowed ? this.#noHere(allowed) : this.#readAround(allowed, consistency));
        return false;
      }
      if (deadlineMs > nowMs) return true;
      reply(this.#behind());
      return false;
    });
  }

  nextDeadlineMs(): number {
    return this.#offsetWaiters.reduce(
      (earliest, { deadlineMs }) => Math.min(earliest, deadlineMs),
      this.#logWaiters.nextDeadlineMs(),
    );
  }

  #readLog(request: Log): ApiReply {
    const { highWatermark, epoch } = this.#quorum.replica;
    return this.#log.read(request, { highWatermark, epoch });
  }
}

/** Who is admitted and may read the log as well. */
function admittedToLog(admission: Admission): Admission {
  const refusal = "refusal" in admission ? null : logRefusal(admission.caller);
  return refusal === null ? admission : { refusal };
}
