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

  /**
   * Notes that there are rows now, at `keys`, which are in order. What lies in a gap behind the last of them stays absent: that
   * is where the next names of whoever counts them come to be.
   */
  cut(keys: readonly RowKey[]): void {
    let kept = 0;
    for (const [position, start] of this.#starts.entries()) {
      const end = this.#ends[position] ?? start;
      const last = keys[countBelow(keys, end) - 1];
      // No character of a key is below the space.
      const rest = last === undefined || last < start ? start : `${last} `;
      if (rest >= end) continue;
      this.#starts[kept] = rest;
      this.#ends[kept] = end;
      kept += 1;
    }
    this.#starts.length = kept;
    this.#ends.length = kept;
  }

  clear(): void {
    this.#starts.length = 0;
    this.#ends.length = 0;
  }

  /** How many gaps begin at or before `key`. */
  #startsUpTo(key: RowKey): number {
    const below = countBelow(this.#starts, key);
    return this.#starts[below] === key ? below + 1 : below;
  }
}

/** How many of `keys`, which are in order and differ, are below `key`. */
export function countBelow(keys: readonly RowKey[], key: RowKey): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
