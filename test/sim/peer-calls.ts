/** Calls from controller to controller, as the platform carries them: answered, rejected, or never heard of again. */

import type { NodeEffect } from "../../src/controller/node-event.ts";
import { APIS } from "../../src/protocol/apis.ts";
import { decodeResponse, readRequest, readRequestBody } from "../../src/protocol/request-frame.ts";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

type PeerCallEffect = Extract<NodeEffect, { kind: "peer-call" }>;

interface Call {
  readonly caller: Life;
  readonly to: number;
  readonly correlationId: number;
  readonly deadlineMs: number;
  settled: boolean;
}

/** A request that arrived, and may arrive twice. */
interface Asked {
  readonly call: Call;
  readonly request: Uint8Array;
}

/** The calls of one life that nobody has answered, oldest first. */
interface OpenCalls {
  readonly calls: Map<number, Call>;
  isWatched: boolean;
}

export class PeerCalls {
  readonly #world: World;
  readonly #open = new Map<Life, OpenCalls>();
  /** Requests that a controller is to answer. */
  readonly #asked = new Map<number, Asked>();
  #callId = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** How many calls of a life are under way. */
  openCalls(life: Life): number {
    return this.#open.get(life)?.calls.size ?? 0;
  }

  call(caller: Life, effect: PeerCallEffect): void {
    const { scheduler, network } = this.#world;
    const { voterId: to, correlationId, bytes } = effect;
    const call: Call = {
      caller,
      to,
      correlationId,
      deadlineMs: scheduler.nowMs + effect.timeoutMs,
      settled: false,
    };
    this.#remember(call);
    if (isVote(bytes)) this.#noteOwnVote(caller, bytes);
    const from = caller.host.id;
    const cut = network.cutBetween(from, to);
    if (cut === "refusing") this.#fail(call, network.delayMs(from, to), "cut");
    if (cut !== null || this.#world.strikes("loss")) return;
    this.#send(call, bytes);
    if (this.#world.strikes("duplicate")) this.#send(call, bytes);
  }

  /** Who made a call that is to be answered; 0 for one that is not. */
  askerOf(callId: number): number {
    return this.#asked.get(callId)?.call.caller.host.id ?? 0;
  }

  /** A controller answers a request. */
  reply(callee: Life, callId: number, bytes: Uint8Array): void {
    const asked = this.#asked.get(callId);
    if (asked === undefined) {
      this.#world.stop(
        "answered-once",
        `controller ${callee.host.id} answers call ${callId} twice`,
      );
    }
    const { call, request } = asked;
    if (isVote(request)) this.#noteVote(callee, request, bytes);
    this.#asked.delete(callId);
    callee.onEnd.delete(asked);
    const { network, scheduler } = this.#world;
    const from = callee.host.id;
    const to = call.caller.host.id;
    const delayMs = network.delayMs(from, to);
    if (network.cutBetween(from, to) !== null || this.#world.strikes("loss")) return;
    if (bytes.length === 0) this.#fail(call, delayMs, "empty");
    else if (this.#world.strikes("appliedButFailed")) this.#fail(call, delayMs, "applied");
    else {
      const { correlationId } = call;
      scheduler.after(delayMs, () => {
        if (this.#settle(call)) {
          call.caller.host.deliver(call.caller, { kind: "peer-response", correlationId, bytes });
        }
      });
    }
  }

  #noteOwnVote(candidate: Life, request: Uint8Array): void {
    const vote = readVote(request);
    if (!vote.preVote)
      this.#world.witness.voted(candidate.host, vote.replicaEpoch, candidate.host.id);
  }

  #noteVote(voter: Life, request: Uint8Array, response: Uint8Array): void {
    const { version, preVote, replicaEpoch, replicaId } = readVote(request);
    if (preVote || response.length === 0) return;
    const { body } = decodeResponse("vote", version, response);
    if (body.topics[0]?.partitions[0]?.voteGranted !== true) return;
    this.#world.witness.voted(voter.host, replicaEpoch, replicaId);
  }

  #send(call: Call, bytes: Uint8Array): void {
    const world = this.#world;
    const from = call.caller.host.id;
    world.scheduler.after(world.network.delayMs(from, call.to), () => {
      const callee = world.calleeAt(call.to);
      if (callee === null) {
        this.#fail(call, world.network.delayMs(call.to, from), "down");
        return;
      }
      const callId = this.#callId++;
      const asked = { call, request: bytes };
      this.#asked.set(callId, asked);
      // Unanswered when the callee dies, the call is rejected at once: that is what notices a death.
      callee.onEnd.set(asked, () => {
        this.#asked.delete(callId);
        if (world.network.cutBetween(call.to, from) !== null || world.strikes("loss")) return;
        this.#fail(call, world.network.delayMs(call.to, from), "lost");
      });
      callee.host.deliver(callee, { kind: "peer-request", callId, bytes });
    });
  }

  #fail(call: Call, delayMs: number, reason: string): void {
    const { correlationId, caller } = call;
    this.#world.scheduler.after(delayMs, () => {
      if (this.#settle(call)) {
        caller.host.deliver(caller, { kind: "peer-failure", correlationId, reason });
      }
    });
  }

  #settle(call: Call): boolean {
    if (call.settled) return false;
    call.settled = true;
    this.#open.get(call.caller)?.calls.delete(call.correlationId);
    return !call.caller.ended;
  }

  #remember(call: Call): void {
    let open = this.#open.get(call.caller);
    if (open === undefined) {
      open = { calls: new Map(), isWatched: false };
      this.#open.set(call.caller, open);
      call.caller.onEnd.set(this, () => this.#open.delete(call.caller));
    }
    open.calls.set(call.correlationId, call);
    if (!open.isWatched) this.#watch(open, call.deadlineMs);
  }

  /** All calls wait equally long, so the oldest is always the next to run out of time. */
  #watch(open: OpenCalls, atMs: number): void {
    open.isWatched = true;
    this.#world.scheduler.at(atMs, () => {
      open.isWatched = false;
      for (const call of open.calls.values()) {
        if (call.deadlineMs > this.#world.scheduler.nowMs) {
          this.#watch(open, call.deadlineMs);
          return;
        }
        this.#fail(call, 0, "timeout");
      }
    });
  }
}

function isVote(request: Uint8Array): boolean {
  return (request[0] ?? 0) === 0 && request[1] === APIS.vote.key;
}

function readVote(request: Uint8Array) {
  const frame = readRequest(request);
  const partition = readRequestBody("vote", frame).topics[0]?.partitions[0];
  if (partition === undefined) throw new Error("a vote without a partition");
  return { version: frame.version, ...partition };
}
