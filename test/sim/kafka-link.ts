/**
 * A client's Kafka connection to one controller: typed calls over a stream of bytes that may arrive in pieces, late, or
 * not at all. A broken connection fails every call on it.
 */

import type { Prng } from "../../src/base/prng.ts";
import { APIS, type ApiName, type RequestInit, type ResponseOf } from "../../src/protocol/apis.ts";
import { FrameSplitter } from "../../src/protocol/frame-splitter.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

interface Waiting {
  readonly api: ApiName;
  readonly version: number;
  readonly correlationId: number;
  /** The decoded body, or null when the connection broke. */
  readonly done: (body: unknown) => void;
}

const MAX_FRAME_BYTES = 64 * 1024 * 1024;

export class KafkaLink {
  readonly #world: World;
  readonly #clientId: number;
  readonly #connectionId: number;
  readonly controllerId: number;
  readonly #splitter = new FrameSplitter(MAX_FRAME_BYTES);
  readonly #waiting: Waiting[] = [];
  #life: Life | null = null;
  #correlationId = 0;
  /** When the last piece sent in each direction arrives: the stream keeps its order. */
  #upMs = 0;
  #downMs = 0;
  isBroken = false;
  /** The controller dies as soon as it has answered. */
  isFatal = false;

  constructor(world: World, clientId: number, controllerId: number) {
    this.#world = world;
    this.#clientId = clientId;
    this.controllerId = controllerId;
    this.#connectionId = world.nextConnectionId();
    this.#atController(() => this.#open());
  }

  /** Sends a request; `done` is called once, with null when it is not known what became of it. */
  call<N extends ApiName>(
    api: N,
    body: RequestInit<N>,
    done: (body: ResponseOf<N> | null) => void,
    version: number = APIS[api].request.maxVersion,
  ): void {
    if (this.isBroken) {
      done(null);
      return;
    }
    this.#correlationId += 1;
    const correlationId = this.#correlationId;
    this.#waiting.push({ api, version, correlationId, done: done as (body: unknown) => void });
    const clientId = `sim-${this.#clientId}`;
    const request = encodeRequest({ api, version, correlationId, clientId, body });
    const frame = new Uint8Array(4 + request.length);
    new DataView(frame.buffer).setInt32(0, request.length);
    frame.set(request, 4);
    if (this.#world.strikes("reset")) {
      this.close();
      return;
    }
    for (const bytes of this.#pieces(frame)) {
      this.#atController(() =>
        this.#deliver({ kind: "bytes", connectionId: this.#connectionId, bytes }),
      );
    }
  }

  /** Sends a frame that no protocol knows; the controller will end the connection. */
  sendGarbage(prng: Prng): void {
    const bytes = new Uint8Array(4 + 8 + prng.below(40)).map(() => prng.below(256));
    new DataView(bytes.buffer).setInt32(0, bytes.length - 4);
    const connectionId = this.#connectionId;
    this.#atController(() => this.#deliver({ kind: "bytes", connectionId, bytes }));
  }

  /** Ends the connection from the client's side. */
  close(): void {
    if (this.isBroken) return;
    this.#atController(() =>
      this.#deliver({ kind: "disconnected", connectionId: this.#connectionId }),
    );
    this.#break();
  }

  /** What the controller writes. */
  received(bytes: Uint8Array): void {
    for (const piece of this.#pieces(bytes)) {
      const world = this.#world;
      const delayMs = world.network.delayMs(this.controllerId, this.#clientId);
      this.#downMs = Math.max(this.#downMs, world.scheduler.nowMs + delayMs);
      world.scheduler.at(this.#downMs, () => this.#take(piece));
    }
  }

  /** The controller closed it, or died. */
  closed(): void {
    const delayMs = this.#world.network.delayMs(this.controllerId, this.#clientId);
    this.#downMs = Math.max(this.#downMs, this.#world.scheduler.nowMs + delayMs);
    this.#world.scheduler.at(this.#downMs, () => this.#break());
  }

  #open(): void {
    if (this.isBroken) return;
    const life = this.#world.host(this.controllerId).awake();
    if (life === null) {
      this.closed();
      return;
    }
    this.#life = life;
    this.#world.links.set(this.#connectionId, this);
    life.onEnd.set(this, () => this.closed());
    life.host.deliver(life, { kind: "connected", connectionId: this.#connectionId });
  }

  #deliver(event: Parameters<Life["host"]["deliver"]>[1]): void {
    const life = this.#life;
    if (life === null || life.ended) return;
    if (event.kind === "disconnected") {
      if (!this.#world.links.delete(this.#connectionId)) return;
      life.onEnd.delete(this);
    }
    // What comes after the controller closed the connection reaches nobody.
    if (event.kind === "bytes" && !this.#world.links.has(this.#connectionId)) return;
    life.host.deliver(life, event);
  }

  #atController(run: () => void): void {
    const world = this.#world;
    const delayMs = world.network.delayMs(this.#clientId, this.controllerId);
    this.#upMs = Math.max(this.#upMs, world.scheduler.nowMs + delayMs);
    world.scheduler.at(this.#upMs, run);
  }

  #take(bytes: Uint8Array): void {
    if (this.isBroken) return;
    this.#world.trace.mix(this.#clientId, bytes.length);
    for (const frame of this.#splitter.push(bytes)) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) {
        this.#world.stop(
          "answered-once",
          `controller ${this.controllerId} answers what nobody asked`,
        );
      }
      const answer = decodeResponse(waiting.api, waiting.version, frame);
      if (answer.correlationId !== waiting.correlationId) {
        const { api, correlationId } = waiting;
        const fact = `${api} ${correlationId} is answered with ${answer.correlationId}`;
        this.#world.stop("answered-once", fact);
      }
      waiting.done(answer.body);
      if (this.isBroken) return;
    }
  }

  #break(): void {
    if (this.isBroken) return;
    this.isBroken = true;
    for (const { done } of this.#waiting.splice(0)) done(null);
  }

  #pieces(bytes: Uint8Array): Uint8Array[] {
    if (bytes.length < 2 || !this.#world.strikes("splitBytes")) return [bytes];
    const middle = 1 + this.#world.network.below(bytes.length - 1);
    return [bytes.subarray(0, middle), bytes.subarray(middle)];
  }
}
