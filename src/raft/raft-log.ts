/** The door to the replicated log: whole record batches, contiguous, with epochs that never decrease. */

import { assert } from "../base/assert.ts";
import type { Batch } from "../protocol/record-batch.ts";

/** A batch must fit one row of the host's database. */
export const MAX_BATCH_BYTES = 1_900_000;

/** The largest known epoch at or below the one asked for, and the offset where it ends (exclusive). */
export interface EpochEnd {
  readonly epoch: number;
  readonly endOffset: number;
}

/** The replicated log as Raft sees it. The controller wraps it, so that append also applies to the state. */
export interface RaftLog {
  /** 0 until snapshots exist. */
  readonly startOffset: number;
  readonly endOffset: number;
  /** End (exclusive) of what was handed to the storage. */
  readonly storedEndOffset: number;
  /** Epoch of the last batch, 0 when there is none. */
  readonly lastEpoch: number;
  /** Adds one whole batch at the end. */
  append(batch: Batch): void;
  /** Hands what was appended to the storage; has to come before the transaction ends. */
  flush(): void;
  /**
   * Whole batches from the one that holds `fromOffset`, all with lastOffset < `endOffset`: at least one when there is
   * any, then as many as fit in `maxBytes`.
   */
  read(fromOffset: number, maxBytes: number, endOffset: number): Uint8Array;
  /** Drops every batch at or beyond `endOffset`, which must be a batch boundary. */
  truncate(endOffset: number): void;
  /** `{ epoch: 0, endOffset: startOffset }` when no epoch is that small. */
  endOffsetForEpoch(epoch: number): EpochEnd;
  /** Control batches with baseOffset < `beforeOffset`, newest first. */
  controlBatches(beforeOffset: number): Iterable<Batch>;
}

/** What every implementation checks before it appends. */
export function assertAppendable(
  log: Pick<RaftLog, "endOffset" | "lastEpoch">,
  batch: Batch,
): void {
  assert(
    batch.baseOffset === log.endOffset,
    `Cannot append at ${batch.baseOffset}: the log ends at ${log.endOffset}`,
  );
  assert(
    batch.leaderEpoch >= log.lastEpoch,
    `Cannot append epoch ${batch.leaderEpoch}: the log is in epoch ${log.lastEpoch}`,
  );
  assert(
    batch.bytes.length <= MAX_BATCH_BYTES,
    `Cannot append a batch of ${batch.bytes.length} bytes: ${MAX_BATCH_BYTES} fit a row`,
  );
}

/** What every implementation checks before it truncates. */
export function assertTruncatable(
  log: Pick<RaftLog, "startOffset" | "endOffset">,
  endOffset: number,
): void {
  assert(
    endOffset >= log.startOffset && endOffset <= log.endOffset,
    `Cannot truncate to ${endOffset}: the log holds ${log.startOffset} to ${log.endOffset}`,
  );
}
