/** What there is to know of an operation before it is sent. */

export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{name}` stands for a parameter. */
  readonly path: string;
  /**
   * After what it is sent again. "anything" is for what does no harm twice: reads, and changes that carry an
   * Idempotency-Key. "refusals": only after an answer that it was not done, or not finished. "throttling": only after an
   * answer that it was not even looked at.
   */
  readonly repeatAfter: "anything" | "refusals" | "throttling";
  /** Whether it carries an Idempotency-Key. */
  readonly takesKey: boolean;
  /** Whether it takes min_offset and at_offset. */
  readonly takesOffset: boolean;
}

/** What one call of an operation says. */
export interface Asked {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the gateway has been asked to wait before it answers. */
  readonly waitMs?: number;
}
