/** What a call came to, and where that was true. */

export interface Answer<T> {
  readonly value: T;
  /** The offset in the metadata log at which this is true; null when no controller was asked. */
  readonly offset: number | null;
  /** The epoch of whoever led then; null when no controller was asked. */
  readonly epoch: number | null;
  /** For `ifMatch`; null when what was asked for has none. */
  readonly etag: string | null;
  /** Names the request in the gateway's log. */
  readonly requestId: string | null;
  /** True when this is what the same change was answered before. */
  readonly replayed: boolean;
}

/** What the headers of a response say, around a value. */
export function answerOf<T>({ headers }: Response, value: T): Answer<T> {
  return {
    value,
    offset: numberIn(headers, "Quorate-Offset"),
    epoch: numberIn(headers, "Quorate-Epoch"),
    etag: headers.get("ETag"),
    requestId: headers.get("X-Request-Id"),
    replayed: headers.get("Idempotency-Replayed") === "true",
  };
}

/** The same answer with something made of its value. */
export function mapAnswer<T, U>(answer: Answer<T>, change: (value: T) => U): Answer<U> {
  return { ...answer, value: change(answer.value) };
}

export function numberIn(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  const value = Number(text);
  return text !== null && Number.isSafeInteger(value) ? value : null;
}
