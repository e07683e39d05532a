/**
 * The disk of one controller: four stores in memory, and what a crash can do to them. Each transaction keeps how to
 * take it back until it is durable. Only the life that owns the disk may touch it.
 */

import type { FormatDocument } from "../../src/controller/api.ts";
import { type Batch, readBatches } from "../../src/protocol/record-batch.ts";
import type { ElectionState } from "../../src/raft/election-store.ts";
import type { NewRow } from "../../src/state/versioned-store.ts";
import type { RowVersion } from "../../src/state/write-behind-store.ts";
import { BulkTable } from "./bulk-table.ts";
import { IndexedLog } from "./indexed-log.ts";
import { JournaledState } from "./journaled-state.ts";

/** A storage access of an instance that another one has replaced: the platform ends it. */
export class StaleTwin extends Error {
  override readonly name = "StaleTwin";
}

/** The storage failed, as a fault asked it to. */
export class DiskFailure extends Error {
  override readonly name = "DiskFailure";
}

interface Transaction {
  readonly undo: (() => void)[];
  /** Where the log ended when it was committed, and the lowest offset it was cut at. */
  endOffset: number;
  cutOffset: number;
}

/** What a transaction did to the log, in order. */
export type LogChange =
  | { readonly kind: "appended"; readonly batch: Batch }
  | { readonly kind: "truncated"; readonly endOffset: number };

export class Disk {
  readonly log = new IndexedLog();
  /** All that was applied. Where rows are held back it is what should be, and only the table is on disk. */
  readonly state = new JournaledState();
  readonly table = new BulkTable();
  election: ElectionState | null = null;
  format: FormatDocument | null = null;
  /** The life that may touch the storage. */
  owner = 0;
  /** Accesses until one fails; Infinity for never. */
  accessesUntilFailure = Number.POSITIVE_INFINITY;
  /** End of the log that survives any crash. */
  durableEndOffset = 0;
  /** Not durable yet, oldest first. */
  #pending: Transaction[] = [];
  #open: Transaction | null = null;
  #changes: LogChange[] = [];

  get pendingTransactions(): number {
    return this.#pending.length;
  }

  /** Checks that a life may touch the storage now. */
  touch(life: number): void {
    if (life !== this.owner) throw new StaleTwin(`life ${life} was replaced by ${this.owner}`);
    this.accessesUntilFailure -= 1;
    if (this.accessesUntilFailure > 0) return;
    this.accessesUntilFailure = Number.POSITIVE_INFINITY;
    throw new DiskFailure("the storage failed");
  }

  begin(): void {
    this.#open = { undo: [], endOffset: 0, cutOffset: Number.POSITIVE_INFINITY };
    this.#changes = [];
  }

  /** Ends the transaction; false when it wrote nothing. */
  commit(): boolean {
    const transaction = this.#open;
    this.#open = null;
    if (transaction === null || transaction.undo.length === 0) return false;
    transaction.endOffset = this.log.endOffset;
    this.#pending.push(transaction);
    return true;
  }

  /** Takes back what the open transaction wrote. */
  rollback(): void {
    if (this.#open !== null) takeBack(this.#open);
    this.#open = null;
    this.#changes = [];
  }

  /** The oldest transaction that is not durable becomes so. */
  sync(): void {
    const synced = this.#pending.shift();
    if (synced === undefined) return;
    this.durableEndOffset = synced.endOffset;
    // What a later transaction has cut off is in the log no more, although it is still on disk.
    for (const { cutOffset } of this.#pending) this.#limitDurable(cutOffset);
  }

  /** Power is cut: of what is not durable the first `kept` transactions happen to be on disk, the rest is lost. */
  crash(kept: number): void {
    this.rollback();
    for (const lost of this.#pending.splice(kept).reverse()) takeBack(lost);
    this.#pending = [];
    this.durableEndOffset = this.log.endOffset;
  }

  /** What the last transaction did to the log. */
  takeChanges(): readonly LogChange[] {
    const changes = this.#changes;
    if (changes.length > 0) this.#changes = [];
    return changes;
  }

  saveFormat(document: FormatDocument): void {
    const before = this.format;
    this.#onUndo(() => {
      this.format = before;
    });
    this.format = document;
  }

  saveElection(state: ElectionState): void {
    const before = this.election;
    this.#onUndo(() => {
      this.election = before;
    });
    this.election = state;
  }

  append(batch: Batch): void {
    this.log.append(batch);
    this.#onUndo(() => this.log.truncate(batch.baseOffset));
    this.#changes.push({ kind: "appended", batch });
  }

  truncateLog(endOffset: number): void {
    const { log } = this;
    const removed = [...readBatches(log.read(endOffset, Number.MAX_SAFE_INTEGER, log.endOffset))];
    const { durableEndOffset } = this;
    log.truncate(endOffset);
    const open = this.#onUndo(() => {
      for (const batch of removed) log.append(batch);
      this.durableEndOffset = durableEndOffset;
    });
    open.cutOffset = Math.min(open.cutOffset, endOffset);
    this.#limitDurable(endOffset);
    this.#changes.push({ kind: "truncated", endOffset });
  }

  putRows(offset: number, rows: readonly NewRow[]): void {
    this.state.putAll(offset, rows);
    this.#onUndo(() => this.state.truncate(offset));
  }

  truncateState(endOffset: number): void {
    const removed = this.state.entriesFrom(endOffset);
    this.state.truncate(endOffset);
    this.#onUndo(() => {
      for (const { offset, rows } of removed) this.state.putAll(offset, rows);
    });
  }

  putVersions(rows: readonly RowVersion[], endOffset: number): void {
    this.#onUndo(this.table.putVersions(rows, endOffset));
  }

  cutTable(endOffset: number): void {
    this.#onUndo(this.table.cut(endOffset));
  }

  #limitDurable(endOffset: number): void {
    this.durableEndOffset = Math.min(this.durableEndOffset, endOffset);
  }

  #onUndo(undo: () => void): Transaction {
    const open = this.#open;
    if (open === null) throw new Error("a store was written outside of a transaction");
    open.undo.push(undo);
    return open;
  }
}

function takeBack(transaction: Transaction): void {
  for (const undo of transaction.undo.reverse()) undo();
}
