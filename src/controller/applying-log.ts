/**
 * The Raft log with the metadata state behind it: what is appended is applied and what is truncated is taken back,
 * in the same transaction. Raft knows nothing of the state, the state nothing of Raft.
 */

import { decodeRecord } from "../protocol/metadata-record.ts";
import { type Batch, readRecords } from "../protocol/record-batch.ts";
import type { RaftLog } from "../raft/raft-log.ts";
import { applyBatch } from "../state/metadata-writer.ts";
import type { VersionedStore } from "../state/versioned-store.ts";

export class ApplyingLog implements RaftLog {
  readonly #log: RaftLog;
  readonly #store: VersionedStore;

  constructor(log: RaftLog, store: VersionedStore) {
    this.#log = log;
    this.#store = store;
  }

  get startOffset(): number {
    return this.#log.startOffset;
  }

  get endOffset(): number {
    return this.#log.endOffset;
  }

  get lastEpoch(): number {
    return this.#log.lastEpoch;
  }

  append(batch: Batch): void {
    this.#log.append(batch);
    if (batch.control) return;
    const records = readRecords(batch).map(({ value }) => decodeRecord(value));
    applyBatch(this.#store, { lastOffset: batch.lastOffset, records });
  }

  read(fromOffset: number, maxBytes: number, endOffset: number): Uint8Array {
    return this.#log.read(fromOffset, maxBytes, endOffset);
  }

  truncate(endOffset: number): void {
    this.#log.truncate(endOffset);
    this.#store.truncate(endOffset);
  }

  endOffsetForEpoch(epoch: number): { epoch: number; endOffset: number } {
    return this.#log.endOffsetForEpoch(epoch);
  }

  controlBatches(beforeOffset: number): Iterable<Batch> {
    return this.#log.controlBatches(beforeOffset);
  }
}
