// Calls to peer controllers. Every call ends in exactly one event: an answer, a rejection by the
// platform (at once when the peer is dead) or our own deadline (a black hole never rejects).

import type { NodeEffect, NodeEvent } from "../../src/controller/node-event.ts";
import type { ControllerStub, Env } from "../env.ts";
import { errorText } from "./log.ts";
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
  readonly #stubs = new Map<number, ControllerStub>();
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
      () => fail(`no answer in ${call.timeoutMs} ms`),
      Math.min(Math.max(call.timeoutMs, 0), MAX_TIMEOUT_MS),
    );
    this.#send(call).then(
      (bytes) => finish({ kind: "peer-response", correlationId: call.correlationId, bytes }),
      (error: unknown) => fail(errorText(error)),
    );
  }

  async #send({ voterId, bytes }: PeerCall): Promise<Uint8Array> {
    const pending = this.#pending.get(voterId) ?? 0;
    if (pending >= MAX_PENDING_PER_VOTER) throw new Error(`${pending} calls are pending`);
    const stub = this.#stubs.get(voterId) ?? controllerStub(this.#env, voterId);
    if (stub === null) throw new Error(`no controller ${voterId} in this deployment`);
    this.#stubs.set(voterId, stub);
    this.#pending.set(voterId, pending + 1);
    try {
      return await stub.peer(ownBytes(bytes));
    } catch (error) {
      // The stub of an object that was reset never works again.
      if (this.#stubs.get(voterId) === stub) this.#stubs.delete(voterId);
      throw error;
    } finally {
      this.#pending.set(voterId, (this.#pending.get(voterId) ?? 1) - 1);
    }
  }
}

/** Bytes to send: a view of a larger buffer would carry the whole buffer along. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
