/**
 * The rows that one batch touches: read at most once, changed in memory, written once at the batch's last offset.
 */

import { behind, type KeyRange } from "./row-key.ts";
import type { RowFormat } from "./rows/row-format.ts";
import type { NewRow, RowKey, VersionedStore } from "./versioned-store.ts";

interface Edit {
  readonly format: RowFormat<never>;
  /** Null deletes. */
  value: unknown;
  changed: boolean;
  /** Whether it was added to, and nothing else. */
  grows: boolean;
  /** Whether the table has the row, null when nobody looked: what was never there need not be deleted. */
  readonly stored: boolean | null;
}

const KEYS_PER_SLICE = 256;

export class RowEdits {
  readonly #store: VersionedStore;
  /** At which rows are read and written. */
  readonly offset: number;
  readonly #edits = new Map<RowKey, Edit>();
  /** The keys of edits that are rows, not deletions; null until somebody looks for some of them. */
  #live: Set<RowKey> | null = null;

  constructor(store: VersionedStore, offset: number) {
    this.#store = store;
    this.offset = offset;
  }

  get<T>(key: RowKey, format: RowFormat<T>): T | null {
    return this.#edit(key, format).value as T | null;
  }

  /** Whether the batch itself has made the row, or found it. */
  holds(key: RowKey): boolean {
    return (this.#edits.get(key)?.value ?? null) !== null;
  }

  set<T>(key: RowKey, format: RowFormat<T>, value: T | null): void {
    const edit = this.#edits.get(key);
    if (edit === undefined) {
      // Nobody asked what the row was, so it is not read to be replaced.
      this.#add(key, format, value, { changed: true, stored: null });
      return;
    }
    edit.value = value;
    edit.changed = true;
    edit.grows = false;
    if (value === null) this.#live?.delete(key);
    else this.#live?.add(key);
  }

  /** Sets a row to what it is and something more behind that. */
  grow(
    key: RowKey,
    format: RowFormat<Uint8Array>,
    longer: (value: Uint8Array | null) => Uint8Array,
  ): void {
    const edit = this.#edit(key, format);
    const grows = edit.value !== null && (edit.grows || !edit.changed);
    this.set(key, format, longer(edit.value as Uint8Array | null));
    edit.grows = grows;
  }

  /** The live keys in a range, in no order. */
  keys(range: KeyRange): RowKey[] {
    return [...this.#storedIn(range, Number.POSITIVE_INFINITY), ...this.#liveIn(range)];
  }

  /** The first live keys in a range, in order, at most `limit`; its cost is what is found. */
  firstKeys(range: KeyRange, limit: number): RowKey[] {
    return [...this.#storedIn(range, limit), ...this.#liveIn(range)].sort().slice(0, limit);
  }

  /** Writes every row that changed. */
  flush(): void {
    const rows: NewRow[] = [];
    for (const [key, { format, value, changed, grows, stored }] of this.#edits) {
      if (!changed) continue;
      if (value !== null) {
        rows.push({ key, value: format.encode(value as never), grows });
      } else if (stored ?? this.#store.get(key, this.offset) !== null) {
        rows.push({ key, value: null });
      }
    }
    this.#store.putAll(this.offset, rows);
    this.#edits.clear();
    this.#live = null;
  }

  /** Rows of the table that are not edited, at most `limit`, in order. */
  #storedIn(range: KeyRange, limit: number): RowKey[] {
    const keys: RowKey[] = [];
    for (let rest = range; keys.length < limit; ) {
      const wanted = Math.min(KEYS_PER_SLICE, limit - keys.length);
      const rows = this.#store.scan(rest, this.offset, wanted);
      for (const { key } of rows) if (!this.#edits.has(key)) keys.push(key);
      const last = rows.at(-1);
      if (last === undefined || rows.length < wanted) break;
      rest = behind(last.key, range);
    }
    return keys;
  }

  /** Edits that are rows. A batch that deletes a thousand topics looks a thousand times, and leaves few of them. */
  #liveIn({ start, end }: KeyRange): RowKey[] {
    this.#live ??= new Set(
      [...this.#edits].flatMap(([key, { value }]) => (value === null ? [] : key)),
    );
    return [...this.#live].filter((key) => key >= start && key < end);
  }

  #edit<T>(key: RowKey, format: RowFormat<T>): Edit {
    let edit = this.#edits.get(key);
    if (edit === undefined) {
      const row = this.#store.get(key, this.offset);
      const value = row === null ? null : format.decode(row.value);
      edit = this.#add(key, format, value, { changed: false, stored: row !== null });
    }
    return edit;
  }

  #add<T>(
    key: RowKey,
    format: RowFormat<T>,
    value: T | null,
    { changed, stored }: Pick<Edit, "changed" | "stored">,
  ): Edit {
    const edit = { format: format as RowFormat<never>, value, changed, grows: false, stored };
    this.#edits.set(key, edit);
    if (value !== null) this.#live?.add(key);
    return edit;
  }
}
