/** Sends requests, again where that can do no harm, and says what came of them. */

import { type Answer, answerOf } from "./answer.ts";
import { backoffMs, sleep } from "./backoff.ts";
import type { CallOptions } from "./call-options.ts";
import type { Asked, Operation } from "./operation.ts";
import { errorOf, QuorateError, unreachable, unsendable } from "./quorate-error.ts";
import { TryClock } from "./try-clock.ts";

/** As much of fetch as is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions {
  /** Where the gateway is; paths go below it. */
  readonly baseUrl: string;
  readonly token: string | null;
  readonly fetch: Fetch;
  /** For all tries of a call. */
  readonly timeoutMs: number;
  /** For one try of what may be tried again. */
  readonly tryTimeoutMs: number;
  readonly maxTries: number;
}

/** An answer whose body is still to be read, and what ends the reading. */
export interface Opened {
  readonly response: Response;
  readonly clock: TryClock;
}

interface Request {
  readonly operation: Operation;
  readonly url: string;
  readonly init: RequestInit;
  /** How long the gateway may think. */
  readonly waitMs: number;
  readonly maxTries: number;
}

const UNAVAILABLE = 503;
const THROTTLED = 429;
/** What a proxy says in whose hands a request was lost. */
const LOST = [502, 504];

export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** One call; `take` reads the body, which is part of the try. */
  async call<T>(
    operation: Operation,
    asked: Asked,
    options: CallOptions,
    take: (response: Response) => Promise<T>,
  ): Promise<Answer<T>> {
    const request = this.#request(operation, asked);
    return this.#tries(request, options, async ({ response, clock }) => {
      try {
        return answerOf(response, await take(response));
      } finally {
        clock.end();
      }
    });
  }

  /** One call whose body is read as it comes. The caller ends the clock. Only `timeoutMs` bounds the tries. */
  async open(operation: Operation, asked: Asked, options: CallOptions): Promise<Opened> {
    const request = { ...this.#request(operation, asked), maxTries: Number.POSITIVE_INFINITY };
    return this.#tries(request, options, async (opened) => opened);
  }

  async #tries<T>(
    request: Request,
    { signal, timeoutMs = this.#options.timeoutMs }: CallOptions,
    use: (opened: Opened) => Promise<T>,
  ): Promise<T> {
    const deadlineMs = performance.now() + timeoutMs + request.waitMs;
    let isLost = false;
    for (let tries = 1; ; tries += 1) {
      const leftMs = deadlineMs - performance.now();
      const outcome = await this.#try(request, signal, { leftMs, use });
      if ("value" in outcome) return outcome.value;
      const error: QuorateError = isLost ? outcome.error.afterLostTry() : outcome.error;
      isLost = error.isOutcomeUnknown;
      const delayMs = Math.max(backoffMs(tries), error.retryAfterMs ?? 0);
      const isLate = performance.now() + delayMs >= deadlineMs;
      const isLast = tries >= request.maxTries || isLate;
      if (isLast || !mayRepeat(request.operation, error)) throw error;
      await sleep(delayMs, signal);
    }
  }

  async #try<T>(
    { operation, url, init, waitMs }: Request,
    signal: AbortSignal | undefined,
    { leftMs, use }: { readonly leftMs: number; readonly use: (opened: Opened) => Promise<T> },
  ): Promise<{ readonly value: T } | { readonly error: QuorateError }> {
    signal?.throwIfAborted();
    const isChange = operation.method !== "GET";
    const isRepeatable = operation.repeatAfter === "anything";
    const clock = new TryClock(signal);
    clock.restart(isRepeatable ? Math.min(this.#options.tryTimeoutMs + waitMs, leftMs) : leftMs);
    try {
      const response = await this.#options.fetch(url, { ...init, signal: clock.signal });
      if (response.ok) return { value: await use({ response, clock }) };
      const error = await errorOf(response, isChange);
      clock.end();
      return { error };
    } catch (thrown) {
      // What is thrown when somebody has given up is not always the reason for it.
      const reason: unknown = clock.signal.aborted ? clock.signal.reason : thrown;
      clock.end();
      signal?.throwIfAborted();
      if (thrown instanceof QuorateError) throw thrown;
      return { error: unreachable(reason, url, isChange) };
    }
  }

  /** Throws for what cannot be sent, which no other try would change. */
  #request(operation: Operation, asked: Asked): Request {
    try {
      return this.#made(operation, asked);
    } catch (error) {
      if (error instanceof QuorateError) throw error;
      throw unsendable(error instanceof Error ? error.message : String(error), error);
    }
  }

  #made(operation: Operation, asked: Asked): Request {
    const headers = headersOf(asked);
    if (this.#options.token !== null) headers.set("Authorization", `Bearer ${this.#options.token}`);
    const init: RequestInit = { method: operation.method, headers };
    if (asked.body !== undefined) {
      headers.set("Content-Type", "application/json");
      init.body = JSON.stringify(asked.body);
    }
    const url = `${this.#options.baseUrl}${pathOf(operation, asked)}${queryOf(asked)}`;
    const { maxTries } = this.#options;
    return { operation, url, init, waitMs: asked.waitMs ?? 0, maxTries };
  }
}

function mayRepeat({ repeatAfter }: Operation, { status }: QuorateError): boolean {
  if (status === THROTTLED) return true;
  if (status === UNAVAILABLE) return repeatAfter !== "throttling";
  return repeatAfter === "anything" && (status === null || LOST.includes(status));
}

/** A header without a value is dropped on the way, and a change would be made without its condition. */
function headersOf({ headers = {} }: Asked): Headers {
  const empty = Object.entries(headers).find(([, value]) => value === "");
  if (empty !== undefined) throw unsendable(`${empty[0]} is ""`);
  return new Headers(headers);
}

function pathOf({ path }: Operation, { params = {} }: Asked): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const text = String(params[name] ?? "");
    // URLs have a meaning of their own for these, so that something else would be asked for.
    if (text === "" || text === "." || text === "..") {
      throw unsendable(`${name} is ${JSON.stringify(text)}`);
    }
    return encodeURIComponent(text);
  });
}

function queryOf({ query = {} }: Asked): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  const text = given.toString();
  return text === "" ? "" : `?${text}`;
}
