/** The versioned table in memory: for the simulator and the browser. */

import type { NewRow, Row, RowKey, VersionedStore } from "./versioned-store.ts";

interface Version {
  readonly offset: number;
  readonly value: Uint8Array | null;
}

export class MemoryVersionedStore implements VersionedStore {
  /** The versions of each row, oldest first; never empty. */
  readonly #rows = new Map<RowKey, Version[]>();
  /** Every key of `#rows`, sorted. */
  readonly #keys: RowKey[] = [];

  get(key: RowKey, atOffset: number): Row | null {
    const version = newestAt(this.#rows.get(key) ?? [], atOffset);
    if (version === null || version.value === null) return null;
    return { key, offset: version.offset, value: version.value };
  }

  scan(range: { start: RowKey; end: RowKey }, atOffset: number, limit: number): Row[] {
    const found: Row[] = [];
    for (let i = this.#position(range.start); found.length < limit; i++) {
      const key = this.#keys[i];
      if (key === undefined || key >= range.end) break;
      const row = this.get(key, atOffset);
      if (row !== null) found.push(row);
    }
    return found;
  }

  putAll(offset: number, rows: readonly NewRow[]): void {
    for (const { key, value } of rows) this.#put(key, offset, value);
  }

  #put(key: RowKey, offset: number, value: Uint8Array | null): void {
    let versions = this.#rows.get(key);
    if (versions === undefined) {
      versions = [];
      this.#rows.set(key, versions);
      this.#keys.splice(this.#position(key), 0, key);
    }
    let i = versions.length;
    while (i > 0 && (versions[i - 1]?.offset ?? 0) >= offset) i -= 1;
    const replaced = versions[i]?.offset === offset ? 1 : 0;
    versions.splice(i, replaced, { offset, value });
  }

  truncate(endOffset: number): void {
    this.#keep((versions) => versions.filter(({ offset }) => offset < endOffset));
  }

  prune(startOffset: number): void {
    this.#keep((versions) => {
      const base = newestAt(versions, startOffset - 1);
      if (base === null) return versions;
      // A deletion below the start hides nothing that is still there.
      const from = base.value === null ? base.offset + 1 : base.offset;
      return versions.filter(({ offset }) => offset >= from);
    });
  }

  #keep(choose: (versions: Version[]) => Version[]): void {
    let end = 0;
    for (const key of this.#keys) {
      const kept = choose(this.#rows.get(key) ?? []);
      if (kept.length === 0) {
        this.#rows.delete(key);
      } else {
        this.#rows.set(key, kept);
        this.#keys[end++] = key;
      }
    }
    this.#keys.length = end;
  }

  /** Where `key` is in the sorted keys, or would be. */
  #position(key: RowKey): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function newestAt(versions: readonly Version[], atOffset: number): Version | null {
  for (let i = versions.length - 1; i >= 0; i--) {
    const version = versions[i];
    if (version !== undefined && version.offset <= atOffset) return version;
  }
  return null;
}
