/** What a handler is given, and the calls it can make: each ends in a result or in an HttpError. */

import type { Context } from "hono";
import type {
  ApiReply,
  ApiRequest,
  MetadataRead,
  ReadResult,
  WriteApi,
} from "../../src/controller/api.ts";
import type { RequestInit, ResponseOf } from "../../src/protocol/apis.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { HttpError, kafkaError, notFound, unavailable } from "./kafka-error.ts";
import type { CallOptions, Leader, LeaderMemory } from "./leader.ts";
import type { Timers } from "./timers.ts";

/** Where an answer is true. */
export interface TrueAt {
  readonly offset: number;
  readonly epoch: number;
}

export interface Variables {
  requestId: string;
  /** The pattern of the route that answers. */
  route: string;
  quorum: QuorumCalls;
}

export type GatewayContext = Context<{ Variables: Variables }>;

type ResultOf<W extends ReadResult["what"]> = Extract<ReadResult, { readonly what: W }>;

/** Calls to the quorum on behalf of one HTTP request. */
export class QuorumCalls {
  readonly directory: ControllerDirectory;
  readonly timers: Timers;
  readonly #leader: Leader;
  readonly #memory: LeaderMemory;
  /** Of the last answer. */
  trueAt: TrueAt | null = null;

  constructor(
    directory: ControllerDirectory,
    leader: Leader,
    memory: LeaderMemory,
    timers: Timers,
  ) {
    this.directory = directory;
    this.timers = timers;
    this.#leader = leader;
    this.#memory = memory;
  }

  /** A linearizable read. */
  async read<R extends MetadataRead>(read: R): Promise<ResultOf<R["what"]>> {
    const reply = await this.#call({ kind: "read", read }, { idempotent: true }, "result");
    this.trueAt = { offset: reply.offset, epoch: reply.epoch };
    return reply.result as ResultOf<R["what"]>;
  }

  /** Sends a Kafka request; error codes inside the response are the caller's to look at. */
  async write<N extends WriteApi>(
    api: N,
    body: RequestInit<N>,
    options: CallOptions,
  ): Promise<ResponseOf<N>> {
    const reply = await this.#call({ kind: "write", api, body }, options, "written");
    this.trueAt = { offset: reply.offset, epoch: reply.epoch };
    return reply.body as ResponseOf<N>;
  }

  async log(
    request: Omit<Extract<ApiRequest, { kind: "log" }>, "kind">,
  ): Promise<Extract<ApiReply, { kind: "log" }>> {
    const options = { idempotent: true, waitMs: request.maxWaitMs };
    const reply = await this.#call({ kind: "log", ...request }, options, "log");
    this.trueAt = { offset: reply.highWatermark - 1, epoch: reply.epoch };
    return reply;
  }

  /** The id of the cluster, or null when there is none yet. */
  async clusterId(): Promise<string | null> {
    if (this.#memory.clusterId === null) await this.#readClusterId();
    return this.#memory.clusterId;
  }

  /** Throws the 404 that Kafka's REST API gives for a cluster it does not know. */
  async requireCluster(clusterId: string): Promise<void> {
    if (this.#memory.clusterId === clusterId) return;
    await this.#readClusterId();
    if (this.#memory.clusterId !== clusterId) {
      throw notFound(`Cluster ${clusterId} cannot be found.`);
    }
  }

  async #readClusterId(): Promise<void> {
    this.#memory.clusterId = null;
    try {
      this.#memory.clusterId = (await this.read({ what: "cluster" })).clusterId;
    } catch (error) {
      if (!(error instanceof NotFormattedError)) throw error;
    }
  }

  async #call<K extends ApiReply["kind"]>(
    request: ApiRequest,
    options: CallOptions,
    expected: K,
  ): Promise<Extract<ApiReply, { kind: K }>> {
    const outcome = await this.#leader.call(request, options);
    switch (outcome.kind) {
      case "not-formatted":
        throw new NotFormattedError();
      case "no-leader":
        throw unavailable("No controller is active at the moment. Nothing was changed.");
      case "unknown":
        throw unavailable(
          "The outcome is unknown: the active controller was lost before it answered. Look before you repeat the request.",
        );
      case "answered":
    }
    const { reply } = outcome;
    if (reply.kind === "refused") throw kafkaError(reply.error, reply.message);
    if (reply.kind !== expected) {
      throw new Error(`Cannot use the reply ${reply.kind}: ${expected} was asked for`);
    }
    return reply as Extract<ApiReply, { kind: K }>;
  }
}

export class NotFormattedError extends HttpError {
  constructor() {
    super(404, 404, "There is no cluster yet. POST /kafka/v3/clusters creates it.");
  }
}
