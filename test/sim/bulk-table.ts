/** The table behind a store that holds rows back: what was flushed, and how to take each write of it back. */

import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import type { RowVersion } from "../../src/state/write-behind-store.ts";
import { broken } from "./holding.ts";

export class BulkTable extends MemoryVersionedStore {
  endOffset = 0;
  /** Every version that is in the table, in the order in which they were written. */
  #versions: RowVersion[] = [];

  /** Writes versions from `endOffset` of the table on, which ends at `endOffset` then; returns what takes it back. */
  putVersions(rows: readonly RowVersion[], endOffset: number): () => void {
    const before = this.endOffset;
    const stray = rows.find(({ offset }) => offset < before || offset >= endOffset);
    if (stray !== undefined) {
      const where = `${before} to ${endOffset}`;
      broken(`${stray.key} at ${stray.offset} is written among what is new from ${where}`);
    }
    this.#add(rows);
    this.endOffset = endOffset;
    return () => {
      this.#cut(before);
      this.endOffset = before;
    };
  }

  /** Forgets what is at or beyond an offset; returns what takes it back. */
  cut(endOffset: number): () => void {
    const before = this.endOffset;
    const removed = this.#versions.filter(({ offset }) => offset >= endOffset);
    this.#cut(endOffset);
    this.endOffset = Math.min(before, endOffset);
    return () => {
      this.#add(removed);
      this.endOffset = before;
    };
  }

  #add(rows: readonly RowVersion[]): void {
    for (const { key, offset, value } of rows) super.putAll(offset, [{ key, value }]);
    this.#versions.push(...rows);
  }

  #cut(endOffset: number): void {
    super.truncate(endOffset);
    this.#versions = this.#versions.filter(({ offset }) => offset < endOffset);
  }
}
