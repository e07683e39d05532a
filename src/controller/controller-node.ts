/**
 * One controller: what happens to it comes in as events, what it wants done goes out as effects. Until it is formatted
 * it only answers what it is asked about formatting; from then on it is a voter of its quorum.
 */

import { attempt, MalformedError } from "../base/malformed-error.ts";
import { Prng } from "../base/prng.ts";
import type { Sql } from "../base/sql.ts";
import { isLeaderQuestion } from "../protocol/leader-question.ts";
import type { RaftEffect } from "../raft/outbox.ts";
import type { ApiReply, ApiRequest, ControllerStatus, FormatDocument } from "./api.ts";
import { ApiCalls } from "./api-calls.ts";
import { buildQuorum } from "./build-quorum.ts";
import { ConnectionTokens, connectionPrincipal, TOKEN_IS_GONE } from "./connection-tokens.ts";
import { type ControllerConfig, controllerConfig } from "./controller-config.ts";
import { ControllerMetrics } from "./controller-metrics.ts";
import { formatController, resolveLevels } from "./formatting.ts";
import { KafkaConnection } from "./kafka-connection.ts";
import { handleFrame, readFrame } from "./kafka-requests.ts";
import type { ControllerNode, DoNow, NodeEffect, NodeEvent, NodeOptions } from "./node-event.ts";
import { type NodeStores, sqlStores } from "./node-stores.ts";
import { notController } from "./not-controller.ts";
import { Outbox } from "./outbox.ts";
import { answerLeaderQuestion, PeerCalls } from "./peer-calls.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { readMetrics } from "./read-metrics.ts";
import type { Respondent } from "./respondent.ts";

/** Builds a controller on its database; it is ready at once, whatever the database holds. */
export function createControllerNode(sql: Sql, options: NodeOptions): ControllerNode {
  return new QuorumNode(sqlStores(sql), options);
}

/** A controller whose inside can be looked at; looking changes nothing. */
export interface OpenNode extends ControllerNode {
  /** Null until the controller is formatted. */
  readonly quorum: QuorumController | null;
}

/** Builds a controller on stores of any kind. */
export function createNodeOnStores(stores: NodeStores, options: NodeOptions): OpenNode {
  return new QuorumNode(stores, options);
}

interface Formatted {
  readonly quorum: QuorumController;
  readonly calls: ApiCalls;
}

/**
 * What clients and peers ask for at once is written together, so its consequences are drawn once: a follower is sent all of
 * it in one answer, not the first change and then the rest.
 */
const SETTLED_TOGETHER: ReadonlySet<NodeEvent["kind"]> = new Set(["bytes", "peer-request", "api"]);

class QuorumNode implements OpenNode {
  readonly #stores: NodeStores;
  readonly #controllerId: number;
  readonly #prng: Prng;
  readonly #config: ControllerConfig;
  readonly #metrics: ControllerMetrics;
  readonly #outbox = new Outbox();
  readonly #connections = new Map<number, KafkaConnection>();
  readonly #connectionTokens = new ConnectionTokens();
  /** Who waits on each connection, so that Raft can forget the fetches of one that is gone. */
  readonly #waiting = new Map<number, Set<Respondent>>();
  readonly #peerCalls: PeerCalls;
  #formatted: Formatted | null = null;
  /** When Raft was last looked at for somebody who asks; those who ask at the same time need no other look. */
  #lookedAtMs = -1;
  /** Whether what Raft answers now may go out before what was written is stored. */
  #isUrgent = false;

  constructor(stores: NodeStores, { controllerId, seed, nowMs, properties }: NodeOptions) {
    this.#config = controllerConfig(properties);
    this.#metrics = new ControllerMetrics(nowMs);
    this.#stores = stores;
    this.#controllerId = controllerId;
    this.#peerCalls = new PeerCalls(controllerId);
    this.#prng = new Prng(seed);
    const document = stores.formats.load();
    if (document !== null) this.#open(document, nowMs);
    stores.log.flush();
  }

  get quorum(): QuorumController | null {
    return this.#formatted?.quorum ?? null;
  }

  handle(events: readonly NodeEvent[], nowMs: number, doNow?: DoNow): NodeEffect[] {
    let unsettled = 0;
    for (const event of events) {
      this.#metrics.events += 1;
      this.#dispatch(event, nowMs);
      unsettled += 1;
      if (SETTLED_TOGETHER.has(event.kind)) continue;
      this.#settle(nowMs);
      unsettled = 0;
    }
    if (unsettled > 0) this.#settle(nowMs);
    this.#closeEnded(nowMs);
    const urgent = this.#outbox.takeUrgent();
    if (urgent.length > 0) doNow?.(urgent);
    this.#stores.log.flush();
    this.#writeLog();
    const effects = this.#outbox.take();
    return doNow === undefined ? [...urgent, ...effects] : effects;
  }

  #writeLog(): void {
    if (this.#formatted === null) return;
    const { denials, audit } = this.#formatted.quorum;
    for (const fields of denials.take()) {
      this.#outbox.push({ kind: "log", event: "authorization-denied", fields });
    }
    for (const fields of audit.take()) this.#outbox.push({ kind: "log", event: "audit", fields });
  }

  pendingCount(): number {
    return this.#formatted?.quorum.pendingChangeCount ?? 0;
  }

  nextDeadlineMs(): number {
    if (this.#formatted === null) return Number.POSITIVE_INFINITY;
    const { quorum, calls } = this.#formatted;
    return Math.min(
      quorum.replica.nextDeadlineMs(),
      quorum.nextDeadlineMs(),
      calls.reads.nextDeadlineMs(),
      this.#connectionTokens.nextDeadlineMs(),
    );
  }

  #dispatch(event: NodeEvent, nowMs: number): void {
    switch (event.kind) {
      case "connected":
        this.#connect(event, nowMs);
        return;
      case "bytes":
        this.#onBytes(event.connectionId, event.bytes, nowMs);
        return;
      case "disconnected":
        this.#forget(event.connectionId);
        return;
      case "peer-request":
        this.#onPeerRequest(event.callId, event.bytes, nowMs);
        return;
      case "peer-response":
      case "peer-failure":
        this.#onPeerAnswer(event, nowMs);
        return;
      case "api":
        this.#onApi(event.callId, event.request as ApiRequest, nowMs);
        return;
      case "tick":
        this.#formatted?.quorum.replica.onDeadline(nowMs);
        this.#formatted?.quorum.onDeadline(nowMs);
        return;
    }
  }

  #open(document: FormatDocument, nowMs: number): void {
    const quorum = buildQuorum(this.#stores, document, {
      controllerId: this.#controllerId,
      prng: this.#prng,
      config: this.#config,
      metrics: this.#metrics,
      nowMs,
    });
    this.#formatted = { quorum, calls: new ApiCalls(quorum) };
  }

  /** Draws the consequences of what was handled. What Raft wants done changes nothing, so it is asked once. */
  #settle(nowMs: number): void {
    if (this.#formatted === null) return;
    const { quorum, calls } = this.#formatted;
    quorum.settle(nowMs);
    for (const effect of quorum.replica.takeEffects()) this.#perform(effect);
    calls.reads.settle(nowMs);
    this.#metrics.observe(quorum.replica, quorum.log.endOffset, nowMs);
  }

  #perform(effect: RaftEffect): void {
    if (effect.kind === "reply") {
      this.#isUrgent = effect.beforeStored;
      (effect.token as Respondent).answer(effect.body, null);
      this.#isUrgent = false;
      return;
    }
    this.#outbox.push(this.#peerCalls.begin(effect));
  }

  #connect(
    { connectionId, host, credentials }: Extract<NodeEvent, { kind: "connected" }>,
    nowMs: number,
  ): void {
    const connection = new KafkaConnection({ connectionId, host, credentials, openedMs: nowMs });
    this.#connections.set(connectionId, connection);
    this.#waiting.set(connectionId, new Set());
    this.#connectionTokens.add(connection, nowMs);
  }

  #closeEnded(nowMs: number): void {
    if (this.#formatted === null) return;
    for (const connection of this.#connectionTokens.ended(this.#formatted.quorum, nowMs)) {
      this.#close(connection, TOKEN_IS_GONE);
    }
  }

  #onBytes(connectionId: number, bytes: Uint8Array, nowMs: number): void {
    const connection = this.#connections.get(connectionId);
    // What a connection sent before it learned that it was closed.
    if (connection === undefined) return;
    const frames = attempt(() => connection.receive(bytes));
    if (frames instanceof MalformedError) {
      this.#close(connection, frames.message);
      return;
    }
    for (const frame of frames) {
      this.#onFrame(connection, frame, nowMs);
      if (!this.#connections.has(connectionId)) return;
    }
  }

  #onFrame(connection: KafkaConnection, frame: Uint8Array, nowMs: number): void {
    if (this.#formatted === null) {
      this.#close(connection, "this controller is not formatted");
      return;
    }
    const asker = connectionPrincipal(this.#formatted.quorum, connection, nowMs);
    if ("refusal" in asker) {
      this.#close(connection, asker.refusal);
      return;
    }
    const slot = connection.reserve();
    if (slot === null) {
      this.#close(connection, "too many requests wait for an answer");
      return;
    }
    const waiting = this.#waiting.get(connection.connectionId);
    let respondent: Respondent | null = null;
    const reply = (bytes: Uint8Array): void => {
      slot.bytes = bytes;
      if (respondent !== null) waiting?.delete(respondent);
      if (this.#connections.has(connection.connectionId)) this.#outbox.markReady(connection);
    };
    const request = attempt(() => readFrame(frame));
    if (request instanceof MalformedError) {
      this.#close(connection, request.message);
      return;
    }
    const { principal } = asker;
    const origin = { connectionHost: connection.host, principal, nowMs, reply };
    respondent = handleFrame(this.#formatted.quorum, request, origin);
    if (respondent !== null && slot.bytes === null) waiting?.add(respondent);
  }

  #close(connection: KafkaConnection, reason: string): void {
    const { connectionId } = connection;
    const bytes = connection.takeReady();
    if (bytes !== null) this.#outbox.push({ kind: "write", connectionId, bytes });
    this.#outbox.push({ kind: "close", connectionId, reason });
    this.#forget(connectionId);
  }

  #forget(connectionId: number): void {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) return;
    this.#connectionTokens.remove(connection);
    this.#outbox.forget(connection);
    for (const respondent of this.#waiting.get(connectionId) ?? []) {
      this.#formatted?.quorum.replica.forgetRequest(respondent);
    }
    this.#connections.delete(connectionId);
    this.#waiting.delete(connectionId);
  }

  #onPeerRequest(callId: number, bytes: Uint8Array, nowMs: number): void {
    const reply = (answer: Uint8Array): void => {
      const effect = { kind: "peer-reply", callId, bytes: answer } as const;
      const { log } = this.#stores;
      if (this.#isUrgent && log.storedEndOffset < log.endOffset) this.#outbox.pushUrgent(effect);
      else this.#outbox.push(effect);
    };
    // No bytes is what no response looks like: the peer takes it as a failed call.
    const failed = new Uint8Array(0);
    if (this.#formatted === null) {
      reply(failed);
      return;
    }
    if (isLeaderQuestion(bytes)) {
      reply(answerLeaderQuestion(this.#formatted.quorum.replica, bytes, nowMs) ?? failed);
      return;
    }
    const request = attempt(() => readFrame(bytes));
    if (request instanceof MalformedError) reply(failed);
    else handleFrame(this.#formatted.quorum, request, { connectionHost: null, nowMs, reply });
  }

  #onPeerAnswer(
    event: Extract<NodeEvent, { kind: "peer-response" | "peer-failure" }>,
    nowMs: number,
  ): void {
    if (this.#formatted === null) return;
    const { replica } = this.#formatted.quorum;
    const { correlationId } = event;
    if (event.kind === "peer-failure") this.#peerCalls.onFailure(replica, correlationId, nowMs);
    else this.#peerCalls.onResponse(replica, correlationId, event.bytes, nowMs);
  }

  #onApi(callId: number, request: ApiRequest, nowMs: number): void {
    const reply = (answer: ApiReply): void => {
      this.#outbox.push({ kind: "api-reply", callId, reply: answer });
    };
    this.#metrics.countApiCall(request.kind);
    switch (request.kind) {
      case "status":
        reply({ kind: "status", status: this.#status() });
        return;
      case "metrics":
        reply(this.#tellMetrics(request, nowMs));
        return;
      case "format":
        reply(this.#format(request.document, nowMs));
        return;
      case "resolve-format":
        reply(resolveLevels(request));
        return;
      default:
        this.#onQuorumCall(request, nowMs, reply);
    }
  }

  #onQuorumCall(
    request: Extract<
      ApiRequest,
      { kind: "write" | "change-token" | "authenticate" | "read" | "log" }
    >,
    nowMs: number,
    reply: (answer: ApiReply) => void,
  ): void {
    if (this.#formatted === null) {
      reply({ kind: "not-formatted" });
      return;
    }
    const { calls, quorum } = this.#formatted;
    // Who asks must find the role that the time has brought about: this process may have been frozen until now.
    const isDue = nowMs > this.#lookedAtMs && quorum.replica.nextDeadlineMs() <= nowMs;
    if (isDue) quorum.replica.onDeadline(nowMs);
    this.#lookedAtMs = nowMs;
    if (request.kind === "read") {
      calls.reads.read(request, nowMs, reply);
    } else if (!quorum.isActive) {
      reply(notController(quorum));
    } else if (request.kind === "write") {
      calls.write(request, nowMs, reply);
    } else if (request.kind === "change-token") {
      calls.changeToken(request, nowMs, reply);
    } else if (request.kind === "authenticate") {
      calls.reads.authenticate(request, nowMs, reply);
    } else {
      calls.reads.log(request, nowMs, reply);
    }
  }

  #format(document: FormatDocument, nowMs: number): ApiReply {
    const reply = formatController(this.#stores.formats, document, this.#controllerId);
    if (reply.kind === "formatted" && !reply.already) this.#open(document, nowMs);
    return reply;
  }

  /** Before there is a cluster there is nothing to hide. */
  #tellMetrics(request: Extract<ApiRequest, { kind: "metrics" }>, nowMs: number): ApiReply {
    const quorum = this.quorum;
    const tell = (): ApiReply => {
      const connections = this.#connections.size;
      const facts = readMetrics({ quorum, metrics: this.#metrics, connections }, nowMs);
      return { kind: "metrics", controllerId: this.#controllerId, facts };
    };
    return this.#formatted?.calls.reads.metrics(request, nowMs, tell) ?? tell();
  }

  #status(): ControllerStatus {
    const replica = this.#formatted?.quorum.replica;
    return {
      controllerId: this.#controllerId,
      document: this.#stores.formats.load(),
      role: replica?.role ?? "unformatted",
      leaderId: replica?.leaderId ?? -1,
      epoch: replica?.epoch ?? 0,
      highWatermark: replica?.highWatermark ?? -1,
      logEndOffset: this.#formatted?.quorum.log.endOffset ?? 0,
    };
  }
}
