/** Every change that clients asked for and what they were told, to be held against the log. */

interface Asked {
  /** The Idempotency-Key; null for none. */
  readonly key: string | null;
  /** "refused" when it was told that nothing was changed. */
  readonly outcome: "done" | "refused" | "unknown";
  readonly topic: string;
}

export type Change =
  | (Asked & {
      readonly kind: "create";
      /** Of the answer; null when there was none. */
      readonly topicId: string | null;
    })
  | (Asked & { readonly kind: "delete" | "grow" })
  /** Values are set once in a run, so that each belongs to one change; null resets. */
  | (Asked & { readonly kind: "alter"; readonly values: Readonly<Record<string, string | null>> });
