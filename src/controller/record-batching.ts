/** Cuts the records of a decision into the batches that carry them. */

import { encodeRecord, type NewRecord } from "../protocol/metadata-record.ts";
import type { BatchRecord } from "../protocol/record-batch.ts";

/** Kafka's own limit of records in one batch. */
export const MAX_RECORDS_PER_BATCH = 10_000;
/** A batch is one row of storage, and a row holds 2 MB at most. */
const MAX_ATOMIC_BYTES = 1_800_000;
const MAX_BATCH_BYTES = 1_000_000;
/** Upper bound of what a record takes besides its value. */
const RECORD_OVERHEAD_BYTES = 24;

/** The batches of a decision in order, or null when no batch can hold what must be in one: a record, or all of them. */
export function batchRecords(
  records: readonly NewRecord[],
  atomic: boolean,
): BatchRecord[][] | null {
  const batches: BatchRecord[][] = [];
  let batch: BatchRecord[] = [];
  let bytes = 0;
  const maxBytes = atomic ? MAX_ATOMIC_BYTES : MAX_BATCH_BYTES;
  for (const record of records) {
    const value = encodeRecord(record);
    const size = value.length + RECORD_OVERHEAD_BYTES;
    if (size > MAX_ATOMIC_BYTES) return null;
    if (batch.length === MAX_RECORDS_PER_BATCH || (batch.length > 0 && bytes + size > maxBytes)) {
      if (atomic) return null;
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push({ key: null, value });
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
