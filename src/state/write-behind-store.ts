/**
 * Keeps the newest rows in memory and writes them to the table behind it many at a time, sorted by key, so that a change
 * costs the log's write only and a page of the table is written once for many changes. What was held back is lost with
 * the process: the log has it, and is applied again from `replayFrom` on.
 */

import { AbsentKeys, countBelow } from "./absent-keys.ts";
import type { NewRow, Row, RowKey, VersionedStore } from "./versioned-store.ts";

/** One version of a row. */
export interface RowVersion extends NewRow {
  readonly offset: number;
}

/** The table behind: takes versions of any offsets, and remembers how far they reach. */
export interface BulkStore extends VersionedStore {
  /** End (exclusive) of the log that is in the table as a whole. */
  readonly endOffset: number;
  /** The first key above `key`, or null; one of which all is deleted may be left out. */
  keyBehind(key: RowKey): RowKey | null;
  /** Writes versions, all below `endOffset`, which becomes the end. */
  putVersions(rows: readonly RowVersion[], endOffset: number): void;
}

interface HeldVersion extends RowVersion {
  value: Uint8Array | null;
  grows: boolean;
  /** The version before, if that is held as well. */
  readonly older: HeldVersion | null;
}

/** Written when any of these is reached; what has to be applied again after a crash is bounded by them. */
export interface HeldLimits {
  readonly rows: number;
  readonly bytes: number;
  /** Of the log: a start takes time for each of them, and those of a large topic go into few rows. */
  readonly records: number;
}

/** Above every key. */
const KEYS_END = "\u007f";
const LIMITS: HeldLimits = { rows: 6144, bytes: 1_500_000, records: 1536 };
/** What is held is to be written between two events from this part of a limit on; at the limit somebody has to wait for it. */
const DUE_PART = 2 / 3;

export class WriteBehindStore implements VersionedStore {
  readonly #table: BulkStore;
  readonly #limits: HeldLimits;
  /** The newest version held, by key. */
  readonly #held = new Map<RowKey, HeldVersion>();
  /** The keys held that nobody has looked for in order yet. */
  #unsorted: RowKey[] = [];
  #sorted: RowKey[] = [];
  /** Keys of which the table has no live row. */
  readonly #absent = new AbsentKeys();
  #rows = 0;
  #bytes = 0;
  #endOffset: number;

  constructor(table: BulkStore, limits: HeldLimits = LIMITS) {
    this.#table = table;
    this.#limits = limits;
    this.#endOffset = table.endOffset;
  }

  get replayFrom(): number {
    return this.#table.endOffset;
  }

  get(key: RowKey, atOffset: number): Row | null {
    for (let version = this.#held.get(key) ?? null; version !== null; version = version.older) {
      if (version.offset > atOffset) continue;
      const { offset, value } = version;
      return value === null ? null : { key, offset, value };
    }
    const isNewest = atOffset >= this.#table.endOffset - 1;
    if (isNewest && this.#absent.has(key)) return null;
    const row = this.#table.get(key, atOffset);
    if (row === null && isNewest) this.#absent.add(key, this.#table.keyBehind(key) ?? KEYS_END);
    return row;
  }

  /** A range that something is held in is written first: ranges are read seldom, and then many rows of them. */
  scan(range: { start: RowKey; end: RowKey }, atOffset: number, limit: number): Row[] {
    if (this.#holdsAnyIn(range)) this.#write();
    return this.#table.scan(range, atOffset, limit);
  }

  putAll(offset: number, rows: readonly NewRow[]): void {
    for (const { key, value, grows = false } of rows) this.#hold(key, offset, value, grows);
    this.#endOffset = offset + 1;
    if (this.#isAt(1)) this.#write();
  }

  get isWriteDue(): boolean {
    return this.#isAt(DUE_PART);
  }

  writeDue(): void {
    if (this.isWriteDue) this.#write();
  }

  truncate(endOffset: number): void {
    const kept = [...this.#held.values()]
      .flatMap(oldestFirst)
      .filter(({ offset }) => offset < endOffset);
    this.#absent.clear();
    this.#forget();
    for (const { key, offset, value, grows } of kept) this.#hold(key, offset, value, grows);
    this.#endOffset = Math.min(this.#endOffset, endOffset);
    if (endOffset < this.#table.endOffset) this.#table.truncate(endOffset);
  }

  prune(startOffset: number): void {
    this.#write();
    this.#table.prune(startOffset);
  }

  /** Whether what is held reaches a part of what may be held. */
  #isAt(part: number): boolean {
    const { rows, bytes, records } = this.#limits;
    const held = this.#endOffset - this.#table.endOffset;
    return this.#rows >= rows * part || this.#bytes >= bytes * part || held >= records * part;
  }

  #hold(key: RowKey, offset: number, value: Uint8Array | null, grows: boolean): void {
    this.#bytes += key.length + (value?.length ?? 0);
    const newest = this.#held.get(key);
    if (newest?.offset === offset) {
      newest.value = value;
      newest.grows &&= grows;
      return;
    }
    this.#held.set(key, { key, offset, value, grows, older: newest ?? null });
    if (newest === undefined) this.#unsorted.push(key);
    this.#rows += 1;
  }

  #write(): void {
    if (this.#endOffset === this.#table.endOffset) return;
    this.#sortKeys();
    const versions: RowVersion[] = [];
    for (const key of this.#sorted) {
      const newest = this.#held.get(key);
      if (newest?.older === null) versions.push(newest);
      else if (newest !== undefined) versions.push(...oldestFirst(newest));
    }
    this.#table.putVersions(versions, this.#endOffset);
    this.#absent.cut(this.#sorted);
    this.#forget();
  }

  #forget(): void {
    this.#held.clear();
    this.#unsorted = [];
    this.#sorted = [];
    this.#rows = 0;
    this.#bytes = 0;
  }

  #holdsAnyIn({ start, end }: { start: RowKey; end: RowKey }): boolean {
    this.#sortKeys();
    const first = this.#sorted[countBelow(this.#sorted, start)];
    return first !== undefined && first < end;
  }

  /** Keys are ASCII, so that the order of UTF-16 units is that of bytes. */
  #sortKeys(): void {
    if (this.#unsorted.length === 0) return;
    const few = this.#unsorted.length * 8 < this.#sorted.length;
    if (few) {
      for (const key of this.#unsorted) this.#sorted.splice(countBelow(this.#sorted, key), 0, key);
    } else this.#sorted = [...this.#held.keys()].sort();
    this.#unsorted = [];
  }
}

function oldestFirst(newest: HeldVersion): HeldVersion[] {
  const versions: HeldVersion[] = [];
  for (let version: HeldVersion | null = newest; version !== null; version = version.older) {
    versions.push(version);
  }
  return versions.reverse();
}
