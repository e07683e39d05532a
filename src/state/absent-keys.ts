/**
 * Ranges of keys of which a table has no live row. Whoever creates something looks for it first, and names that are made
 * one after the other mostly fall into one gap between those that exist.
 */

import type { RowKey } from "./versioned-store.ts";

const MAX_GAPS = 1024;

export class AbsentKeys {
  /** Gaps that do not overlap, in order: from a start (inclusive) to an end (exclusive). */
  readonly #starts: RowKey[] = [];
  readonly #ends: RowKey[] = [];

  has(key: RowKey): boolean {
    const end = this.#ends[this.#startsUpTo(key) - 1];
    return end !== undefined && key < end;
  }

  /** Notes that nothing is there from `start` (inclusive) to `end` (exclusive), where `start` was not known to be absent. */
  add(start: RowKey, end: RowKey): void {
    if (this.#starts.length >= MAX_GAPS) this.clear();
    const position = this.#startsUpTo(start);
    // What begins in between ends at the same row.
    const isLonger = (this.#starts[position] ?? end) < end;
    this.#starts.splice(position, isLonger ? 1 : 0, start);
    if (!isLonger) this.#ends.splice(position, 0, end);
  }

  clear(): void {
    this.#starts.length = 0;
    this.#ends.length = 0;
  }

  /** How many gaps begin at or before `key`. */
  #startsUpTo(key: RowKey): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? "") <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
