/** What HTTP clients sent, to which gateways and how often, and what came back: kept whole, on the one clock of this process. */

import { Acknowledgements } from "../kill/acknowledgements.ts";
import type { TrueAt } from "../kill/history.ts";

/** What came of sending a request once. */
export type AttemptEnd =
  | { readonly kind: "answered"; readonly status: number; readonly message: string }
  /** Nobody took the connection. */
  | { readonly kind: "refused" }
  /** The connection broke before the answer was there. */
  | { readonly kind: "broken"; readonly reason: string }
  /** The client waited no longer. */
  | { readonly kind: "given-up" };

export interface Attempt {
  /** The controller whose gateway was asked. */
  readonly controllerId: number;
  readonly invokedAt: number;
  readonly endedAt: number;
  readonly end: AttemptEnd;
}

export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the cluster. */
  readonly path: string;
  readonly body?: object;
  /** Such as `"abc"`, with its quotes. */
  readonly ifMatch?: string;
  /** The Idempotency-Key under which it is sent, as often as it takes; null for none. */
  readonly key: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly trueAt: TrueAt | null;
  /** It was given before. */
  readonly isReplayed: boolean;
}

/** One request, sent until there was an answer or it could not be sent again. */
export interface Exchange {
  readonly client: number;
  /** How long this client waits for one answer. */
  readonly patienceMs: number;
  readonly request: Request;
  readonly attempts: readonly Attempt[];
  /** Null when nobody can tell what became of it. */
  readonly answer: Answer | null;
  readonly invokedAt: number;
  readonly endedAt: number;
}

export function isWrite({ method }: Request): boolean {
  return method !== "GET";
}

/**
 * Whether an earlier try of a change may still be on its way, through a gateway that is slow or frozen: a refusal of a later
 * one then says nothing of what becomes of that. An answer that it was done says it, since its key stands for one change.
 */
export function mayStillCome({ request, attempts }: Exchange): boolean {
  const earlier = attempts.slice(0, -1);
  return isWrite(request) && earlier.some(({ end }) => leavesOpen(end));
}

function leavesOpen(end: AttemptEnd): boolean {
  if (end.kind === "answered") return !end.message.includes("Nothing was changed.");
  return end.kind !== "refused";
}

/** Whether the log has something new at the offset of the answer. A reset may find nothing to reset. */
export function isChangeAtOffset(request: Request, { status }: Answer): boolean {
  const isReset = request.method === "DELETE" && request.path.includes("/configs/");
  return isWrite(request) && status < 300 && !isReset;
}

export class Exchanges {
  readonly all: Exchange[] = [];
  /** Of writes. */
  readonly acknowledgements = new Acknowledgements();

  add(exchange: Exchange): void {
    this.all.push(exchange);
    const { request, answer, invokedAt, endedAt } = exchange;
    if (isWrite(request) && answer !== null && answer.status < 300) {
      this.acknowledgements.add(invokedAt, endedAt);
    }
  }

  /** How often something was sent. */
  get attempts(): number {
    return this.all.reduce((sum, { attempts }) => sum + attempts.length, 0);
  }

  /** How often a request was sent after the first time. */
  get retries(): number {
    return this.attempts - this.all.length;
  }

  get replays(): number {
    return this.all.filter(({ answer }) => answer?.isReplayed).length;
  }

  /** How many attempts ended how: by status, or by what broke them. */
  byEnd(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { end } of this.all.flatMap(({ attempts }) => attempts)) {
      const name = end.kind === "answered" ? String(end.status) : end.kind;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }
}
