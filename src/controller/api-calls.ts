/** Answers the gateway's calls that only the active controller takes. */

import { ErrorCode, errorName } from "../base/error-code.ts";
import type { ResponseOf } from "../protocol/apis.ts";
import { APIS, type Api } from "../protocol/apis.ts";
import { decode, encode } from "../protocol/codec.ts";
import { KRAFT_VERSION } from "../state/features.ts";
import type { ApiReply, ApiRequest, QuorumReplica, QuorumState } from "./api.ts";
import { TRUSTED_CALLER } from "./callers.ts";
import { LISTENER_NAME } from "./listener-name.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { readCommitted } from "./read-log.ts";
import { readMetadata } from "./read-metadata.ts";
import { handleRequest } from "./served-apis.ts";

type ReplyTo = (reply: ApiReply) => void;
type Write = Extract<ApiRequest, { kind: "write" }>;
type Log = Extract<ApiRequest, { kind: "log" }>;
type Read = Extract<ApiRequest, { kind: "read" }>;

interface LogWaiter {
  readonly request: Log;
  readonly deadlineMs: number;
  readonly reply: ReplyTo;
}

const MAX_LOG_WAIT_MS = 30_000;
/** Beyond this a log read is answered at once, empty or not. */
const MAX_LOG_WAITERS = 1000;

export class ApiCalls {
  readonly #quorum: QuorumController;
  #logWaiters: LogWaiter[] = [];

  constructor(quorum: QuorumController) {
    this.#quorum = quorum;
  }

  /** A Kafka request in the gateway's clothes: same handler, same decisions, newest version. */
  write({ api: name, body }: Write, nowMs: number, reply: ReplyTo): void {
    const api: Api = APIS[name];
    const version = api.request.maxVersion;
    // Through the codec once, so that a handler sees what a connection would have brought it.
    const request = decode(api.request, version, encode(api.request, version, body as never));
    handleRequest(this.#quorum, name, request, {
      version,
      nowMs,
      caller: TRUSTED_CALLER,
      respondent: {
        answer: (response, trueAt) => {
          const encoded = encode(api.response, version, response as never);
          reply({
            kind: "written",
            api: name,
            body: decode(api.response, version, encoded),
            offset: trueAt?.offset ?? this.#quorum.replica.highWatermark - 1,
            epoch: trueAt?.epoch ?? this.#quorum.replica.epoch,
          });
        },
        // Leadership that is lost while a write is pending leaves its outcome unknown: no `not-controller` then.
        refuse: (error, message, nothingWritten = false) => {
          if (nothingWritten) reply(this.notController());
          else reply({ kind: "refused", error: errorName(error), message });
        },
      },
    });
  }

  read({ read }: Read, nowMs: number, reply: ReplyTo): void {
    const quorum = this.#quorum;
    quorum.read(nowMs, {
      run: (view, at) => {
        const result = readMetadata(read, view, {
          clusterId: quorum.document.clusterId,
          leaderId: quorum.replica.leaderId,
          kraftVersion: KRAFT_VERSION,
          quorum: () => this.#quorumState(nowMs),
        });
        reply({ kind: "result", result, ...at });
      },
      refused: (error, message) => {
        if (error === ErrorCode.NOT_CONTROLLER) reply(this.notController());
        else reply({ kind: "refused", error: errorName(error), message });
      },
    });
  }

  log(request: Log, nowMs: number, reply: ReplyTo): void {
    const waitMs = Math.min(Math.max(request.maxWaitMs, 0), MAX_LOG_WAIT_MS);
    const isFull = this.#logWaiters.length >= MAX_LOG_WAITERS;
    if (request.fromOffset < this.#quorum.replica.highWatermark || waitMs === 0 || isFull) {
      reply(this.#readLog(request));
      return;
    }
    this.#logWaiters.push({ request, deadlineMs: nowMs + waitMs, reply });
  }

  /** Answers the log reads whose time has come, whatever the reason. */
  settle(nowMs: number): void {
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

  nextDeadlineMs(): number {
    return this.#logWaiters.reduce(
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
