/**
 * The versioned table in memory, with a journal of what was written at which offset: enough to take a truncation back,
 * and to tell by one number whether two controllers wrote the same.
 */

import { crc32c } from "../../src/base/crc32c.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import type { NewRow } from "../../src/state/versioned-store.ts";

/** All rows that were written at one offset. */
export interface JournalEntry {
  readonly offset: number;
  readonly rows: readonly NewRow[];
  /** Of these rows and all that were written before, in order. */
  readonly digest: number;
}

export class JournaledState extends MemoryVersionedStore {
  readonly #journal: JournalEntry[] = [];

  /** The last offset that has rows, -1 when there are none. */
  get lastOffset(): number {
    return this.#journal.at(-1)?.offset ?? -1;
  }

  /** Stands for everything that was written and not truncated. */
  get digest(): number {
    return this.#journal.at(-1)?.digest ?? 0;
  }

  override putAll(offset: number, rows: readonly NewRow[]): void {
    super.putAll(offset, rows);
    this.#journal.push({ offset, rows, digest: digestOf(this.digest, offset, rows) });
  }

  override truncate(endOffset: number): void {
    if (this.lastOffset < endOffset) return;
    super.truncate(endOffset);
    this.#journal.length = this.#position(endOffset);
  }

  /** What was written at or beyond `offset`, oldest first. */
  entriesFrom(offset: number): JournalEntry[] {
    return this.#journal.slice(this.#position(offset));
  }

  #position(offset: number): number {
    let position = this.#journal.length;
    while (position > 0 && (this.#journal[position - 1]?.offset ?? 0) >= offset) position -= 1;
    return position;
  }
}

function digestOf(previous: number, offset: number, rows: readonly NewRow[]): number {
  let digest = mix(previous, offset);
  for (const { key, value } of rows) {
    for (let i = 0; i < key.length; i++) digest = mix(digest, key.charCodeAt(i));
    digest = mix(digest, value === null ? 1 : crc32c(value));
  }
  return digest;
}

function mix(digest: number, word: number): number {
  return Math.imul(digest ^ word, 0x01000193) >>> 0;
}
