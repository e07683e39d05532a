/**
 * A client of the HTTP API as the documentation tells people to write one: it stays with one gateway while that answers,
 * goes to another when it does not, and repeats a change only under the key that it had.
 */

import type { Prng } from "../../src/base/prng.ts";
import { pause } from "../kill/find-leader.ts";
import { trueAtOf } from "../kill/gateway-caller.ts";
import type { Quorate } from "../support/quorate.ts";
import {
  type Answer,
  type Attempt,
  type AttemptEnd,
  type Exchange,
  type Exchanges,
  isWrite,
  type Request,
} from "./exchanges.ts";

const MAX_ATTEMPTS = 30;
const MAX_PATIENCE_MS = 20_000;
/** Before the next attempt when a gateway had no answer. */
const BACKOFF_MS = 50;

interface Sent {
  readonly end: AttemptEnd;
  readonly answer: Answer | null;
}

export class HttpClient {
  readonly number: number;
  readonly prng: Prng;
  readonly patienceMs: number;
  readonly #quorate: Quorate;
  readonly #exchanges: Exchanges;
  #gatewayId: number | null = null;

  constructor(
    { number, prng, patienceMs }: { number: number; prng: Prng; patienceMs: number },
    quorate: Quorate,
    exchanges: Exchanges,
  ) {
    this.number = number;
    this.prng = prng;
    this.patienceMs = patienceMs;
    this.#quorate = quorate;
    this.#exchanges = exchanges;
  }

  /** Sends a request until it is answered; a change without a key is not repeated once it may have been made. */
  async send(request: Request): Promise<Exchange> {
    const attempts: Attempt[] = [];
    const invokedAt = performance.now();
    let answer: Answer | null = null;
    while (attempts.length < MAX_ATTEMPTS) {
      const controllerId = await this.#gateway(attempts.at(-1)?.controllerId ?? null);
      const attemptedAt = performance.now();
      // Whoever was impatient is less so every time, or nobody would ever answer it.
      const patienceMs = this.patienceMs * 2 ** attempts.length;
      const sent = await this.#attempt(
        controllerId,
        request,
        Math.min(patienceMs, MAX_PATIENCE_MS),
      );
      const endedAt = performance.now();
      attempts.push({ controllerId, invokedAt: attemptedAt, endedAt, end: sent.end });
      answer = sent.answer;
      if (answer !== null) break;
      this.#gatewayId = null;
      if (!mayRepeat(request, sent.end)) break;
      if (sent.end.kind === "answered") await pause(BACKOFF_MS);
    }
    const { number: client, patienceMs } = this;
    const endedAt = performance.now();
    const exchange = { client, patienceMs, request, attempts, answer, invokedAt, endedAt };
    this.#exchanges.add(exchange);
    return exchange;
  }

  /** The gateway that answered last, or else one of a process that lives, another than the one that failed if there is. */
  async #gateway(failedId: number | null): Promise<number> {
    for (;;) {
      const alive = this.#quorate.controllers.filter(({ pid }) => pid !== null);
      const ids = alive.map(({ id }) => id);
      if (this.#gatewayId !== null && ids.includes(this.#gatewayId)) return this.#gatewayId;
      const others = ids.filter((id) => id !== failedId);
      const candidates = others.length > 0 ? others : ids;
      this.#gatewayId = candidates[this.prng.below(Math.max(candidates.length, 1))] ?? null;
      if (this.#gatewayId !== null) return this.#gatewayId;
      await pause(BACKOFF_MS);
    }
  }

  async #attempt(controllerId: number, request: Request, patienceMs: number): Promise<Sent> {
    const { baseUrl } = this.#quorate.controller(controllerId);
    const url = `${baseUrl}/kafka/v3/clusters/${this.#quorate.clusterId}${request.path}`;
    const headers: Record<string, string> = {};
    if (request.key !== null) headers["Idempotency-Key"] = request.key;
    if (request.ifMatch !== undefined) headers["If-Match"] = request.ifMatch;
    if (request.body !== undefined) headers["Content-Type"] = "application/json";
    const signal = AbortSignal.timeout(patienceMs);
    try {
      const response = await fetch(url, {
        method: request.method,
        headers,
        signal,
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      return sentOf(response, await response.text());
    } catch (error) {
      return { end: endOf(error as FetchError, signal), answer: null };
    }
  }
}

interface FetchError extends Error {
  readonly cause?: { readonly code?: string; readonly message?: string };
}

function endOf(error: FetchError, signal: AbortSignal): AttemptEnd {
  if (signal.aborted) return { kind: "given-up" };
  if (error.cause?.code === "ECONNREFUSED") return { kind: "refused" };
  return { kind: "broken", reason: error.cause?.message ?? error.message };
}

function sentOf({ status, headers }: Response, text: string): Sent {
  const message = status < 400 ? "" : text;
  const end = { kind: "answered", status, message } as const;
  if (status >= 500) return { end, answer: null };
  const body: unknown = text === "" ? null : JSON.parse(text);
  const isReplayed = headers.get("idempotency-replayed") === "true";
  return { end, answer: { status, headers, body, trueAt: trueAtOf(headers), isReplayed } };
}

/** Whether to send the same again can do no harm. */
function mayRepeat(request: Request, end: AttemptEnd): boolean {
  if (!isWrite(request) || request.key !== null || end.kind === "refused") return true;
  return end.kind === "answered" && end.message.includes("Nothing was changed.");
}
