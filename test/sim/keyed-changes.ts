/**
 * Changes that a gateway sends under keys. Most have a key of their own and are sent again, to whoever may lead, until it
 * is known what became of them; the others use few keys again and again, which stand for the earlier change until its
 * answer has expired.
 */

import type { Prng } from "../../src/base/prng.ts";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import type { Idempotency } from "../../src/controller/sender.ts";
import type { World } from "./world.ts";

type Write = Extract<ApiRequest, { kind: "write" }>;
type AskOnce = (request: Write, done: (reply: ApiReply | null) => void) => void;

export interface Heard {
  /** Null when there was none. */
  readonly reply: ApiReply | null;
  /** An earlier try may still have been carried out, or be. */
  readonly isOpen: boolean;
}

/** Far longer than any clock is off. */
const LONG_RETENTION_MS = 600_000;
const MOST_TRIES = 12;
const PAUSE_MS = 60;
const REUSED_KEYS = 2;
/** What leaves the outcome of a try unknown. */
const OPEN_ERRORS: readonly string[] = ["NOT_CONTROLLER", "REQUEST_TIMED_OUT"];

export class KeyedChanges {
  readonly #world: World;
  readonly #clientId: number;
  readonly #prng: Prng;
  /** Asks whoever the client believes to lead, once. */
  readonly #ask: AskOnce;

  constructor(
    world: World,
    clientId: number,
    options: { readonly prng: Prng; readonly ask: AskOnce },
  ) {
    this.#world = world;
    this.#clientId = clientId;
    this.#prng = options.prng;
    this.#ask = options.ask;
  }

  /** The key of a change; null when it has none. */
  draw(serial: number): Idempotency | null {
    const { keys } = this.#world.plan;
    if (keys === undefined || this.#prng.below(1000) >= keys.perMille) return null;
    const fingerprint = new Uint8Array(32);
    new DataView(fingerprint.buffer).setUint32(0, serial);
    if (this.#prng.below(4) > 0) {
      const key = `client-${this.#clientId}-change-${serial}`;
      return { key, fingerprint, retentionMs: LONG_RETENTION_MS };
    }
    const key = `client-${this.#clientId}-key-${this.#prng.below(REUSED_KEYS)}`;
    return { key, fingerprint, retentionMs: keys.retentionMs };
  }

  send(request: Write & { readonly idempotency: Idempotency }, done: (heard: Heard) => void): void {
    const isRepeated = request.idempotency.retentionMs === LONG_RETENTION_MS;
    this.#try(request, { triesLeft: isRepeated ? MOST_TRIES : 1, isOpen: false, done });
  }

  #try(
    request: Write & { readonly idempotency: Idempotency },
    { triesLeft, isOpen, done }: Tries,
  ): void {
    this.#ask(request, (reply) => {
      this.#tell(request.idempotency, reply);
      const leavesOpen = isOpen || reply === null || isOpenError(reply);
      if (isFinal(reply) || triesLeft === 1 || this.#world.isOver) {
        done({ reply, isOpen: leavesOpen });
        return;
      }
      this.#world.scheduler.after(this.#prng.below(2 * PAUSE_MS), () => {
        this.#try(request, { triesLeft: triesLeft - 1, isOpen: leavesOpen, done });
      });
    });
  }

  #tell({ key, fingerprint }: Idempotency, reply: ApiReply | null): void {
    if (reply?.kind === "key-reused") this.#world.coverage.count("key reused");
    if (reply?.kind !== "written") return;
    const { body, offset, epoch, replayed = false } = reply;
    if (replayed) this.#world.coverage.count("key replayed");
    this.#world.witness.heardUnderKey({ key, fingerprint, body, offset, epoch, replayed });
  }
}

interface Tries {
  readonly triesLeft: number;
  readonly isOpen: boolean;
  readonly done: (heard: Heard) => void;
}

function isOpenError(reply: ApiReply): boolean {
  return reply.kind === "refused" && OPEN_ERRORS.includes(reply.error);
}

/** There is nothing more to be heard of it. */
function isFinal(reply: ApiReply | null): boolean {
  if (reply === null || isOpenError(reply)) return false;
  return reply.kind !== "not-controller" && reply.kind !== "not-formatted";
}
