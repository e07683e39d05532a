/** What every call can be told besides what it is about. */

export interface CallOptions {
  /** Gives the call up; it then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** For all tries of this call together, instead of the client's own. */
  readonly timeoutMs?: number | undefined;
}

/** Of reads of what has a history. At most one of the two; without them the answer is linearizable. */
export interface ReadOptions extends CallOptions {
  /** The answer holds this offset and may be any later state; whichever controller has it may answer. */
  readonly minOffset?: number | undefined;
  /** The answer is the metadata as it was at this offset. */
  readonly atOffset?: number | undefined;
}

/** Of reads of what has an ETag. */
export interface TaggedOptions extends ReadOptions {
  /** The `etag` of an answer that is at hand. While the resource has it, the call fails with status 304. */
  readonly ifNoneMatch?: string | undefined;
}

export interface PageOptions extends CallOptions {
  /** At most so many things in one answer. All pages are read whatever it is. */
  readonly pageSize?: number | undefined;
}

export interface ListOptions extends ReadOptions, PageOptions {}

export interface WriteOptions extends CallOptions {
  /**
   * 1 to 255 visible ASCII characters. The same change again under the same key, also from another client of the same
   * principal, is made once. A new one for each call, when absent.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Of changes that are to be made only while nobody else has made one. */
export interface GuardedOptions extends WriteOptions {
  /** The `etag` of an answer. The change is refused with 412 when the resource has another one by now. */
  readonly ifMatch?: string | undefined;
}
