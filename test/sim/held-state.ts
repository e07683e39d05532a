/**
 * The state of one life on the store that holds rows back, as the controller uses it, beside the whole state as it
 * was applied, batch by batch, in this life and those before. Whatever was held, flushed, lost or applied again, the
 * one reads like the other.
 */

import { ApplyingLog } from "../../src/controller/applying-log.ts";
import { readBatches } from "../../src/protocol/record-batch.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import type { NewRow, Row, RowKey, VersionedStore } from "../../src/state/versioned-store.ts";
import type {
  BulkStore,
  RowVersion,
  WriteBehindStore,
} from "../../src/state/write-behind-store.ts";
import type { Disk } from "./disk.ts";
import { areEqual, broken, type Holding } from "./holding.ts";
import { type JournalEntry, JournaledState } from "./journaled-state.ts";

const EVERYTHING = { start: "", end: "~" };
/** A log of so many batches is applied again as a whole at every start; a longer one takes too long. */
const CHEAP_BATCHES = 150;

export class HeldState implements VersionedStore {
  readonly #disk: Disk;
  readonly #life: number;
  readonly #table: OwnedTable;
  readonly #store: WriteBehindStore;
  readonly #count: (what: string) => void;
  /** What was in the log beyond the table when the life began, and has not been applied again yet. */
  #missing: JournalEntry[];
  #isStarting = true;
  #isLookedAt = false;

  constructor(disk: Disk, life: number, { code, held, count }: Holding) {
    this.#disk = disk;
    this.#life = life;
    this.#count = (what) => count(`held: ${what}`);
    this.#table = new OwnedTable(disk, life);
    this.#store = new code.WriteBehindStore(this.#table, held);
    this.#missing = disk.state.entriesFrom(disk.table.endOffset);
  }

  get replayFrom(): number {
    return this.#store.replayFrom;
  }

  get(key: RowKey, atOffset: number): Row | null {
    if (this.#isLookedAt) return this.#disk.state.get(key, atOffset);
    const { accesses } = this.#table;
    const row = this.#store.get(key, atOffset);
    if (!this.#isOwner) {
      if (this.#table.accesses === accesses) this.#count("read from memory by a stale twin");
      return row;
    }
    if (this.#isStarting) return row;
    if (atOffset < this.#disk.state.lastOffset) this.#count("read at an old offset");
    compareRows([this.#disk.state.get(key, atOffset)], [row], `${key} at ${atOffset}`);
    return row;
  }

  scan(range: { start: RowKey; end: RowKey }, atOffset: number, limit: number): Row[] {
    if (this.#isLookedAt) return this.#disk.state.scan(range, atOffset, limit);
    const { flushes } = this.#table;
    const rows = this.#store.scan(range, atOffset, limit);
    if (this.#table.flushes > flushes) this.#count("flush before a scan");
    if (!this.#isOwner || this.#isStarting) return rows;
    const applied = this.#disk.state.scan(range, atOffset, limit);
    compareRows(applied, rows, `${range.start} to ${range.end} at ${atOffset}`);
    return rows;
  }

  putAll(offset: number, rows: readonly NewRow[]): void {
    if (offset > this.#disk.state.lastOffset) this.#disk.putRows(offset, rows);
    else this.#applyAgain(offset, rows);
    const { flushes } = this.#table;
    this.#store.putAll(offset, rows);
    if (this.#table.flushes > flushes) this.#count("flush at a limit");
  }

  get isWriteDue(): boolean {
    return this.#store.isWriteDue;
  }

  writeDue(): void {
    const { flushes } = this.#table;
    this.#store.writeDue();
    if (this.#table.flushes > flushes) this.#count("flush when due");
  }

  truncate(endOffset: number): void {
    const { state, table } = this.#disk;
    const isBelow = endOffset < table.endOffset;
    if (isBelow) this.#count("truncation below what is flushed");
    else if (endOffset <= state.lastOffset) this.#count("truncation of what is held");
    this.#disk.truncateState(endOffset);
    this.#store.truncate(endOffset);
    if (table.endOffset > endOffset)
      broken(`the table ends at ${table.endOffset}, cut ${endOffset}`);
  }

  prune(): void {
    throw new Error("nothing prunes the state yet");
  }

  /** The controller has been built, so whatever it had to apply again is applied. */
  started(): void {
    const [first] = this.#missing;
    if (first !== undefined) broken(`what was applied at ${first.offset} is not applied again`);
    this.#isStarting = false;
    const lastOffset = this.#table.endOffset - 1;
    for (const at of [lastOffset, lastOffset >> 1]) {
      const applied = this.#disk.state.scan(EVERYTHING, at, Number.MAX_SAFE_INTEGER);
      const stored = this.#disk.table.scan(EVERYTHING, at, Number.MAX_SAFE_INTEGER);
      compareRows(applied, stored, `the table at ${at}`);
    }
    this.#compareWithLog();
  }

  /** Reads all that there is, in a transaction. */
  readAll(): void {
    for (const at of [this.#disk.state.lastOffset, this.#disk.state.lastOffset >> 1]) {
      this.scan(EVERYTHING, at, Number.MAX_SAFE_INTEGER);
    }
  }

  /** Lets somebody see what a view shows, outside of any transaction. */
  whileLookedAt<T>(look: () => T): T {
    this.#isLookedAt = true;
    const seen = look();
    this.#isLookedAt = false;
    return seen;
  }

  get #isOwner(): boolean {
    return this.#disk.owner === this.#life;
  }

  #compareWithLog(): void {
    const { log, state } = this.#disk;
    if (log.endOffset === 0 || log.entries.length > CHEAP_BATCHES) return;
    const whole = new JournaledState();
    const applying = new ApplyingLog(new MemoryLog(), whole);
    const bytes = log.read(0, Number.MAX_SAFE_INTEGER, log.endOffset);
    for (const batch of readBatches(bytes)) applying.append(batch);
    if (whole.digest !== state.digest) broken(`the log to ${log.endOffset} says another state`);
    this.#count("whole log applied again at a start");
  }

  #applyAgain(offset: number, rows: readonly NewRow[]): void {
    const before = this.#missing.shift();
    if (before?.offset !== offset) {
      broken(`${offset} is applied again, and ${before?.offset ?? "nothing"} is what comes next`);
    }
    if (before.rows.length !== rows.length) broken(`other rows are applied again at ${offset}`);
    before.rows.forEach(({ key, value }, i) => {
      const again = rows[i];
      if (again?.key !== key || !areEqual(value, again.value)) {
        broken(`${again?.key} is applied again at ${offset}, it was ${key}, or another value`);
      }
    });
    this.#count("replay at a start");
  }
}

/** The table as one life sees it: where it ends is known from memory, all else is an access. */
class OwnedTable implements BulkStore {
  accesses = 0;
  flushes = 0;
  endOffset: number;
  readonly #disk: Disk;
  readonly #life: number;

  constructor(disk: Disk, life: number) {
    this.#disk = disk;
    this.#life = life;
    this.endOffset = disk.table.endOffset;
  }

  get(key: RowKey, atOffset: number): Row | null {
    this.#touch();
    return this.#disk.table.get(key, atOffset);
  }

  scan(range: { start: RowKey; end: RowKey }, atOffset: number, limit: number): Row[] {
    this.#touch();
    return this.#disk.table.scan(range, atOffset, limit);
  }

  keyBehind(key: RowKey): RowKey | null {
    this.#touch();
    const range = { start: `${key} `, end: EVERYTHING.end };
    return this.#disk.table.scan(range, Number.MAX_SAFE_INTEGER, 1)[0]?.key ?? null;
  }

  putVersions(rows: readonly RowVersion[], endOffset: number): void {
    this.#touch();
    this.flushes += 1;
    this.#disk.putVersions(rows, endOffset);
    this.endOffset = endOffset;
  }

  putAll(): void {
    throw new Error("a store that holds rows back writes versions only");
  }

  truncate(endOffset: number): void {
    this.#touch();
    this.#disk.cutTable(endOffset);
    this.endOffset = Math.min(this.endOffset, endOffset);
  }

  prune(): void {
    throw new Error("nothing prunes the state yet");
  }

  #touch(): void {
    this.accesses += 1;
    this.#disk.touch(this.#life);
  }
}

function compareRows(
  applied: readonly (Row | null)[],
  read: readonly (Row | null)[],
  what: string,
): void {
  if (applied.length !== read.length) {
    broken(`${what}: ${read.length} rows are read, ${applied.length} were applied`);
  }
  applied.forEach((row, i) => {
    const other = read[i] ?? null;
    if (row === other) return;
    const isSame = row?.key === other?.key && row?.offset === other?.offset;
    if (isSame && areEqual(row?.value ?? null, other?.value ?? null)) return;
    broken(`${what}: ${tell(other)} is read, ${tell(row)} was applied`);
  });
}

function tell(row: Row | null): string {
  return row === null ? "nothing" : `${row.key} of ${row.offset} (${row.value.length} bytes)`;
}
