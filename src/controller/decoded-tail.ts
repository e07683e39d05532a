/**
 * The newest committed batches, decoded once for everybody who follows the log: whoever waits for a commit is answered in
 * the same event, and those who come back later ask for the same batches.
 */

import { CONTROL_RECORDS, decodeControlRecord } from "../protocol/control-record.ts";
import { toJson } from "../protocol/json-form.ts";
import { decodeRecord, recordSchema } from "../protocol/metadata-record.ts";
import {
  type Batch,
  type BatchRecord,
  readBatches,
  readRecords,
} from "../protocol/record-batch.ts";
import type { LogRecordJson } from "./api.ts";
import type { ApplyingLog } from "./applying-log.ts";
import { withoutSecrets } from "./hidden-secrets.ts";

/** A batch whose records are decoded when they are first asked for, and then kept. */
export interface DecodedBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Encoded. */
  readonly size: number;
  /** Those from an offset on, each decoded when it is come to. */
  recordsFrom(offset: number): Iterable<LogRecordJson>;
}

/** Read at once from the log. */
const READ_BYTES = 1024 * 1024;
/** Of encoded batches that are kept; decoded they take several times as much. */
const KEPT_BYTES = 256 * 1024;

export class DecodedTail {
  readonly #log: ApplyingLog;
  /** Contiguous. */
  #kept: readonly DecodedBatch[] = [];
  /** The log has been truncated so often when the first of them was read. */
  #truncations = 0;

  constructor(log: ApplyingLog) {
    this.#log = log;
  }

  /**
   * Whole batches from the one that holds `fromOffset`, all with lastOffset < `endOffset`: at least one when there is any,
   * then as many as one read of the log brings.
   */
  read(fromOffset: number, endOffset: number): readonly DecodedBatch[] {
    if (fromOffset >= endOffset) return [];
    if (this.#truncations !== this.#log.truncations) this.#kept = [];
    const [first] = this.#kept;
    const keptEnd = endOf(this.#kept);
    const isFollowing = first !== undefined && first.baseOffset <= fromOffset;
    if (!isFollowing || keptEnd < fromOffset) {
      const read = this.#decode(fromOffset, endOffset);
      // Whoever reads history does not take the end of the log away from those who follow it.
      if (endOf(read) === endOffset) this.#keep(read);
      return read;
    }
    const newer = keptEnd < endOffset ? this.#decode(keptEnd, endOffset) : [];
    const known = [...this.#kept, ...newer];
    if (newer.length > 0) this.#keep(known);
    return known.filter(({ lastOffset }) => lastOffset >= fromOffset && lastOffset < endOffset);
  }

  #keep(batches: readonly DecodedBatch[]): void {
    let first = batches.length;
    for (let bytes = 0; first > 0; first--) {
      bytes += batches[first - 1]?.size ?? 0;
      if (bytes > KEPT_BYTES) break;
    }
    this.#kept = batches.slice(first);
    this.#truncations = this.#log.truncations;
  }

  #decode(fromOffset: number, endOffset: number): DecodedBatch[] {
    const bytes = this.#log.read(fromOffset, READ_BYTES, endOffset);
    return [...readBatches(bytes)].map(decodedOnce);
  }
}

/** Of offsets, exclusive. */
function endOf(batches: readonly DecodedBatch[]): number {
  return (batches.at(-1)?.lastOffset ?? -1) + 1;
}

function decodedOnce(batch: Batch): DecodedBatch {
  const { baseOffset, lastOffset, bytes } = batch;
  const decoded: LogRecordJson[] = [];
  let records: readonly BatchRecord[] | null = null;
  return {
    baseOffset,
    lastOffset,
    size: bytes.length,
    *recordsFrom(offset) {
      records ??= readRecords(batch);
      for (let index = Math.max(offset - baseOffset, 0); index < records.length; index++) {
        const known = decoded[index] ?? recordJson(batch, index, records[index] as BatchRecord);
        decoded[index] = known;
        yield known;
      }
    },
  };
}

function recordJson(batch: Batch, index: number, record: BatchRecord): LogRecordJson {
  const common = {
    offset: batch.baseOffset + index,
    epoch: batch.leaderEpoch,
    timestampMs: batch.timestampMs,
    control: batch.control,
  };
  if (batch.control) {
    const { type, data } = decodeControlRecord(record);
    const json = toJson(CONTROL_RECORDS[type].schema, 0, data);
    return { ...common, type: upperSnake(type), version: 0, data: json };
  }
  const { type, version, data } = decodeRecord(record.value);
  const json = withoutSecrets(type, toJson(recordSchema(type), version, data));
  return { ...common, type: `${upperSnake(type)}_RECORD`, version, data: json };
}

/** `registerBroker` as Kafka's tools print it: `REGISTER_BROKER`. */
export function upperSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
