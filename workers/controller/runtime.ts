// Runs one controller node inside its Durable Object. Events queue up and are handled together: one
// turn for the batch, whose writes are committed as a whole, then its effects, which the output gate
// holds until the writes are on disk. A throw aborts the object, which drops what the turn wrote; it
// starts again from its storage.

import type {
  ApiReply,
  ApiRequest,
  ControllerNode,
  NodeEffect,
  NodeEvent,
  NodeFactory,
} from "../../src/controller/node-event.ts";
import { controllerProperties, type Env } from "../env.ts";
import { type Connection, Connections } from "./connections.ts";
import { Deadline } from "./deadline.ts";
import { durableSql } from "./durable-sql.ts";
import { Gathering, MAX_GROUP, type Waiting } from "./gathering.ts";
import { JointWrites } from "./joint-writes.ts";
import type { ConnectionHost, Origin } from "./kafka-socket.ts";
import { errorText, logLine } from "./log.ts";
import type { Answerer } from "./peer-link.ts";
import { ownBytes, Peers } from "./peers.ts";
import { SteadyClock } from "./steady-clock.ts";
import { controllerIdOfName } from "./stub.ts";

const MAX_PENDING_CALLS = 4096;
// The gateway leaves room for peers: a quorum that cannot talk would elect another leader.
const MAX_PENDING_API_CALLS = 2048;
// Far beyond any long poll: a call the node forgot must not hold memory at both ends for ever.
const MAX_CALL_MS = 120_000;

interface PendingCall {
  readonly startedMs: number;
  readonly answerer: Answerer<unknown>;
}

/** The single writer of one controller. */
export class Runtime implements ConnectionHost {
  readonly #ctx: DurableObjectState;
  readonly #node: ControllerNode;
  readonly #controllerId: number;
  readonly #connections = new Connections();
  readonly #jointWrites: JointWrites;
  readonly #peers: Peers;
  readonly #clock = new SteadyClock();
  readonly #deadline: Deadline;
  readonly #calls = new Map<number, PendingCall>();
  readonly #urgent: NodeEvent[] = [];
  readonly #queue: NodeEvent[] = [];
  readonly #gathering = new Gathering();
  #isHandling = false;
  #isCollecting = false;
  /** Made when somebody waits. */
  #whenHandled: PromiseWithResolvers<void> | null = null;
  /** Of those who have changed something in the batch before: resolved by the next. */
  #whenAnswered: PromiseWithResolvers<void> | null = null;
  #nextCallId = 1;

  constructor(ctx: DurableObjectState, env: Env, createNode: NodeFactory) {
    this.#ctx = ctx;
    this.#controllerId = controllerIdOfName(ctx.id.name);
    if (Number.isNaN(this.#controllerId)) throw new Error("Cannot start controller: unknown name");
    const onEvent = (event: NodeEvent): void => this.#enqueue(event);
    this.#peers = new Peers({ env, onEvent, nowMs: () => this.#nowMs() });
    const onDue = (): void => this.#enqueue({ kind: "tick" });
    this.#deadline = new Deadline(ctx.storage, () => this.#nowMs(), onDue);
    const nowMs = this.#nowMs();
    const seed = crypto.getRandomValues(new Uint8Array(16));
    const properties = controllerProperties(env);
    const options = { controllerId: this.#controllerId, seed, nowMs, properties };
    const sql = durableSql(ctx.storage.sql);
    this.#node = ctx.storage.transactionSync(() => createNode(sql, options));
    this.#jointWrites = new JointWrites(() => ctx.storage.sync());
    this.#deadline.set(this.#node.nextDeadlineMs(), nowMs);
    // What the node wants to say first, such as a fetch to the leader it remembers, goes out now.
    this.#enqueue({ kind: "tick" });
  }

  /** Handles a gateway call. */
  async api(request: ApiRequest): Promise<ApiReply> {
    const event = (callId: number): NodeEvent => ({ kind: "api", callId, request });
    const { promise, resolve, reject } = Promise.withResolvers<ApiReply>();
    this.#call(event, MAX_PENDING_API_CALLS, { resolve, reject });
    return await promise;
  }

  /** Handles reads of a gateway together. */
  async reads(requests: readonly ApiRequest[]): Promise<readonly ApiReply[]> {
    const nowMs = this.#nowMs();
    this.#requireRoom(requests.length, MAX_PENDING_API_CALLS, nowMs);
    const replies = requests.map((request) => {
      const { promise, resolve, reject } = Promise.withResolvers<ApiReply>();
      const callId = this.#begin({ resolve, reject }, nowMs);
      this.#urgent.push({ kind: "api", callId, request });
      return promise;
    });
    this.#turn(nowMs);
    return await Promise.all(replies);
  }

  /** Handles a request of a peer controller. */
  async peer(bytes: Uint8Array): Promise<Uint8Array> {
    if (!(bytes instanceof Uint8Array)) throw new TypeError("Cannot handle request: not bytes");
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.peerRequest(bytes, { resolve, reject });
    return ownBytes(await promise);
  }

  /** Handles a request of a peer controller, whose answer is given in the turn in which the node gives it. */
  peerRequest(bytes: Uint8Array, answerer: Answerer): void {
    const event = (callId: number): NodeEvent => ({ kind: "peer-request", callId, bytes });
    this.#call(event, MAX_PENDING_CALLS, answerer as Answerer<unknown>);
  }

  /** The alarm rang. That the object was built again is most of what it is for. */
  alarm(): void {
    this.#deadline.onAlarm();
  }

  opened(connection: Connection, { host, credentials }: Origin): number {
    const { connectionId, victimId } = this.#connections.add(connection);
    if (victimId !== null) this.#drop(victimId, "too many connections");
    // Not a spread: a shape of its own that is seldom seen would be forgotten, and all that handles events be compiled again.
    this.#enqueue({ kind: "connected", connectionId, host, credentials });
    return connectionId;
  }

  received(connectionId: number, bytes: Uint8Array): Promise<void> {
    this.#whenHandled ??= Promise.withResolvers<void>();
    const { promise } = this.#whenHandled;
    this.#gather({ kind: "bytes", connectionId, bytes });
    return promise;
  }

  beginJointly(start: () => void): void {
    this.#jointWrites.add(start);
  }

  closed(connectionId: number): void {
    this.#drop(connectionId, "closed by the other end");
  }

  #nowMs(): number {
    return this.#clock.read(Date.now());
  }

  #drop(connectionId: number, reason: string): void {
    const connection = this.#connections.remove(connectionId);
    if (connection === null) return;
    connection.close(reason);
    this.#enqueue({ kind: "disconnected", connectionId });
  }

  #call(
    event: (callId: number) => NodeEvent,
    maxPending: number,
    answerer: Answerer<unknown>,
  ): void {
    const nowMs = this.#nowMs();
    this.#requireRoom(1, maxPending, nowMs);
    this.#enqueue(event(this.#begin(answerer, nowMs)), nowMs);
  }

  /** Remembers who is to be answered; returns the id of the call. */
  #begin(answerer: Answerer<unknown>, nowMs: number): number {
    const callId = this.#nextCallId++;
    this.#calls.set(callId, { startedMs: nowMs, answerer });
    return callId;
  }

  /** Throws when so many calls more would be too many. */
  #requireRoom(calls: number, maxPending: number, nowMs: number): void {
    this.#expireCalls(nowMs);
    if (this.#calls.size + calls > maxPending) {
      throw new Error(`Cannot handle call: ${this.#calls.size} are pending`);
    }
  }

  /** Rejects calls the node never answered. They are in the order they came in. */
  #expireCalls(nowMs: number): void {
    for (const [callId, call] of this.#calls) {
      if (nowMs - call.startedMs < MAX_CALL_MS) return;
      this.#calls.delete(callId);
      call.answerer.reject(new Error(`Cannot answer call: nothing to say in ${MAX_CALL_MS} ms`));
    }
  }

  /**
   * Queues an event. What peers say, and what is due, is handled at once: a commit stands still until it is. So is a read:
   * those that can share something come together. What else clients ask gathers while others are about to ask as
   * well, to share one transaction and one round to the followers.
   */
  #enqueue(event: NodeEvent, nowMs: number = this.#nowMs()): void {
    if (isUrgent(event)) this.#urgent.push(event);
    else if (this.#queue.push(event) === 1) this.#gathering.begin(nowMs);
    this.#turn(nowMs);
  }

  /** The same for what a client sends. */
  #gather(event: NodeEvent): void {
    // Those who wait are looked after already, and to ask for the time costs as much as to queue.
    const isOneOfMany = this.#queue.length > 0 && !this.#gathering.isFull(this.#waiting(1));
    if (isOneOfMany) this.#queue.push(event);
    else this.#enqueue(event);
  }

  /** What waits, and so many more that are about to. */
  #waiting(more = 0): Waiting {
    return { queued: this.#queue.length + more, pending: this.#node.pendingCount() };
  }

  #turn(nowMs: number): void {
    if (this.#isHandling) return;
    if (this.#urgent.length > 0) this.#handleUrgent(nowMs);
    this.#handleGathered(nowMs);
    if (this.#queue.length > 0 && !this.#isCollecting) void this.#collect();
  }

  #handleUrgent(nowMs: number): void {
    const pending = this.#node.pendingCount();
    this.#handleBatch(this.#urgent.splice(0), nowMs);
    // Who has just been answered may ask the next thing.
    if (this.#node.pendingCount() < pending) this.#gathering.begin(nowMs);
  }

  /** Sees to it that nobody waits for somebody who does not come. */
  async #collect(): Promise<void> {
    this.#isCollecting = true;
    while (this.#queue.length > 0) {
      // A millisecond, unless something happens before.
      await scheduler.wait(0);
      this.#handleGathered(this.#nowMs());
    }
    this.#isCollecting = false;
  }

  #handleGathered(nowMs: number): void {
    const waiting = this.#waiting();
    if (waiting.queued === 0 || !this.#gathering.isOver(waiting, nowMs)) return;
    const whenHandled = this.#whenHandled;
    this.#whenHandled = null;
    this.#handleBatch(this.#queue.splice(0, MAX_GROUP), nowMs);
    this.#gathering.end(waiting, nowMs);
    // Whoever has changed something is answered by what happens next, as a rule, and asks nothing before. To begin to read
    // takes a while, which the followers would wait for.
    if (this.#node.pendingCount() > waiting.pending) this.#whenAnswered = whenHandled;
    else whenHandled?.resolve();
  }

  #handleBatch(events: readonly NodeEvent[], nowMs: number): void {
    this.#isHandling = true;
    const whenAnswered = this.#whenAnswered;
    this.#whenAnswered = null;
    // What one turn of the object writes storage commits as a whole or, after an abort, not at all: to open a transaction
    // would cost as much as to answer a read.
    try {
      for (const effect of this.#handle(events, nowMs)) this.#perform(effect, nowMs);
      this.#jointWrites.begin();
      this.#deadline.set(this.#node.nextDeadlineMs(), nowMs);
    } catch (error) {
      this.#abort(error);
    }
    this.#isHandling = false;
    whenAnswered?.resolve();
  }

  #handle(events: readonly NodeEvent[], nowMs: number): NodeEffect[] {
    // The node drops what a connection sent before it learned that the node has closed it.
    const isWanted = (event: NodeEvent): boolean =>
      event.kind !== "bytes" || this.#connections.has(event.connectionId);
    const wanted = events.every(isWanted) ? events : events.filter(isWanted);
    // The output gate holds what is sent now if anything before it is not on disk yet.
    return this.#node.handle(wanted, nowMs, (urgent) => {
      for (const effect of urgent) this.#perform(effect, nowMs);
    });
  }

  #abort(error: unknown): never {
    const controllerId = this.#controllerId;
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    logLine("controller-aborted", { controllerId, reason: errorText(error), stack });
    this.#ctx.abort(`controller ${controllerId} aborted: ${errorText(error)}`);
    throw error;
  }

  #perform(effect: NodeEffect, nowMs: number): void {
    switch (effect.kind) {
      case "write":
        this.#connections.write(effect.connectionId, effect.bytes, nowMs);
        break;
      case "close":
        this.#connections.remove(effect.connectionId)?.close(effect.reason);
        break;
      case "peer-call":
        this.#peers.call(effect, nowMs);
        break;
      case "peer-reply":
        this.#answer(effect.callId, effect.bytes);
        break;
      case "api-reply":
        this.#answer(effect.callId, effect.reply);
        break;
      case "log":
        logLine(effect.event, { controllerId: this.#controllerId, ...effect.fields });
    }
  }

  #answer(callId: number, value: unknown): void {
    const call = this.#calls.get(callId);
    this.#calls.delete(callId);
    call?.answerer.resolve(value);
  }
}

function isUrgent(event: NodeEvent): boolean {
  switch (event.kind) {
    case "peer-request":
    case "peer-response":
    case "peer-failure":
    case "tick":
      return true;
    case "api":
      return (event.request as { kind?: unknown } | null)?.kind === "read";
    default:
      return false;
  }
}
