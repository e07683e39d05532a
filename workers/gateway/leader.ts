/** Finds the active controller and sends calls to it, within a bound of time; says when an outcome is unknown. */

import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { OWN_RETENTION_MS } from "./idempotency.ts";
import { watchCall } from "./successor.ts";
import { type Timers, wait } from "./timers.ts";

/** What an isolate remembers between requests. It may be stale; nothing rests on it but speed. */
export interface LeaderMemory {
  leaderId: number | null;
  /** The id of the cluster, which never changes once there is one. */
  clusterId: string | null;
}

export interface LeaderBounds {
  /** For the whole call, waits and retries included. */
  readonly totalMs: number;
  readonly perTryMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
}

export const DEFAULT_BOUNDS: LeaderBounds = {
  totalMs: 5000,
  perTryMs: 4000,
  minBackoffMs: 5,
  maxBackoffMs: 100,
};

/** How long a change may be sent again, however much of that time this process was frozen: what was done is forgotten then. */
const REPEAT_MS = OWN_RETENTION_MS - 5000;

export interface CallOptions {
  /** How long the controller itself may wait before it answers, beyond the bounds. */
  readonly waitMs?: number;
}

export type LeaderOutcome =
  /** `isRepeated` when the call was sent before and may have taken effect then. */
  | { readonly kind: "answered"; readonly reply: ApiReply; readonly isRepeated: boolean }
  /** Every controller says that there is no cluster. */
  | { readonly kind: "not-formatted" }
  /** Nobody led in time; nothing happened. */
  | { readonly kind: "no-leader" }
  /** The write was sent, its answer was lost. */
  | { readonly kind: "unknown" };

/** What one call has learned so far. */
interface Search {
  deadlineMs: number;
  /** When a write that may have taken effect is given up at the latest. */
  readonly repeatEndMs: number;
  readonly perTryMs: number;
  readonly unformatted: Set<number>;
  /** Asked in this round. */
  tried: Set<number>;
  /** Who was named as the leader and not asked since. */
  hint: number | null;
  backoffMs: number;
  /** Whether a write was sent that may have taken effect. */
  isUncertain: boolean;
}

export class Leader {
  readonly #directory: ControllerDirectory;
  readonly #memory: LeaderMemory;
  readonly #timers: Timers;
  readonly #bounds: LeaderBounds;

  constructor(
    directory: ControllerDirectory,
    memory: LeaderMemory,
    timers: Timers,
    bounds: LeaderBounds = DEFAULT_BOUNDS,
  ) {
    this.#directory = directory;
    this.#memory = memory;
    this.#timers = timers;
    this.#bounds = bounds;
  }

  /**
   * Sends a call to the active controller, and again while its answer is lost and there is time. Doing it twice must be as
   * good as doing it once, by its nature or because it has an idempotency key.
   */
  async call(request: ApiRequest, { waitMs = 0 }: CallOptions = {}): Promise<LeaderOutcome> {
    const { totalMs, perTryMs, minBackoffMs } = this.#bounds;
    const startMs = this.#timers.nowMs();
    const search: Search = {
      deadlineMs: startMs + totalMs + waitMs,
      repeatEndMs: startMs + REPEAT_MS,
      perTryMs: perTryMs + waitMs,
      unformatted: new Set(),
      tried: new Set(),
      hint: null,
      backoffMs: minBackoffMs,
      isUncertain: false,
    };
    for (;;) {
      const leftMs = endMsOf(search) - this.#timers.nowMs();
      if (leftMs <= 0) return { kind: search.isUncertain ? "unknown" : "no-leader" };
      const id = this.#next(search);
      if (id === null) {
        if (this.#isUnformatted(search)) return { kind: "not-formatted" };
        await this.#backOff(search, leftMs);
        continue;
      }
      const timeoutMs = Math.min(search.perTryMs, leftMs);
      const dueMs = this.#timers.nowMs() + timeoutMs;
      const reply = await this.#try(id, request, timeoutMs);
      // While this process is frozen itself it does not try; what a timer is late by does not count.
      search.deadlineMs += Math.max(this.#timers.nowMs() - dueMs, 0);
      const isLeader = this.#learn(id, reply, search);
      if (isLeader && reply !== null) {
        return { kind: "answered", reply, isRepeated: search.isUncertain };
      }
      search.isUncertain ||= mayHaveWritten(request, reply);
    }
  }

  /** The one named as leader first, then the remembered one, then whoever is left in this round. */
  #next(search: Search): number | null {
    const { hint, tried, unformatted } = search;
    const isFirst = hint === null && tried.size === 0 && unformatted.size === 0;
    if (isFirst && this.#memory.leaderId !== null) return this.#memory.leaderId;
    const ids = this.#directory.ids().filter((id) => !tried.has(id) && !unformatted.has(id));
    const first = [hint, this.#memory.leaderId].find((id) => id !== null && ids.includes(id));
    return first ?? ids[0] ?? null;
  }

  #isUnformatted(search: Search): boolean {
    return search.unformatted.size === this.#directory.ids().length;
  }

  async #backOff(search: Search, leftMs: number): Promise<void> {
    await wait(this.#timers, Math.min(search.backoffMs, leftMs));
    search.backoffMs = Math.min(search.backoffMs * 2, this.#bounds.maxBackoffMs);
    search.tried = new Set();
  }

  /** Null when there is no answer: it was lost, took too long, or another controller leads by now. */
  #try(id: number, request: ApiRequest, timeoutMs: number): Promise<ApiReply | null> {
    return new Promise((resolve) => {
      const stop = watchCall(id, timeoutMs, {
        directory: this.#directory,
        timers: this.#timers,
        rememberedId: () => this.#memory.leaderId,
        asks: request.kind !== "log",
        over: (unanswered) => {
          if (unanswered !== "late") this.#memory.leaderId = unanswered.leaderId;
          resolve(null);
        },
      });
      const answered = (reply: ApiReply | null): void => {
        stop();
        resolve(reply);
      };
      this.#directory.call(id, request).then(answered, () => answered(null));
    });
  }

  /** Takes from a reply, or from none, who leads; true when this controller does. */
  #learn(id: number, reply: ApiReply | null, search: Search): boolean {
    if (reply !== null && reply.kind !== "not-controller" && reply.kind !== "not-formatted") {
      if (!isLost(reply)) {
        this.#memory.leaderId = id;
        return true;
      }
    }
    search.tried.add(id);
    if (this.#memory.leaderId === id) this.#memory.leaderId = null;
    if (reply?.kind === "not-formatted") search.unformatted.add(id);
    search.hint = reply?.kind === "not-controller" ? reply.leaderId : null;
    return false;
  }
}

function endMsOf({ isUncertain, deadlineMs, repeatEndMs }: Search): number {
  return isUncertain ? Math.min(deadlineMs, repeatEndMs) : deadlineMs;
}

/** Whether a call that did not end in an answer may have changed something. */
function mayHaveWritten({ kind }: ApiRequest, reply: ApiReply | null): boolean {
  const changes = kind === "write" || kind === "change-token";
  return changes && reply?.kind !== "not-controller" && reply?.kind !== "not-formatted";
}

/** A refusal after which the request may or may not have taken effect: leadership or time ran out while it was pending. */
function isLost(reply: ApiReply): boolean {
  return (
    reply.kind === "refused" &&
    (reply.error === "NOT_CONTROLLER" || reply.error === "REQUEST_TIMED_OUT")
  );
}
