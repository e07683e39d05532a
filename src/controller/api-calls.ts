/** Answers the gateway's calls about a cluster: most only at the active controller, reads of an offset at any. */

import { ErrorCode, errorName } from "../base/error-code.ts";
import { APIS, type Api, type ResponseOf } from "../protocol/apis.ts";
import { decode, encode } from "../protocol/codec.ts";
import { answerOnly } from "../state/decision.ts";
import { KRAFT_VERSION } from "../state/features.ts";
import type { MetadataView } from "../state/metadata-view.ts";
import type { ApiReply, ApiRequest, Consistency, MetadataRead } from "./api.ts";
import { TRUSTED_CALLER } from "./callers.ts";
import { LISTENER_NAME } from "./listener-name.ts";
import { MisplacedError } from "./page-position.ts";
import { conflictingEtag } from "./precondition.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { readCommitted } from "./read-log.ts";
import { readMetadata } from "./read-metadata.ts";
import type { QuorumReplica, QuorumState } from "./read-result.ts";
import type { Respondent, TrueAt } from "./respondent.ts";
import { handleRequest } from "./served-apis.ts";
import { type AroundOffset, hasOffset, type ViewAt, viewAround } from "./view-around.ts";

type ReplyTo = (reply: ApiReply) => void;
type Write = Extract<ApiRequest, { kind: "write" }>;
type Log = Extract<ApiRequest, { kind: "log" }>;
type Read = Extract<ApiRequest, { kind: "read" }>;

interface LogWaiter {
  readonly request: Log;
  readonly deadlineMs: number;
  readonly reply: ReplyTo;
}

interface OffsetWaiter {
  readonly read: MetadataRead;
  readonly consistency: AroundOffset;
  readonly deadlineMs: number;
  readonly reply: ReplyTo;
}

const COMMITTED: Consistency = { kind: "committed" };
/** What a follower lacks for longer it may lack for good; the active controller is asked then. */
const OFFSET_WAIT_MS = 1000;
const MAX_OFFSET_WAITERS = 1000;
const STALE_TIMEOUT_MS = 3000;
const MAX_LOG_WAIT_MS = 30_000;
/** Beyond this a log read is answered at once, empty or not. */
const MAX_LOG_WAITERS = 1000;

export class ApiCalls {
  readonly #quorum: QuorumController;
  #logWaiters: LogWaiter[] = [];
  #offsetWaiters: OffsetWaiter[] = [];

  constructor(quorum: QuorumController) {
    this.#quorum = quorum;
  }

  /** A Kafka request in the gateway's clothes: same handler, same decisions, newest version. */
  write({ api: name, body, precondition }: Write, nowMs: number, reply: ReplyTo): void {
    const quorum = this.#quorum;
    const api: Api = APIS[name];
    const version = api.request.maxVersion;
    const respondent: Respondent = {
      answer: (response, trueAt) => {
        const encoded = encode(api.response, version, response as never);
        reply({
          kind: "written",
          api: name,
          body: decode(api.response, version, encoded),
          offset: trueAt?.offset ?? quorum.replica.highWatermark - 1,
          epoch: trueAt?.epoch ?? quorum.replica.epoch,
        });
      },
      // Leadership that is lost while a write is pending leaves its outcome unknown: no `not-controller` then.
      refuse: (error, message, nothingWritten = false) => {
        if (nothingWritten) reply(this.notController());
        else reply({ kind: "refused", error: errorName(error), message });
      },
    };
    // Compared and decided in one step, on one state: nothing comes in between.
    const conflict = precondition && conflictingEtag(quorum.view(), precondition);
    if (typeof conflict === "string") {
      this.#refuseStale(conflict, nowMs, { reply, refuse: respondent.refuse });
      return;
    }
    // Through the codec once, so that a handler sees what a connection would have brought it.
    const request = decode(api.request, version, encode(api.request, version, body as never));
    handleRequest(quorum, name, request, { version, nowMs, caller: TRUSTED_CALLER, respondent });
  }

  /** What it rests on must be committed first, and nobody who was replaced may say so. */
  #refuseStale(
    etag: string,
    nowMs: number,
    { reply, refuse }: { reply: ReplyTo; refuse: Respondent["refuse"] },
  ): void {
    const respondent: Respondent = {
      answer: (_, trueAt) => {
        const { highWatermark, epoch } = this.#quorum.replica;
        const at = trueAt ?? { offset: highWatermark - 1, epoch };
        reply({ kind: "precondition-failed", etag, ...at });
      },
      refuse,
    };
    const deadlineMs = nowMs + STALE_TIMEOUT_MS;
    this.#quorum.write(answerOnly({}), respondent, { deadlineMs, proven: true, nowMs });
  }

  read({ read, consistency = COMMITTED }: Read, nowMs: number, reply: ReplyTo): void {
    if (consistency.kind === "committed") {
      this.#readCommitted(nowMs, reply, (view, at) => this.#result(read, nowMs, { view, ...at }));
      return;
    }
    const { isActive } = this.#quorum;
    if (!consistency.anywhere && !isActive) {
      reply(this.notController());
    } else if (hasOffset(this.#quorum, consistency)) {
      reply(this.#readAround(read, consistency, nowMs));
    } else if (isActive) {
      // What the active controller lacks after a majority has spoken nobody has.
      this.#readCommitted(nowMs, reply, () => this.#readAround(read, consistency, nowMs));
    } else if (this.#offsetWaiters.length >= MAX_OFFSET_WAITERS) {
      const { highWatermark, epoch } = this.#quorum.replica;
      reply({ kind: "behind", endOffset: highWatermark, epoch });
    } else {
      const deadlineMs = nowMs + OFFSET_WAIT_MS;
      this.#offsetWaiters.push({ read, consistency, deadlineMs, reply });
    }
  }

  #readCommitted(
    nowMs: number,
    reply: ReplyTo,
    answer: (view: MetadataView, at: TrueAt) => ApiReply,
  ): void {
    if (!this.#quorum.isActive) {
      reply(this.notController());
      return;
    }
    this.#quorum.read(nowMs, {
      run: (view, at) => reply(answer(view, at)),
      refused: (error, message) => {
        if (error === ErrorCode.NOT_CONTROLLER) reply(this.notController());
        else reply({ kind: "refused", error: errorName(error), message });
      },
    });
  }

  /** At an offset, or at whatever is committed here behind it; refuses what is not there. */
  #readAround(read: MetadataRead, wanted: AroundOffset, nowMs: number): ApiReply {
    const found = viewAround(this.#quorum, wanted);
    if ("message" in found) {
      const { highWatermark, epoch } = this.#quorum.replica;
      return { kind: "offset-refused", ...found, offset: highWatermark - 1, epoch };
    }
    return this.#result(read, nowMs, found);
  }

  #result(read: MetadataRead, nowMs: number, { view, offset, epoch }: ViewAt): ApiReply {
    const quorum = this.#quorum;
    try {
      const result = readMetadata(read, view, {
        clusterId: quorum.document.clusterId,
        leaderId: quorum.replica.leaderId,
        kraftVersion: KRAFT_VERSION,
        authorizerEnabled: quorum.config.authorizerEnabled,
        quorum: () => this.#quorumState(nowMs),
      });
      return { kind: "result", result, offset, epoch };
    } catch (error) {
      if (!(error instanceof MisplacedError)) throw error;
      const message = "The page token is none that this list has given out.";
      return { kind: "refused", error: "INVALID_REQUEST", message };
    }
  }

  log(request: Log, nowMs: number, reply: ReplyTo): void {
    if (!this.#quorum.isActive) {
      reply(this.notController());
      return;
    }
    const waitMs = Math.min(Math.max(request.maxWaitMs, 0), MAX_LOG_WAIT_MS);
    const isFull = this.#logWaiters.length >= MAX_LOG_WAITERS;
    if (request.fromOffset < this.#quorum.replica.highWatermark || waitMs === 0 || isFull) {
      reply(this.#readLog(request));
      return;
    }
    this.#logWaiters.push({ request, deadlineMs: nowMs + waitMs, reply });
  }

  /** Answers those whose time has come, whatever the reason. */
  settle(nowMs: number): void {
    this.#settleOffsetWaiters(nowMs);
    if (this.#logWaiters.length === 0) return;
    const { isActive, replica } = this.#quorum;
    const waiting: LogWaiter[] = [];
    for (const waiter of this.#logWaiters) {
      const { request, deadlineMs, reply } = waiter;
      if (!isActive) reply(this.notController());
      else if (request.fromOffset < replica.highWatermark || deadlineMs <= nowMs) {
        reply(this.#readLog(request));
      } else waiting.push(waiter);
    }
    this.#logWaiters = waiting;
  }

  #settleOffsetWaiters(nowMs: number): void {
    if (this.#offsetWaiters.length === 0) return;
    const { highWatermark, epoch } = this.#quorum.replica;
    this.#offsetWaiters = this.#offsetWaiters.filter(({ read, consistency, deadlineMs, reply }) => {
      if (hasOffset(this.#quorum, consistency)) {
        reply(this.#readAround(read, consistency, nowMs));
        return false;
      }
      if (deadlineMs > nowMs) return true;
      reply({ kind: "behind", endOffset: highWatermark, epoch });
      return false;
    });
  }

  nextDeadlineMs(): number {
    return [...this.#logWaiters, ...this.#offsetWaiters].reduce(
      (earliest, { deadlineMs }) => Math.min(earliest, deadlineMs),
      Number.POSITIVE_INFINITY,
    );
  }

  notController(): ApiReply {
    const { leaderId, epoch } = this.#quorum.replica;
    return { kind: "not-controller", leaderId, epoch };
  }

  #readLog(request: Log): ApiReply {
    const { log, replica } = this.#quorum;
    return readCommitted(log, request, {
      highWatermark: replica.highWatermark,
      epoch: replica.epoch,
    });
  }

  #quorumState(nowMs: number): QuorumState {
    const { replica } = this.#quorum;
    const { topics, nodes } = this.#quorum.describeQuorum(nowMs);
    const partition = topics[0]?.partitions[0];
    return {
      leaderId: replica.leaderId,
      leaderEpoch: replica.epoch,
      highWatermark: replica.highWatermark,
      voters: partition?.currentVoters.map(quorumReplica) ?? [],
      observers: partition?.observers.map(quorumReplica) ?? [],
      endpoints: nodes.flatMap(({ nodeId, listeners }) =>
        listeners
          .filter(({ name }) => name === LISTENER_NAME)
          .map(({ host, port }) => ({ id: nodeId, host, port })),
      ),
    };
  }
}

type Described =
  ResponseOf<"describeQuorum">["topics"][number]["partitions"][number]["currentVoters"][number];

function quorumReplica(state: Described): QuorumReplica {
  return {
    replicaId: state.replicaId,
    directoryId: state.replicaDirectoryId,
    logEndOffset: Number(state.logEndOffset),
    lastFetchTimestampMs: Number(state.lastFetchTimestamp),
    lastCaughtUpTimestampMs: Number(state.lastCaughtUpTimestamp),
  };
}
