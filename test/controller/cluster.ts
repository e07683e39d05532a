/**
 * Controllers in plain Node under one virtual clock: whole nodes on real SQL, with the network between them as data.
 * Every message takes one virtual millisecond; nothing happens that a test did not let happen.
 */

import { Prng } from "../../src/base/prng.ts";
import { randomUuid } from "../../src/base/uuid.ts";
import type { ApiReply, ApiRequest, FormatDocument } from "../../src/controller/api.ts";
import { createControllerNode } from "../../src/controller/controller-node.ts";
import type { ControllerNode, NodeEffect, NodeEvent } from "../../src/controller/node-event.ts";
import type {
  Credentials,
  FirstAccessToken,
  ProvedCredentials,
} from "../../src/controller/sender.ts";
import { APIS, type ApiName, type RequestInit, type ResponseOf } from "../../src/protocol/apis.ts";
import { FrameSplitter } from "../../src/protocol/frame-splitter.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import { NodeSql } from "../support/node-sql.ts";

const HOP_MS = 1;

interface Delivery {
  readonly atMs: number;
  readonly order: number;
  run(): void;
}

type Shown = Credentials & Partial<ProvedCredentials>;

/** Every controller that knows anything judges for itself what was proved then. */
const LONG_AGO = { principal: "User:nobody", offset: -1 };

interface Member {
  readonly sql: NodeSql;
  node: ControllerNode | null;
  /** Grows with every start, so that a message to an earlier life is not delivered. */
  life: number;
}

export class Cluster {
  readonly document: FormatDocument;
  nowMs = 1_700_000_000_000;
  readonly #members = new Map<number, Member>();
  readonly #properties: Readonly<Record<string, string>>;
  readonly #prng: Prng;
  #deliveries: Delivery[] = [];
  #order = 0;
  #callId = 0;
  #connectionId = 0;
  readonly #apiReplies = new Map<number, ApiReply>();
  readonly #peerReplies = new Map<number, (bytes: Uint8Array) => void>();
  readonly #newestCalls = new Map<string, number>();
  readonly #streams = new Map<number, Stream>();
  /** Sees what a controller has done before it has stored what it has appended. */
  onDoneNow: ((id: number, effects: readonly NodeEffect[]) => void) | null = null;
  /** What controllers had logged, oldest first. */
  readonly logged: Extract<NodeEffect, { kind: "log" }>[] = [];

  constructor(options: {
    seed: number;
    controllers?: number;
    metadataVersion?: number;
    /** Of every controller, by Kafka's names. */
    properties?: Readonly<Record<string, string>>;
    accessToken?: FirstAccessToken;
  }) {
    this.#properties = options.properties ?? {};
    this.#prng = Prng.fromNumber(options.seed);
    const ids = Array.from({ length: options.controllers ?? 3 }, (_, i) => i + 1);
    this.document = {
      clusterId: randomUuid(this.#prng),
      controllers: ids.map((id) => ({
        id,
        host: "127.0.0.1",
        port: 9092 + id,
        directoryId: randomUuid(this.#prng),
      })),
      metadataVersion: options.metadataVersion ?? 25,
      features: { "group.version": 1, "transaction.version": 2 },
      accessToken: options.accessToken ?? null,
    };
    for (const id of ids) this.#members.set(id, { sql: new NodeSql(), node: null, life: 0 });
    for (const id of ids) this.start(id);
  }

  get ids(): number[] {
    return [...this.#members.keys()];
  }

  /** Formats every controller and runs until one is active. */
  format(): void {
    for (const id of this.ids) this.api(id, { kind: "format", document: this.document });
    this.leader();
  }

  /** Builds the node on whatever its database holds. */
  start(id: number): void {
    const member = this.#member(id);
    const seed = new Uint8Array(16).map(() => this.#prng.below(256));
    member.life += 1;
    member.node = createControllerNode(member.sql, {
      controllerId: id,
      seed,
      nowMs: this.nowMs,
      properties: this.#properties,
    });
  }

  /** The process is gone: calls to it fail, its memory is lost, its database stays. */
  kill(id: number): void {
    const member = this.#member(id);
    member.node = null;
    member.life += 1;
  }

  /** A gateway call, run until it is answered. */
  api(id: number, request: ApiRequest): ApiReply {
    return this.post(id, request)();
  }

  /** A gateway call that is handed over now; the function runs until it is answered. */
  post(id: number, request: ApiRequest): () => ApiReply {
    const callId = this.#callId++;
    this.deliver(id, { kind: "api", callId, request });
    return () => {
      this.runUntil(() => this.#apiReplies.has(callId), "the call is answered");
      return this.#apiReplies.get(callId) as ApiReply;
    };
  }

  /** A gateway call that nobody waits for; the function tells its reply, null until there is one. */
  call(id: number, request: ApiRequest): () => ApiReply | null {
    const callId = this.#callId++;
    this.deliver(id, { kind: "api", callId, request });
    return () => this.#apiReplies.get(callId) ?? null;
  }

  /** A request over the channel between controllers, run until it is answered. */
  askAsPeer<N extends ApiName>(id: number, api: N, body: RequestInit<N>): ResponseOf<N> {
    const version = APIS[api].request.maxVersion;
    const bytes = encodeRequest({ api, version, correlationId: 0, clientId: "peer", body });
    return decodeResponse(api, version, this.askBytesAsPeer(id, bytes)).body;
  }

  /** The same with bytes as they are; what is answered is empty where nothing can be. */
  askBytesAsPeer(id: number, bytes: Uint8Array): Uint8Array {
    const callId = this.#callId++;
    const answers: Uint8Array[] = [];
    this.#peerReplies.set(callId, (reply) => answers.push(reply));
    this.deliver(id, { kind: "peer-request", callId, bytes });
    this.runUntil(() => answers.length > 0, "a peer is answered");
    return answers[0] ?? new Uint8Array(0);
  }

  status(id: number): Extract<ApiReply, { kind: "status" }>["status"] {
    const reply = this.api(id, { kind: "status" });
    if (reply.kind !== "status") throw new Error(`status: ${reply.kind}`);
    return reply.status;
  }

  /** Runs until one controller leads and answers a committed read; returns its id. */
  leader(): number {
    let found = -1;
    this.runUntil(() => {
      for (const [id, { node }] of this.#members) {
        if (node !== null && this.status(id).role === "leader") found = id;
      }
      return found !== -1;
    }, "somebody leads");
    const reply = this.api(found, { kind: "read", sender: null, read: { what: "cluster" } });
    return reply.kind === "result" ? found : this.leader();
  }

  /** Opens a connection; the node is told of the address and the credentials that are given, and whose they proved to be. */
  connect(id: number, host?: string, credentials?: Shown | null): Stream {
    const connectionId = this.#connectionId++;
    const stream = new Stream(this, id, connectionId);
    this.#streams.set(connectionId, stream);
    this.deliver(id, {
      kind: "connected",
      connectionId,
      ...(host === undefined ? {} : { host }),
      ...(credentials === undefined || credentials === null
        ? {}
        : { credentials: { ...LONG_AGO, ...credentials } }),
    });
    return stream;
  }

  /** The correlation id of the newest call that `from` has made to `to`. */
  pendingCall(from: number, to: number): number {
    const found = this.#newestCalls.get(`${from}-${to}`);
    if (found === undefined) throw new Error(`${from} has never called ${to}`);
    return found;
  }

  /** Hands events to a node now, in one transaction, and spreads what they cause. */
  deliver(id: number, ...events: readonly NodeEvent[]): void {
    const member = this.#member(id);
    if (member.node === null) return;
    const { node } = member;
    const doNow = (urgent: readonly NodeEffect[]): void => {
      this.onDoneNow?.(id, urgent);
      for (const effect of urgent) this.#perform(id, effect);
    };
    const effects = member.sql.transactionSync(() => node.handle(events, this.nowMs, doNow));
    for (const effect of effects) this.#perform(id, effect);
  }

  /** Where the log ends that is in a controller's database, its open transaction included. */
  storedEndOffset(id: number): number {
    const [row] = this.#member(id).sql.all("SELECT max(last_offset) + 1 AS e FROM raft_batch");
    return Number(row?.e ?? 0);
  }

  /** Lets virtual time pass until `done`, at most a virtual minute. */
  runUntil(done: () => boolean, what: string): void {
    const limitMs = this.nowMs + 60_000;
    while (!done()) {
      if (!this.step() || this.nowMs > limitMs) throw new Error(`never came to pass: ${what}`);
    }
  }

  /** Lets `ms` of virtual time pass. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    while (this.#nextMs() <= endMs && this.step());
    this.nowMs = endMs;
  }

  /** Moves to the next thing that happens and lets it happen. */
  step(): boolean {
    const nextMs = this.#nextMs();
    if (nextMs === Number.POSITIVE_INFINITY) return false;
    this.nowMs = Math.max(this.nowMs, nextMs);
    const due = this.#deliveries.filter(({ atMs }) => atMs <= this.nowMs);
    this.#deliveries = this.#deliveries.filter(({ atMs }) => atMs > this.nowMs);
    for (const delivery of due.sort((a, b) => a.order - b.order)) delivery.run();
    for (const [id, { node }] of this.#members) {
      if (node !== null && node.nextDeadlineMs() <= this.nowMs) this.deliver(id, { kind: "tick" });
    }
    return true;
  }

  #nextMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { atMs } of this.#deliveries) next = Math.min(next, atMs);
    for (const { node } of this.#members.values()) {
      if (node !== null) next = Math.min(next, node.nextDeadlineMs());
    }
    return next;
  }

  #member(id: number): Member {
    const member = this.#members.get(id);
    if (member === undefined) throw new Error(`there is no controller ${id}`);
    return member;
  }

  #later(run: () => void): void {
    this.#deliveries.push({ atMs: this.nowMs + HOP_MS, order: this.#order++, run });
  }

  #perform(from: number, effect: NodeEffect): void {
    switch (effect.kind) {
      case "api-reply":
        this.#apiReplies.set(effect.callId, effect.reply as ApiReply);
        return;
      case "log":
        this.logged.push(effect);
        return;
      case "write":
        this.#streams.get(effect.connectionId)?.received(effect.bytes);
        return;
      case "close":
        this.#streams.get(effect.connectionId)?.closed(effect.reason);
        return;
      case "peer-reply":
        this.#peerReplies.get(effect.callId)?.(effect.bytes);
        this.#peerReplies.delete(effect.callId);
        return;
      case "peer-call":
        this.#later(() => this.#callPeer(from, effect));
    }
  }

  #callPeer(from: number, effect: Extract<NodeEffect, { kind: "peer-call" }>): void {
    const { correlationId, voterId, bytes } = effect;
    this.#newestCalls.set(`${from}-${voterId}`, correlationId);
    const caller = this.#member(from);
    const callee = this.#members.get(voterId);
    const callerLife = caller.life;
    const finish = (event: NodeEvent): void =>
      this.#later(() => {
        if (caller.life === callerLife) this.deliver(from, event);
      });
    const reason = "Network connection lost.";
    if (callee === undefined || callee.node === null) {
      finish({ kind: "peer-failure", correlationId, reason });
      return;
    }
    const callId = this.#callId++;
    this.#peerReplies.set(callId, (answer) => {
      if (answer.length === 0) finish({ kind: "peer-failure", correlationId, reason: "empty" });
      else finish({ kind: "peer-response", correlationId, bytes: answer });
    });
    this.deliver(voterId, { kind: "peer-request", callId, bytes });
    this.#watch(callId, callee, callee.life, () => {
      finish({ kind: "peer-failure", correlationId, reason });
    });
  }

  /** A call that is pending when the other process dies fails at once. */
  #watch(callId: number, callee: Member, life: number, failed: () => void): void {
    if (!this.#peerReplies.has(callId)) return;
    if (callee.life !== life) {
      this.#peerReplies.delete(callId);
      failed();
      return;
    }
    this.#later(() => this.#watch(callId, callee, life, failed));
  }
}

/** The client's end of a Kafka connection. */
export class Stream {
  readonly #cluster: Cluster;
  readonly #controllerId: number;
  readonly #connectionId: number;
  readonly #splitter = new FrameSplitter(64 * 1024 * 1024);
  readonly frames: Uint8Array[] = [];
  closeReason: string | null = null;
  #correlationId = 0;

  constructor(cluster: Cluster, controllerId: number, connectionId: number) {
    this.#cluster = cluster;
    this.#controllerId = controllerId;
    this.#connectionId = connectionId;
  }

  received(bytes: Uint8Array): void {
    this.frames.push(...this.#splitter.push(bytes));
  }

  closed(reason: string): void {
    this.closeReason = reason;
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void {
    const connectionId = this.#connectionId;
    this.#cluster.deliver(this.#controllerId, { kind: "bytes", connectionId, bytes });
  }

  /** Sends a request without waiting; answers pile up in `frames`. */
  post<N extends ApiName>(
    api: N,
    body: RequestInit<N>,
    version: number = APIS[api].request.maxVersion,
  ): void {
    const correlationId = this.#correlationId++;
    const request = encodeRequest({ api, version, correlationId, clientId: "client", body });
    const frame = new Uint8Array(4 + request.length);
    new DataView(frame.buffer).setInt32(0, request.length);
    frame.set(request, 4);
    this.send(frame);
  }

  /** Sends a request and lets time pass until it is answered. */
  call<N extends ApiName>(
    api: N,
    body: RequestInit<N>,
    version: number = APIS[api].request.maxVersion,
  ): ResponseOf<N> {
    this.post(api, body, version);
    this.#cluster.runUntil(() => this.frames.length > 0, `${api} is answered`);
    return decodeResponse(api, version, this.frames.shift() ?? new Uint8Array(0)).body;
  }
}
