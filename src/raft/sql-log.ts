/**
 * The log in SQL: rows of consecutive batches, and where each epoch begins. Where it ends is kept in memory as well. The
 * batches of a transaction are written together at its end, since a row costs as much to write as some kilobytes of it.
 */

import { assert, present } from "../base/assert.ts";
import type { Row, Sql } from "../base/sql.ts";
import { type Batch, readBatch, readBatches } from "../protocol/record-batch.ts";
import { LogTail } from "./log-tail.ts";
import { concatenate } from "./memory-log.ts";
import { assertAppendable, assertTruncatable, type EpochEnd, type RaftLog } from "./raft-log.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS raft_batch (
    base_offset INTEGER PRIMARY KEY,
    last_offset INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    control INTEGER NOT NULL,
    bytes BLOB NOT NULL
  );
  CREATE INDEX IF NOT EXISTS raft_batch_control ON raft_batch (base_offset) WHERE control = 1;
  CREATE TABLE IF NOT EXISTS raft_epoch (
    epoch INTEGER PRIMARY KEY,
    start_offset INTEGER NOT NULL
  );
`;

const INSERT =
  "INSERT INTO raft_batch (base_offset, last_offset, epoch, control, bytes) VALUES (?, ?, ?, ?, ?)";
/** Rows read at once: enough for a busy fetch, few enough to stay small in memory. */
const PAGE_ROWS = 64;
const PAGE_BYTES = 1_000_000;
/** A row of several batches is not larger. */
const ROW_BYTES = 16_384;
/** What was received is kept as it is when it is not larger. */
const MAX_KEPT_BYTES = 65_536;
/** More than this is not held back. */
const MAX_UNWRITTEN_BYTES = 1_000_000;

export class SqlLog implements RaftLog {
  readonly #sql: Sql;
  readonly #tail = new LogTail();
  /** Appended in this transaction and not written yet. */
  #unwritten: Batch[] = [];
  #unwrittenBytes = 0;
  #endOffset = 0;
  #lastEpoch = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(SCHEMA);
    this.#loadEnd();
  }

  get startOffset(): number {
    return 0;
  }

  get endOffset(): number {
    return this.#endOffset;
  }

  get storedEndOffset(): number {
    return this.#unwritten[0]?.baseOffset ?? this.#endOffset;
  }

  get lastEpoch(): number {
    return this.#lastEpoch;
  }

  append(batch: Batch): void {
    assertAppendable(this, batch);
    if (batch.leaderEpoch > this.#lastEpoch) {
      this.#sql.exec(
        "INSERT INTO raft_epoch (epoch, start_offset) VALUES (?, ?)",
        batch.leaderEpoch,
        batch.baseOffset,
      );
    }
    // A view holds all of what was received in memory, most of which is batches as a rule.
    const isHeavy = batch.bytes.buffer.byteLength > Math.max(batch.bytes.length, MAX_KEPT_BYTES);
    const own = isHeavy ? { ...batch, bytes: batch.bytes.slice() } : batch;
    this.#tail.append(own);
    this.#unwritten.push(own);
    this.#unwrittenBytes += own.bytes.length;
    this.#endOffset = batch.lastOffset + 1;
    this.#lastEpoch = batch.leaderEpoch;
    if (this.#unwrittenBytes > MAX_UNWRITTEN_BYTES) this.flush();
  }

  flush(): void {
    if (this.#unwritten.length === 0) return;
    this.#write(this.#unwritten);
    this.#unwritten = [];
    this.#unwrittenBytes = 0;
  }

  /** Throws when a batch fails its checksum: whoever has a damaged log must not go on leading with it. */
  read(fromOffset: number, maxBytes: number, endOffset: number): Uint8Array {
    const recent = this.#tail.read(fromOffset, maxBytes, endOffset);
    if (recent !== null) return joined(recent);
    this.flush();
    const chosen: Uint8Array[] = [];
    let size = 0;
    for (const { lastOffset, bytes } of this.#stored(fromOffset, maxBytes)) {
      if (lastOffset < fromOffset) continue;
      const fits = chosen.length === 0 || size + bytes.length <= maxBytes;
      if (lastOffset >= endOffset || !fits) break;
      chosen.push(bytes);
      size += bytes.length;
    }
    return concatenate(chosen, size);
  }

  truncate(endOffset: number): void {
    assertTruncatable(this, endOffset);
    if (endOffset === this.#endOffset) return;
    this.flush();
    const rowOffset = present(this.#rowOffsetOf(endOffset), "it is before the end of the log");
    const kept: Batch[] = [];
    let keptEnd = rowOffset;
    for (const batch of this.#stored(endOffset, 1)) {
      if (batch.lastOffset >= endOffset) break;
      kept.push(batch);
      keptEnd = batch.lastOffset + 1;
    }
    assert(keptEnd === endOffset, `Cannot truncate to ${endOffset}: it lies inside a batch`);
    this.#tail.clear();
    this.#sql.exec("DELETE FROM raft_batch WHERE base_offset >= ?", rowOffset);
    this.#sql.exec("DELETE FROM raft_epoch WHERE start_offset >= ?", endOffset);
    this.#write(kept);
    this.#loadEnd();
  }

  endOffsetForEpoch(epoch: number): EpochEnd {
    if (this.#lastEpoch > 0 && epoch >= this.#lastEpoch) {
      return { epoch: this.#lastEpoch, endOffset: this.#endOffset };
    }
    const [row] = this.#sql.all(
      "SELECT epoch FROM raft_epoch WHERE epoch <= ? ORDER BY epoch DESC LIMIT 1",
      epoch,
    );
    if (row === undefined) return { epoch: 0, endOffset: this.startOffset };
    const [next] = this.#sql.all(
      "SELECT start_offset FROM raft_epoch WHERE epoch > ? ORDER BY epoch LIMIT 1",
      epoch,
    );
    return {
      epoch: Number(row.epoch),
      endOffset: Number(present(next, "the last epoch was answered above").start_offset),
    };
  }

  *controlBatches(beforeOffset: number): Generator<Batch> {
    this.flush();
    let before = beforeOffset;
    for (;;) {
      const rows = this.#sql.all(
        `SELECT bytes FROM raft_batch WHERE control = 1 AND base_offset < ?
         ORDER BY base_offset DESC LIMIT ${PAGE_ROWS}`,
        before,
      );
      for (const { bytes } of rows) {
        const batch = present(readBatch(bytes as Uint8Array), "a row holds a whole batch");
        before = batch.baseOffset;
        yield batch;
      }
      if (rows.length < PAGE_ROWS) return;
    }
  }

  #loadEnd(): void {
    const [last] = this.#sql.all(
      "SELECT last_offset, epoch FROM raft_batch ORDER BY base_offset DESC LIMIT 1",
    );
    this.#endOffset = last === undefined ? 0 : Number(last.last_offset) + 1;
    this.#lastEpoch = last === undefined ? 0 : Number(last.epoch);
  }

  #write(batches: readonly Batch[]): void {
    for (const batch of rowsOf(batches)) {
      const { baseOffset, lastOffset, leaderEpoch, control, bytes } = batch;
      this.#sql.exec(INSERT, baseOffset, lastOffset, leaderEpoch, control ? 1 : 0, bytes);
    }
  }

  /** Where the row that holds `offset` begins; null beyond the end. */
  #rowOffsetOf(offset: number): number | null {
    if (offset >= this.#endOffset) return null;
    const [row] = this.#sql.all(
      "SELECT base_offset FROM raft_batch WHERE base_offset <= ? ORDER BY base_offset DESC LIMIT 1",
      offset,
    );
    return row === undefined ? null : Number(row.base_offset);
  }

  /** All batches from the row on that holds `offset`, of which so many bytes are wanted. */
  *#stored(offset: number, wantedBytes: number): Generator<Batch> {
    for (let from = this.#rowOffsetOf(offset); from !== null && from < this.#endOffset; ) {
      for (const { bytes } of this.#page(from, Math.min(wantedBytes, PAGE_BYTES))) {
        for (const batch of batchesIn(bytes as Uint8Array)) {
          yield batch;
          from = batch.lastOffset + 1;
        }
      }
    }
  }

  /** Sizes first, then the bytes of those that fit, or of one row: a page of large rows must not fill the memory. */
  #page(from: number, maxBytes: number): Row[] {
    const sizes = this.#sql.all(
      `SELECT base_offset, length(bytes) AS size FROM raft_batch
       WHERE base_offset >= ? ORDER BY base_offset LIMIT ${PAGE_ROWS}`,
      from,
    );
    let size = 0;
    let lastRow = from;
    for (const row of sizes) {
      size += Number(row.size);
      if (size > maxBytes && Number(row.base_offset) > from) break;
      lastRow = Number(row.base_offset);
    }
    return this.#sql.all(
      "SELECT bytes FROM raft_batch WHERE base_offset >= ? AND base_offset <= ? ORDER BY base_offset",
      from,
      lastRow,
    );
  }
}

/** What goes into a row each: batches of one epoch together, a control batch by itself, since it is looked for. */
function rowsOf(batches: readonly Batch[]): Omit<Batch, "timestampMs" | "recordCount">[] {
  const rows: Batch[][] = [];
  let row: Batch[] = [];
  let size = 0;
  for (const batch of batches) {
    const [first] = row;
    const fits =
      first?.control === false &&
      !batch.control &&
      batch.leaderEpoch === first.leaderEpoch &&
      size + batch.bytes.length <= ROW_BYTES;
    if (!fits) {
      row = [];
      rows.push(row);
      size = 0;
    }
    row.push(batch);
    size += batch.bytes.length;
  }
  return rows.map((together) => {
    const first = present(together[0], "a row is made for a batch");
    const { lastOffset } = together.at(-1) ?? first;
    return { ...first, lastOffset, bytes: joined(together.map(({ bytes }) => bytes)) };
  });
}

/** The batches in a row, whole and undamaged: a follower would refuse others and ask again for ever (KAFKA-14104). */
function* batchesIn(row: Uint8Array): Generator<Batch> {
  let end = 0;
  for (const batch of readBatches(row)) {
    yield batch;
    end += batch.bytes.length;
  }
  assert(end === row.length, "a row holds whole batches");
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return concatenate(
    parts,
    parts.reduce((size, part) => size + part.length, 0),
  );
}
