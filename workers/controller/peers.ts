// Calls to peer controllers. Every call ends in exactly one event: an answer, a rejection by the
// platform (at once when the peer is dead) or our own deadline (a black hole never rejects).

import type { NodeEffect, NodeEvent } from "../../src/controller/node-event.ts";
import type { Env } from "../env.ts";
import { errorText } from "./log.ts";
import { PeerLink } from "./peer-link.ts";
import { controllerStub } from "./stub.ts";

// Beyond this many calls without an answer the peer counts as unreachable.
const MAX_PENDING_PER_VOTER = 256;
const MAX_TIMEOUT_MS = 600_000;

type PeerCall = Extract<NodeEffect, { kind: "peer-call" }>;

interface PendingCall {
  readonly voterId: number;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
}

export interface PeersOptions {
  readonly env: Env;
  readonly onEvent: (event: NodeEvent) => void;
  readonly nowMs: () => number;
}

/** The peers of one controller. */
export class Peers {
  readonly #env: Env;
  readonly #onEvent: (event: NodeEvent) => void;
  readonly #nowMs: () => number;
  readonly #links = new Map<number, PeerLink>();
  /** By correlation id. */
  readonly #pending = new Map<number, PendingCall>();
  /** When the one timer of all calls rings; it is not moved when the call is answered that it was set for. */
  #timerMs = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ env, onEvent, nowMs }: PeersOptions) {
    this.#env = env;
    this.#onEvent = onEvent;
    this.#nowMs = nowMs;
  }

  /** Starts a call; the event follows later, never before this returns. */
  call(call: PeerCall, nowMs: number): void {
    const { voterId, correlationId } = call;
    const timeoutMs = Math.min(Math.max(call.timeoutMs, 0), MAX_TIMEOUT_MS);
    const deadlineMs = nowMs + timeoutMs;
    this.#pending.set(correlationId, { voterId, timeoutMs, deadlineMs });
    if (deadlineMs < this.#timerMs) this.#startTimer(deadlineMs);
    const reject = (error: unknown): void => this.#fail(correlationId, errorText(error));
    try {
      this.#link(voterId).call(correlationId, call.bytes, {
        resolve: (bytes) => this.#finish({ kind: "peer-response", correlationId, bytes }),
        reject,
      });
    } catch (error) {
      queueMicrotask(() => reject(error));
    }
  }

  #fail(correlationId: number, reason: string): void {
    this.#finish({ kind: "peer-failure", correlationId, reason });
  }

  #finish(event: Extract<NodeEvent, { correlationId: number }>): void {
    if (this.#pending.delete(event.correlationId)) this.#onEvent(event);
  }

  #startTimer(atMs: number): void {
    clearTimeout(this.#timer);
    this.#timerMs = atMs;
    this.#timer = setTimeout(() => this.#onTimer(), Math.max(atMs - this.#nowMs(), 0));
  }

  #onTimer(): void {
    this.#timerMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [correlationId, { voterId, timeoutMs, deadlineMs }] of [...this.#pending]) {
      if (deadlineMs > nowMs) {
        nextMs = Math.min(nextMs, deadlineMs);
        continue;
      }
      this.#fail(correlationId, `no answer in ${timeoutMs} ms`);
      // A black hole never ends a connection; a new one may get through.
      this.#links.get(voterId)?.close("a call was not answered");
    }
    // What has failed may have been called again meanwhile.
    if (nextMs < this.#timerMs) this.#startTimer(nextMs);
  }

  #link(voterId: number): PeerLink {
    const open = this.#links.get(voterId);
    if (open !== undefined && !open.isOver) {
      const { pendingCount } = open;
      if (pendingCount >= MAX_PENDING_PER_VOTER)
        throw new Error(`${pendingCount} calls are pending`);
      return open;
    }
    // A new stub, too: that of an object that was reset never works again.
    const stub = controllerStub(this.#env, voterId);
    if (stub === null) throw new Error(`no controller ${voterId} in this deployment`);
    const link = new PeerLink(stub);
    this.#links.set(voterId, link);
    return link;
  }
}

/** Bytes to send: a view of a larger buffer would carry the whole buffer along. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
