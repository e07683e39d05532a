/** What a handler is given, and the calls it can make: each ends in a result or in an HttpError. */

import type { Context } from "hono";
import type {
  ApiReply,
  ApiRequest,
  Consistency,
  MetadataRead,
  Precondition,
  WriteApi,
} from "../../src/controller/api.ts";
import type { ReadResult } from "../../src/controller/read-result.ts";
import type { RequestInit, ResponseOf } from "../../src/protocol/apis.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { badRequest, HttpError, kafkaError, notFound, unavailable } from "./kafka-error.ts";
import type { CallOptions, Leader, LeaderMemory } from "./leader.ts";
import { type Timers, withDeadline } from "./timers.ts";

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
  /** What the request asks of its reads. */
  consistency: Consistency = { kind: "committed" };

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

  /** A read that is true when the request wants it to be: linearizable, unless it names an offset. */
  async read<R extends MetadataRead>(
    read: R,
    consistency: Consistency = this.consistency,
  ): Promise<ResultOf<R["what"]>> {
    const reply = await this.#read({ kind: "read", sender: null, read, consistency }, consistency);
    this.trueAt = { offset: reply.offset, epoch: reply.epoch };
    return reply.result as ResultOf<R["what"]>;
  }

  /** Sends a Kafka request; error codes inside the response are the caller's to look at. */
  async write<N extends WriteApi>(
    api: N,
    body: RequestInit<N>,
    options: CallOptions & { readonly precondition?: Precondition },
  ): Promise<ResponseOf<N>> {
    const { precondition, ...callOptions } = options;
    const request: ApiRequest = {
      kind: "write",
      sender: null,
      api,
      body,
      ...(precondition === undefined ? {} : { precondition }),
    };
    const reply = await this.#call(request, callOptions, "written");
    this.trueAt = { offset: reply.offset, epoch: reply.epoch };
    return reply.body as ResponseOf<N>;
  }

  async log(
    request: Omit<Extract<ApiRequest, { kind: "log" }>, "kind" | "sender">,
  ): Promise<Extract<ApiReply, { kind: "log" }>> {
    const options = { idempotent: true, waitMs: request.maxWaitMs };
    const reply = await this.#call({ kind: "log", sender: null, ...request }, options, "log");
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
      const { clusterId } = await this.read({ what: "cluster" }, { kind: "committed" });
      this.#memory.clusterId = clusterId;
    } catch (error) {
      if (!(error instanceof NotFormattedError)) throw error;
    }
  }

  /** What any controller may answer is asked of one that need not lead, and of the active one when that fails. */
  async #read(
    request: ApiRequest & { kind: "read" },
    consistency: Consistency,
  ): Promise<Extract<ApiReply, { kind: "result" }>> {
    if (consistency.kind !== "committed") {
      const reply = await this.#askAnyone({
        ...request,
        consistency: { ...consistency, anywhere: true },
      });
      if (reply?.kind === "result") return reply;
      if (reply?.kind === "refused") throw kafkaError(reply.error, reply.message);
    }
    return this.#call(request, { idempotent: true }, "result");
  }

  /** The first answer of those that need not lead, beginning anywhere; null when there is none. */
  async #askAnyone(request: ApiRequest): Promise<ApiReply | null> {
    const others = this.directory.ids().filter((id) => id !== this.#memory.leaderId);
    const first = Math.floor(this.timers.nowMs()) % Math.max(others.length, 1);
    for (const id of [...others.slice(first), ...others.slice(0, first)]) {
      try {
        const asked = this.directory.call(id, request);
        const reply = await withDeadline(this.timers, ONE_TRY_MS, asked);
        // Whoever is not formatted has nothing to say, but another may.
        if (reply.kind !== "not-formatted") return reply;
      } catch {
        // Another one may be reached.
      }
    }
    return null;
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
    if (reply.kind === "offset-refused" || reply.kind === "precondition-failed") {
      this.trueAt = { offset: reply.offset, epoch: reply.epoch };
      throw reply.kind === "offset-refused" ? badRequest(reply.message) : changed(reply.etag);
    }
    if (reply.kind !== expected) {
      throw new Error(`Cannot use the reply ${reply.kind}: ${expected} was asked for`);
    }
    return reply as Extract<ApiReply, { kind: K }>;
  }
}

/** Longer than a controller waits for an offset that it lacks. */
const ONE_TRY_MS = 1500;

function changed(etag: string): HttpError {
  const message = `The resource has changed: its ETag is "${etag}". Nothing was changed.`;
  return new HttpError(412, 41201, message, { ETag: `"${etag}"` });
}

export class NotFormattedError extends HttpError {
  constructor() {
    super(404, 404, "There is no cluster yet. POST /kafka/v3/clusters creates it.");
  }
}
