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
const OF_ANSWERS: ReadonlySet<NewRecord["type"]> = new Set(["rememberedAnswer", "forgetAnswers"]);

/**
 * The batches of a decision in order, or null when no batch can hold what must be in one: a record, or all of them. What
 * is remembered of a change goes with its last record, so that one is never there without the other, and takes no room
 * from the records that a change may have.
 */
export function batchRecords(
  records: readonly NewRecord[],
  atomic: boolean,
): BatchRecord[][] | null {
  const batches: BatchRecord[][] = [];
  let batch: BatchRecord[] = [];
  let bytes = 0;
  const maxBytes = atomic ? MAX_ATOMIC_BYTES : MAX_BATCH_BYTES;
  for (const unit of unitsOf(records)) {
    const size = unit.reduce((sum, { value }) => sum + value.length + RECORD_OVERHEAD_BYTES, 0);
    if (size > MAX_ATOMIC_BYTES) return null;
    if (batch.length === MAX_RECORDS_PER_BATCH || (batch.length > 0 && bytes + size > maxBytes)) {
      if (atomic) return null;
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(...unit);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** Encoded records, those together that must be in one batch. */
function unitsOf(records: readonly NewRecord[]): BatchRecord[][] {
  const units: BatchRecord[][] = [];
  for (const record of records) {
    const encoded: BatchRecord = { key: null, value: encodeRecord(record) };
    const unit = OF_ANSWERS.has(record.type) ? units.at(-1) : undefined;
    if (unit === undefined) units.push([encoded]);
    else unit.push(encoded);
  }
  return units;
}
