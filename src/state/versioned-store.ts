/**
 * The one table of the metadata state: every version of every row, by key and offset. A read is always at an
 * offset: the newest version at or below it. Keys are printable ASCII, so that text order is byte order.
 */

/** A row key, for example `topic/9rAv.../page/0000000001`. Printable ASCII only. */
export type RowKey = string;

export interface Row {
  readonly key: RowKey;
  /** The offset at which this version was written. */
  readonly offset: number;
  readonly value: Uint8Array;
}

export interface NewRow {
  readonly key: RowKey;
  /** Null deletes. */
  readonly value: Uint8Array | null;
  /** Whether it is the version before it and something more behind that. */
  readonly grows?: boolean;
}

export interface VersionedStore {
  /**
   * Only of a store that holds rows back: how far the log is in what it has stored. After a start the log has to be
   * applied again from here on.
   */
  readonly replayFrom?: number;

  /** Only of such a store: whether it holds so much that it should be told to write, as soon as nothing waits for that. */
  readonly isWriteDue?: boolean;

  /** Only of such a store: writes what it holds, if that is due. */
  writeDue?(): void;

  /** The newest version of the row at or below `atOffset`, or null when there is none or it was deleted. */
  get(key: RowKey, atOffset: number): Row | null;

  /** The live rows with start <= key < end at `atOffset`, in key order, at most `limit` of them. */
  scan(range: { start: RowKey; end: RowKey }, atOffset: number, limit: number): Row[];

  /** Writes a version of each row at `offset`. A second write of a row at the same offset replaces the first. */
  putAll(offset: number, rows: readonly NewRow[]): void;

  /** Forgets every version at or above `endOffset`: what a lost election takes back. */
  truncate(endOffset: number): void;

  /** Drops, for each row, all versions but the newest below `startOffset`: history that nobody can ask for. */
  prune(startOffset: number): void;
}
