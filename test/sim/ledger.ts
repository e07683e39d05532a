/** The committed log as the world has seen it: every batch once, in offset order. */

import type { CommittedEntry, Entry } from "./observation.ts";

export class Ledger {
  #endOffset = 0;
  readonly #byBaseOffset = new Map<number, CommittedEntry>();

  /** Exclusive. */
  get endOffset(): number {
    return this.#endOffset;
  }

  entryAt(baseOffset: number): CommittedEntry | null {
    return this.#byBaseOffset.get(baseOffset) ?? null;
  }

  add(entry: CommittedEntry): void {
    this.#endOffset = entry.lastOffset + 1;
    this.#byBaseOffset.set(entry.baseOffset, entry);
  }
}

export function isSameEntry(a: Entry | null, b: Entry): boolean {
  return (
    a !== null &&
    a.baseOffset === b.baseOffset &&
    a.lastOffset === b.lastOffset &&
    a.epoch === b.epoch &&
    a.checksum === b.checksum
  );
}
