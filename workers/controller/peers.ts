// Calls to peer controllers. Every call ends in exactly one event: an answer, a rejection by the
// platform (at once when the peer is dead) or our own deadline (a black hole never rejects).

import type { NodeEffect, NodeEvent } from "../../src/controller/node-event.ts";
import type { Env } from "../env.ts";
import { errorText } from "./log.ts";
import { PeerLink } from "./peer-link.ts";
import { controllerStub } from "./stub.ts";

// A timed-out call to a black hole stays pending in the platform and costs memory until the
// connection breaks; beyond this many the peer counts as unreachable.
const MAX_PENDING_PER_VOTER = 256;
const MAX_TIMEOUT_MS = 600_000;

type PeerCall = Extract<NodeEffect, { kind: "peer-call" }>;

/** The peers of one controller. */
export class Peers {
  readonly #env: Env;
  readonly #onEvent: (event: NodeEvent) => void;
  readonly #links = new Map<number, PeerLink>();
  readonly #pending = new Map<number, number>();

  constructor(env: Env, onEvent: (event: NodeEvent) => void) {
    this.#env = env;
    this.#onEvent = onEvent;
  }

  /** Starts a call; the event follows later, never before this returns. */
  call(call: PeerCall): void {
    let isOpen = true;
    const finish = (event: NodeEvent): void => {
      if (!isOpen) return;
      isOpen = false;
      clearTimeout(timer);
      this.#onEvent(event);
    };
    const fail = (reason: string): void =>
      finish({ kind: "peer-failure", correlationId: call.correlationId, reason });
    const timer = setTimeout(
      () => {
        fail(`no answer in ${call.timeoutMs} ms`);
        // A black hole never ends a connection; a new one may get through.
        this.#links.get(call.voterId)?.close("a call was not answered");
      },
      Math.min(Math.max(call.timeoutMs, 0), MAX_TIMEOUT_MS),
    );
    this.#send(call).then(
      (bytes) => finish({ kind: "peer-response", correlationId: call.correlationId, bytes }),
      (error: unknown) => fail(errorText(error)),
    );
  }

  async #send({ voterId, correlationId, bytes }: PeerCall): Promise<Uint8Array> {
    const pending = this.#pending.get(voterId) ?? 0;
    if (pending >= MAX_PENDING_PER_VOTER) throw new Error(`${pending} calls are pending`);
    this.#pending.set(voterId, pending + 1);
    try {
      return await this.#link(voterId).call(correlationId, bytes);
    } finally {
      this.#pending.set(voterId, (this.#pending.get(voterId) ?? 1) - 1);
    }
  }

  #link(voterId: number): PeerLink {
    const open = this.#links.get(voterId);
    if (open !== undefined && !open.isOver) return open;
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
