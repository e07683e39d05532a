/**
 * The log in SQL: one row per batch, and where each epoch begins. Where it ends is kept in memory as well. The batches of a
 * transaction are written together at its end: a statement costs as much as a row.
 */

import { assert, present } from "../base/assert.ts";
import { BulkInsert } from "../base/bulk-insert.ts";
import type { Row, Sql } from "../base/sql.ts";
import { type Batch, readBatch } from "../protocol/record-batch.ts";
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

/** Rows read at once: enough for a busy fetch, few enough to stay small in memory. */
const PAGE_ROWS = 64;
const BATCHES = [false, true].map((control) => ({
  control,
  insert: new BulkInsert<Batch>({
    into: "INSERT INTO raft_batch (base_offset, last_offset, epoch, control, bytes)",
    row: `(?, ?, ?, ${control ? 1 : 0}, ?)`,
    sizes: control ? [1] : [16, 4, 1],
    valuesOf: ({ baseOffset, lastOffset, leaderEpoch, bytes }) => {
      return [baseOffset, lastOffset, leaderEpoch, bytes];
    },
  }),
}));
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
    for (const { control, insert } of BATCHES) {
      insert.run(
        this.#sql,
        this.#unwritten.filter((batch) => batch.control === control),
      );
    }
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
    let from = this.#baseOffsetOf(fromOffset);
    while (from !== null) {
      const page = this.#page(from, endOffset, maxBytes - size, chosen.length === 0);
      for (const row of page.rows) chosen.push(wholeBatch(row));
      size += page.size;
      from = page.nextOffset;
    }
    return concatenate(chosen, size);
  }

  truncate(endOffset: number): void {
    assertTruncatable(this, endOffset);
    if (endOffset === this.#endOffset) return;
    this.flush();
    assert(
      this.#baseOffsetOf(endOffset) === endOffset,
      `Cannot truncate to ${endOffset}: it lies inside a batch`,
    );
    this.#tail.clear();
    this.#sql.exec("DELETE FROM raft_batch WHERE base_offset >= ?", endOffset);
    this.#sql.exec("DELETE FROM raft_epoch WHERE start_offset >= ?", endOffset);
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

  /** Where the batch that holds `offset` begins; null beyond the end. */
  #baseOffsetOf(offset: number): number | null {
    if (offset >= this.#endOffset) return null;
    const [row] = this.#sql.all(
      "SELECT base_offset FROM raft_batch WHERE base_offset <= ? ORDER BY base_offset DESC LIMIT 1",
      offset,
    );
    return row === undefined ? null : Number(row.base_offset);
  }

  /** Sizes first, then the bytes of those that fit: a page of large batches must not fill the memory. */
  #page(
    from: number,
    endOffset: number,
    maxBytes: number,
    first: boolean,
  ): { rows: Row[]; size: number; nextOffset: number | null } {
    const sizes = this.#sql.all(
      `SELECT last_offset, length(bytes) AS size FROM raft_batch
       WHERE base_offset >= ? AND last_offset < ? ORDER BY base_offset LIMIT ${PAGE_ROWS}`,
      from,
      endOffset,
    );
    let size = 0;
    let lastOffset = -1;
    let taken = 0;
    for (const row of sizes) {
      if (size + Number(row.size) > maxBytes && !(first && taken === 0)) break;
      size += Number(row.size);
      lastOffset = Number(row.last_offset);
      taken += 1;
    }
    if (taken === 0) return { rows: [], size: 0, nextOffset: null };
    const rows = this.#sql.all(
      "SELECT bytes FROM raft_batch WHERE base_offset >= ? AND base_offset <= ? ORDER BY base_offset",
      from,
      lastOffset,
    );
    return { rows, size, nextOffset: taken === PAGE_ROWS ? lastOffset + 1 : null };
  }
}

/** The batch in a row, whole and undamaged: a follower would refuse it and ask again for ever (KAFKA-14104). */
function wholeBatch({ bytes }: Row): Uint8Array {
  const batch = bytes as Uint8Array;
  present(readBatch(batch), "a row holds a whole batch");
  return batch;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return concatenate(
    parts,
    parts.reduce((size, part) => size + part.length, 0),
  );
}
