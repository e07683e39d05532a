/** Why a call came to nothing. */

import { numberIn } from "./answer.ts";

interface ErrorFacts {
  readonly status: number | null;
  readonly errorCode: number | null;
  readonly requestId?: string | null;
  readonly retryAfterMs?: number | null;
  readonly etag?: string | null;
  readonly isOutcomeUnknown?: boolean;
  readonly cause?: unknown;
}

/** The message says what was wrong and what is allowed, in the gateway's words where it has answered. */
export class QuorateError extends Error {
  /** The HTTP status; null when no answer came, or one that makes no sense. */
  readonly status: number | null;
  /** The status, or a five digit code that says more (docs/http-api.md). */
  readonly errorCode: number | null;
  /** Names the request in the gateway's log. */
  readonly requestId: string | null;
  /** When the same request may do better. */
  readonly retryAfterMs: number | null;
  /** With status 412 and 304: what the resource looks like now. */
  readonly etag: string | null;
  /** True when a change was asked for, and some try of it may have made it all the same. */
  readonly isOutcomeUnknown: boolean;

  constructor(message: string, facts: ErrorFacts) {
    super(message, { cause: facts.cause });
    this.name = "QuorateError";
    this.status = facts.status;
    this.errorCode = facts.errorCode;
    this.requestId = facts.requestId ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.etag = facts.etag ?? null;
    this.isOutcomeUnknown = facts.isOutcomeUnknown ?? false;
  }

  /** The same error after a try of which nobody knows what it did. */
  afterLostTry(): QuorateError {
    return new QuorateError(this.message, { ...this, cause: this.cause, isOutcomeUnknown: true });
  }
}

const MAX_SHOWN_LENGTH = 300;
const UNCHANGED = 304;

/** The error that a response with another status than 2xx amounts to. */
export async function errorOf(response: Response, isChange: boolean): Promise<QuorateError> {
  const { status, headers } = response;
  const text = await response.text();
  const body = errorBodyIn(text);
  const shown =
    status === UNCHANGED
      ? "The resource has not changed."
      : text.replaceAll(/\s+/g, " ").trim().slice(0, MAX_SHOWN_LENGTH);
  const seconds = numberIn(headers, "Retry-After");
  return new QuorateError(body?.message ?? `HTTP ${status} ${shown}`.trim(), {
    status,
    errorCode: body?.error_code ?? null,
    requestId: headers.get("X-Request-Id"),
    retryAfterMs: seconds === null ? null : 1000 * Math.max(seconds, 0),
    etag: headers.get("ETag"),
    isOutcomeUnknown: isChange && status >= 500,
  });
}

function errorBodyIn(
  text: string,
): { readonly error_code: number; readonly message: string } | null {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null) return null;
    const { error_code, message } = body as Readonly<Record<string, unknown>>;
    if (typeof error_code !== "number" || typeof message !== "string") return null;
    return { error_code, message };
  } catch {
    return null;
  }
}

/** What no request can say. */
export function unsendable(why: string, cause?: unknown): QuorateError {
  const message = `Cannot send the request: ${why}.`;
  return new QuorateError(message, { status: null, errorCode: null, cause });
}

/** No answer came, or not all of one. */
export function unreachable(cause: unknown, url: string, isChange: boolean): QuorateError {
  return new QuorateError(`Cannot reach ${new URL(url).origin}: ${reasonOf(cause)}`, {
    status: null,
    errorCode: null,
    isOutcomeUnknown: isChange,
    cause,
  });
}

/** Fetch says little; what lies beneath says what it was. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as { readonly code?: unknown };
  return cause.message || (typeof code === "string" ? code : error.message);
}

/** An answer that no gateway gives. */
export function senseless(what: string, { status, headers }: Response): QuorateError {
  return new QuorateError(`${what} Is this the URL of a Quorate gateway?`, {
    status,
    errorCode: null,
    requestId: headers.get("X-Request-Id"),
  });
}
