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
import type { Idempotency, NeededRight, Sender, TokenChange } from "../../src/controller/sender.ts";
import type { RequestInit, ResponseOf } from "../../src/protocol/apis.ts";
import type { Access } from "./access.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { ownIdempotency } from "./idempotency.ts";
import { notFound } from "./kafka-error.ts";
import type { Leader, LeaderMemory } from "./leader.ts";
import type { GatewayMetrics } from "./metrics/gateway-metrics.ts";
import { NotFormattedError, replyError, replyOf } from "./reply-error.ts";
import { type Timers, withDeadline } from "./timers.ts";

/** Where an answer is true. */
export interface TrueAt {
  readonly offset: number;
  readonly epoch: number;
}

export interface Variables {
  requestId: string;
  quorum: QuorumCalls;
  /** What this isolate has answered. */
  metrics: GatewayMetrics;
}

export type GatewayContext = Context<{ Variables: Variables }>;

type ResultOf<W extends ReadResult["what"]> = Extract<ReadResult, { readonly what: W }>;
type Reply<K extends ApiReply["kind"]> = Extract<ApiReply, { readonly kind: K }>;

export interface WriteOptions {
  /** Whether doing it twice is by its nature as good as doing it once. Otherwise the controllers remember it under a key. */
  readonly idempotent: boolean;
  readonly precondition?: Precondition;
  /** Which delegation token it is about. */
  readonly delegationTokenId?: string;
}

/** What calls to the quorum need besides the request. */
export interface QuorumParts {
  readonly directory: ControllerDirectory;
  readonly leader: Leader;
  readonly memory: LeaderMemory;
  readonly timers: Timers;
  readonly access: Access;
}

/** Calls to the quorum on behalf of one HTTP request. */
export class QuorumCalls {
  readonly directory: ControllerDirectory;
  readonly timers: Timers;
  readonly access: Access;
  readonly #leader: Leader;
  readonly #memory: LeaderMemory;
  /** The answer that has all its headers, and where it was true when it got them. */
  #completed: Response | null = null;
  #completedAt: TrueAt | null = null;
  /** Whose request it is; null until that is known, and for what anybody may ask. */
  sender: Sender | null = null;
  /** True when the client has shown the bootstrap token, which is good for creating the cluster only. */
  isBootstrap = false;
  /** Under which key the client sends its change; null when it gives none. */
  idempotency: Idempotency | null = null;
  /** Of the last answer. */
  trueAt: TrueAt | null = null;
  /** True when the answer is what the same request was answered before. */
  replayed = false;
  /** What the request asks of its reads. */
  consistency: Consistency = { kind: "committed" };

  constructor({ directory, leader, memory, timers, access }: QuorumParts) {
    this.directory = directory;
    this.timers = timers;
    this.access = access;
    this.#leader = leader;
    this.#memory = memory;
  }

  /** Says that an answer has all its headers. */
  complete(response: Response): void {
    this.#completed = response;
    this.#completedAt = this.trueAt;
  }

  /** Whether an answer has all its headers, and they are still true. */
  isComplete(response: Response): boolean {
    return this.#completed === response && this.#completedAt === this.trueAt;
  }

  /** A read that is true when the request wants it to be: linearizable, unless it names an offset. */
  read<R extends MetadataRead>(
    read: R,
    consistency: Consistency = this.consistency,
  ): Promise<ResultOf<R["what"]>> {
    return this.#readAs(this.#client(), read, consistency);
  }

  /** Has all further reads of this request be true where the last answer was. */
  stay(): void {
    if (this.trueAt === null) throw new Error("Cannot stay: nothing was answered");
    this.consistency = { kind: "at-offset", offset: this.trueAt.offset, anywhere: false };
  }

  /**
   * A read of what the change that this request has made left behind, whatever has changed since. Whoever may make the change
   * may see it: a right or a rate that ran out in between would tell of a change that was made as if it was not.
   */
  async readWhatWasMade<R extends MetadataRead>(read: R): Promise<ResultOf<R["what"]>> {
    if (this.trueAt === null) throw new Error("Cannot read what was made: nothing was");
    const { offset } = this.trueAt;
    const consistency = { kind: "at-offset", offset, anywhere: false } as const;
    // Not asked anywhere: the active controller has it already.
    const request: ApiRequest = { kind: "read", sender: null, read, consistency };
    return (await this.#call(request, "result")).result as ResultOf<R["what"]>;
  }

  /** A linearizable read of the gateway's own: nobody's rights are asked for, so what it shows must be for everybody. */
  readAsGateway<R extends MetadataRead>(read: R): Promise<ResultOf<R["what"]>> {
    return this.#readAs(null, read, { kind: "committed" });
  }

  /** Sends a Kafka request, again while its answer is lost; error codes inside the response are the caller's to look at. */
  async write<N extends WriteApi>(
    api: N,
    body: RequestInit<N>,
    { idempotent, ...about }: WriteOptions,
  ): Promise<ResponseOf<N>> {
    const idempotency = this.idempotency ?? (idempotent ? null : ownIdempotency());
    const request: ApiRequest = {
      kind: "write",
      sender: this.#client(),
      api,
      body,
      ...about,
      ...(idempotency === null ? {} : { idempotency }),
    };
    const reply = await this.#call(request, "written");
    this.replayed = this.idempotency !== null && reply.replayed === true;
    return reply.body as ResponseOf<N>;
  }

  /** Creates or rotates an access token. The same again, secret and all, changes nothing, so it needs no key. */
  async changeToken(
    change: Exclude<TokenChange, { readonly what: "revoke" }>,
  ): Promise<Reply<"token-changed">> {
    const sender = this.#client();
    const outcome = await this.#leader.call({ kind: "change-token", sender, change });
    const isOwn = sender.credentials?.tokenId === change.tokenId;
    const isRefused = outcome.kind === "answered" && outcome.reply.kind === "unauthenticated";
    if (isOwn && isRefused && outcome.isRepeated) {
      // Its own secret may be what was rotated, so that only the new one is good since the answer was lost.
      const { tokenId, secretHash } = change;
      const rotated = { ...sender, credentials: { tokenId, secretHash } };
      const again = await this.#leader.call({ kind: "change-token", sender: rotated, change });
      if (again.kind === "answered" && again.reply.kind === "token-changed") return again.reply;
    }
    return this.#answer(replyOf(outcome), "token-changed");
  }

  async revokeToken(tokenId: string): Promise<void> {
    const change = { what: "revoke", tokenId } as const;
    const asked: ApiRequest = { kind: "change-token", sender: this.#client(), change };
    const outcome = await this.#leader.call(asked);
    if (outcome.kind === "answered" && outcome.isRepeated) {
      const { reply } = outcome;
      // Its own token may be what was revoked, so that it is not known any more when the answer was lost.
      const isOwn = this.sender?.credentials?.tokenId === tokenId;
      const isGone =
        (reply.kind === "unauthenticated" && isOwn) ||
        (reply.kind === "refused" && reply.error === "RESOURCE_NOT_FOUND");
      if (isGone) return;
    }
    this.#answer(replyOf(outcome), "token-changed");
  }

  /** Who the client is; throws when that is nobody, or somebody who may not do this. */
  authenticate(right: NeededRight | null): Promise<Reply<"authenticated">> {
    return this.#call({ kind: "authenticate", sender: this.#client(), right }, "authenticated");
  }

  async log(
    request: Omit<Extract<ApiRequest, { kind: "log" }>, "kind" | "sender">,
  ): Promise<Reply<"log">> {
    const asked: ApiRequest = { kind: "log", sender: this.#client(), ...request };
    const outcome = await this.#leader.call(asked, { waitMs: request.maxWaitMs });
    const reply = this.#answer(replyOf(outcome), "log");
    this.trueAt = { offset: reply.highWatermark - 1, epoch: reply.epoch };
    return reply;
  }

  /** The id of the cluster, or null when there is none yet. */
  async clusterId(): Promise<string | null> {
    return this.#memory.clusterId ?? (await this.#readClusterId());
  }

  /** Whether this is the id of the cluster, as far as this isolate has heard. */
  knowsCluster(clusterId: string): boolean {
    return this.#memory.clusterId === clusterId;
  }

  /** Throws the 404 that Kafka's REST API gives for a cluster it does not know; strangers learn nothing. */
  async requireCluster(clusterId: string): Promise<void> {
    if (this.knowsCluster(clusterId)) return;
    const found = await this.#readClusterId();
    if (found === clusterId) return;
    if (found !== null) await this.authenticate(null);
    throw notFound(`Cluster ${clusterId} cannot be found.`);
  }

  /** Null when there is no cluster. What others have heard stays in memory meanwhile. */
  async #readClusterId(): Promise<string | null> {
    let found: string | null = null;
    try {
      found = (await this.readAsGateway({ what: "cluster" })).clusterId;
    } catch (error) {
      if (!(error instanceof NotFormattedError)) throw error;
    }
    this.#memory.clusterId = found;
    return found;
  }

  /** Whose calls these are. Without anybody a controller would take the gateway's word for everything. */
  #client(): Sender {
    if (this.sender === null) throw new Error("Cannot ask for a client: nobody was let in");
    return this.sender;
  }

  async #readAs<R extends MetadataRead>(
    sender: Sender | null,
    read: R,
    consistency: Consistency,
  ): Promise<ResultOf<R["what"]>> {
    const request = { kind: "read", sender, read, consistency } as const;
    const reply =
      (consistency.kind === "committed" ? null : await this.#readAnywhere(request, consistency)) ??
      this.#answer(replyOf(await this.#leader.call(request)), "result");
    this.trueAt = { offset: reply.offset, epoch: reply.epoch };
    return reply.result as ResultOf<R["what"]>;
  }

  /** What any controller may answer is asked of the nearest, or of one that need not lead; null when the active one has to be asked. */
  async #readAnywhere(
    request: ApiRequest & { kind: "read" },
    consistency: Exclude<Consistency, { kind: "committed" }>,
  ): Promise<Reply<"result"> | null> {
    const asked = { ...request, consistency: { ...consistency, anywhere: true } };
    const reply = await this.#askAnyone(asked);
    if (reply?.kind === "result") return reply;
    // A token that this controller does not know may be new, and an offset may be further than it is.
    const isFinal = reply?.kind === "refused" || reply?.kind === "throttled";
    const error = isFinal ? replyError(reply) : null;
    if (error !== null) throw error;
    return null;
  }

  /** The first answer of the nearest and those that need not lead, beginning anywhere; null when there is none. */
  async #askAnyone(request: ApiRequest): Promise<ApiReply | null> {
    const { nearestId = null } = this.directory;
    const nearest = nearestId === null ? null : await this.#askOne(nearestId, request);
    if (nearest !== null) return nearest;
    const isOther = (id: number) => id !== nearestId && id !== this.#memory.leaderId;
    const others = this.directory.ids().filter(isOther);
    const first = Math.floor(this.timers.nowMs()) % Math.max(others.length, 1);
    for (const id of [...others.slice(first), ...others.slice(0, first)]) {
      const reply = await this.#askOne(id, request);
      if (reply !== null) return reply;
    }
    return null;
  }

  /** Null when another controller may have more to say. */
  async #askOne(id: number, request: ApiRequest): Promise<ApiReply | null> {
    try {
      const asked = this.directory.call(id, request);
      const reply = await withDeadline(this.timers, ONE_TRY_MS, asked);
      return reply.kind === "not-formatted" ? null : reply;
    } catch {
      return null;
    }
  }

  /** Every call may be repeated while its answer is lost: what is not idempotent by nature has a key. */
  async #call<K extends ApiReply["kind"]>(request: ApiRequest, expected: K): Promise<Reply<K>> {
    return this.#answer(replyOf(await this.#leader.call(request)), expected);
  }

  #answer<K extends ApiReply["kind"]>(reply: ApiReply, expected: K): Reply<K> {
    if ("offset" in reply) this.trueAt = { offset: reply.offset, epoch: reply.epoch };
    const error = replyError(reply);
    if (error !== null) throw error;
    if (reply.kind !== expected) {
      throw new Error(`Cannot use the reply ${reply.kind}: ${expected} was asked for`);
    }
    return reply as Reply<K>;
  }
}

/** Longer than a controller waits for an offset that it lacks. */
const ONE_TRY_MS = 1500;
