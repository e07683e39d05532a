/**
 * The versioned table in SQLite. Reads seek: `get` costs one seek, `scan` two for each row it returns, however much
 * history there is. No index by offset: it would double the rows written, and truncating is rare.
 */

import { bytesToHex } from "@noble/hashes/utils.js";
import { assert } from "../base/assert.ts";
import { BulkInsert } from "../base/bulk-insert.ts";
import type { Sql, Row as SqlRow } from "../base/sql.ts";
import { UINT48_BYTES } from "../base/uint48.ts";
import { FIRST_PAGES_KEY_LENGTH, isFirstPagesKey, KeyRanges } from "./row-key.ts";
import { lastOffsetOf, listAt, offsetBytes } from "./rows/first-pages.ts";
import { INDEX_ENTRY_BYTES } from "./rows/small-rows.ts";
import type { NewRow, Row, RowKey } from "./versioned-store.ts";
import type { BulkStore, RowVersion } from "./write-behind-store.ts";

const CREATE = `
  CREATE TABLE IF NOT EXISTS state (
    key TEXT NOT NULL, offset INTEGER NOT NULL, value BLOB, PRIMARY KEY (key, offset)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS state_end (id INTEGER PRIMARY KEY, end_offset INTEGER NOT NULL);
`;

const GET =
  "SELECT offset, value FROM state WHERE key = ? AND offset <= ? ORDER BY offset DESC LIMIT 1";

const KEY_BEHIND = "SELECT key FROM state WHERE key > ? ORDER BY key LIMIT 1";

/** Steps from key to key by seeking the next one, then seeks the version of each. */
const SCAN = `WITH RECURSIVE keys(key) AS (
  SELECT (SELECT key FROM state WHERE key >= ? AND key < ? ORDER BY key LIMIT 1)
  UNION ALL
  SELECT (SELECT key FROM state WHERE key > keys.key AND key < ? ORDER BY key LIMIT 1)
  FROM keys WHERE keys.key IS NOT NULL
)
SELECT keys.key AS key, state.offset AS offset, state.value AS value
FROM keys CROSS JOIN state ON state.key = keys.key AND state.offset = (
  SELECT offset FROM state WHERE key = keys.key AND offset <= ? ORDER BY offset DESC LIMIT 1
)
WHERE state.value IS NOT NULL
LIMIT ?`;

/** Correlated by key: one seek for each version below the start. */
const PRUNE = `DELETE FROM state WHERE offset < (
  SELECT newer.offset FROM state AS newer
  WHERE newer.key = state.key AND newer.offset < ? ORDER BY newer.offset DESC LIMIT 1
)`;

const INTO = "INSERT OR REPLACE INTO state (key, offset, value)";

const VERSIONS = new BulkInsert<RowVersion>({
  into: INTO,
  row: "(?, ?, ?)",
  sizes: [32, 8, 4, 2, 1],
  valuesOf: ({ key, offset, value }) => [key, offset, value],
});

/** Lists that were added to at an offset or beyond. */
const LISTS_FROM = `SELECT key, offset, value FROM state
  WHERE key >= ? AND key < ? AND length(key) = ? AND substr(value, -${UINT48_BYTES}) >= ? LIMIT ?`;
const LISTS_TOGETHER = 512;

/** Index entries: their key says all. */
const ENTRIES = new BulkInsert<RowVersion>({
  into: INTO,
  row: `(?, ?, x'${bytesToHex(INDEX_ENTRY_BYTES)}')`,
  sizes: [48, 12, 3, 1],
  valuesOf: ({ key, offset }) => [key, offset],
});

export class SqlVersionedStore implements BulkStore {
  readonly #sql: Sql;
  #endOffset: number;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(CREATE);
    const [end] = sql.all("SELECT end_offset FROM state_end");
    this.#endOffset = Number(end?.end_offset ?? 0);
  }

  get endOffset(): number {
    return this.#endOffset;
  }

  get(key: RowKey, atOffset: number): Row | null {
    const [row] = this.#sql.all(GET, key, atOffset);
    return row === undefined || row.value === null ? null : rowAt(rowOf(key, row), atOffset);
  }

  scan(range: { start: RowKey; end: RowKey }, atOffset: number, limit: number): Row[] {
    if (range.start >= range.end || limit <= 0) return [];
    const { start, end } = range;
    const rows = this.#sql.all(SCAN, start, end, end, atOffset, limit);
    return rows.map((row) => rowAt(rowOf(String(row.key), row), atOffset));
  }

  keyBehind(key: RowKey): RowKey | null {
    const [row] = this.#sql.all(KEY_BEHIND, key);
    return row === undefined ? null : String(row.key);
  }

  putAll(offset: number, rows: readonly NewRow[]): void {
    const versions = rows.map(({ key, value }) => ({ key, offset, value }));
    this.putVersions(versions, offset + 1);
  }

  /** What only grows is written once, as it was in the end: of that `rowAt` shows what was there at an offset. */
  putVersions(rows: readonly RowVersion[], endOffset: number): void {
    const versions: RowVersion[] = [];
    const entries: RowVersion[] = [];
    for (const row of rows) {
      const last = versions.at(-1);
      if (row.value === INDEX_ENTRY_BYTES) entries.push(row);
      else if (row.grows === true && last?.key === row.key) {
        versions[versions.length - 1] = { ...last, value: row.value };
      } else versions.push(row);
    }
    VERSIONS.run(this.#sql, versions);
    ENTRIES.run(this.#sql, entries);
    this.#setEnd(endOffset);
  }

  truncate(endOffset: number): void {
    this.#sql.exec("DELETE FROM state WHERE offset >= ?", endOffset);
    this.#shorten(endOffset);
    if (endOffset < this.#endOffset) this.#setEnd(endOffset);
  }

  prune(startOffset: number): void {
    this.#sql.exec(PRUNE, startOffset);
    // What is left below the start is the newest there: a deletion hides nothing any more.
    this.#sql.exec("DELETE FROM state WHERE offset < ? AND value IS NULL", startOffset);
  }

  /** Takes what was added at `endOffset` and beyond out of the lists. */
  #shorten(endOffset: number): void {
    const { start, end } = KeyRanges.pagesOfBrokers;
    const from = offsetBytes(endOffset);
    for (;;) {
      const rows = this.#sql.all(
        LISTS_FROM,
        start,
        end,
        FIRST_PAGES_KEY_LENGTH,
        from,
        LISTS_TOGETHER,
      );
      if (rows.length === 0) return;
      const shorter = rows.map((row) => rowOf(String(row.key), row));
      VERSIONS.run(
        this.#sql,
        shorter.map(({ key, offset, value }) => ({
          key,
          offset,
          value: listAt(value, endOffset - 1),
        })),
      );
    }
  }

  #setEnd(endOffset: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO state_end (id, end_offset) VALUES (0, ?)", endOffset);
    this.#endOffset = endOffset;
  }
}

/** The row as it was at an offset, of versions that are stored as one. */
function rowAt(row: Row, atOffset: number): Row {
  if (!isFirstPagesKey(row.key)) return row;
  const value = listAt(row.value, atOffset);
  return { key: row.key, offset: Math.max(row.offset, lastOffsetOf(value)), value };
}

function rowOf(key: RowKey, row: SqlRow): Row {
  const { value } = row;
  assert(value instanceof Uint8Array, `Cannot read row ${key}: its value is not bytes`);
  return { key, offset: Number(row.offset), value };
}
