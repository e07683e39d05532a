/** The recorded metadata log and checkpoints of Kafka 4.3.1, ready to be applied. */

import { readFileSync } from "node:fs";
import { decodeRecord, type MetadataRecord } from "../../src/protocol/metadata-record.ts";
import { readBatches, readRecords } from "../../src/protocol/record-batch.ts";
import { applyBatch, type MetadataBatch } from "../../src/state/metadata-writer.ts";
import type { VersionedStore } from "../../src/state/versioned-store.ts";

/** The data batches of a fixture, in order, each with its first offset. */
export function recordedBatches(name: string): (MetadataBatch & { baseOffset: number })[] {
  const path = new URL(`../fixtures/kafka-4.3.1/${name}`, import.meta.url);
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const bytes = Buffer.concat(
    lines.map((line) => Buffer.from((JSON.parse(line) as { hex: string }).hex, "hex")),
  );
  return [...readBatches(bytes)]
    .filter(({ control }) => !control)
    .map((batch) => ({
      baseOffset: batch.baseOffset,
      lastOffset: batch.lastOffset,
      records: readRecords(batch).map(({ value }) => decodeRecord(value)),
    }));
}

/** Applies the recorded log up to `endOffset`, exclusive. */
export function applyRecordedLog(
  store: VersionedStore,
  endOffset = Number.POSITIVE_INFINITY,
): void {
  for (const batch of recordedBatches("metadata.log.jsonl")) {
    if (batch.lastOffset < endOffset) applyBatch(store, batch);
  }
}

/** The records of the log in [startOffset, endOffset). */
export function recordedRecords(startOffset: number, endOffset: number): MetadataRecord[] {
  return recordedBatches("metadata.log.jsonl")
    .filter(({ baseOffset, lastOffset }) => baseOffset >= startOffset && lastOffset < endOffset)
    .flatMap(({ records }) => records);
}
