/** The committed metadata log as the HTTP API shows it: decoded records or raw batches. */

import { CONTROL_RECORDS, decodeControlRecord } from "../protocol/control-record.ts";
import { toJson } from "../protocol/json-form.ts";
import { decodeRecord, RECORDS } from "../protocol/metadata-record.ts";
import { type Batch, readBatches, readRecords } from "../protocol/record-batch.ts";
import type { RaftLog } from "../raft/raft-log.ts";
import type { ApiReply, LogRecordJson } from "./api.ts";

const MAX_BYTES = 1024 * 1024;

export interface LogRange {
  readonly form: "records" | "raw";
  readonly fromOffset: number;
  readonly maxRecords: number;
}

/** What is committed from `fromOffset` on, whole batches for `raw`, within bounds of count and size. */
export function readCommitted(
  log: RaftLog,
  range: LogRange,
  at: { highWatermark: number; epoch: number },
): Extract<ApiReply, { kind: "log" }> {
  const raw =
    range.fromOffset < at.highWatermark
      ? log.read(range.fromOffset, MAX_BYTES, at.highWatermark)
      : new Uint8Array(0);
  const batches = [...readBatches(raw)];
  const end = batches.at(-1);
  if (range.form === "raw") {
    const nextOffset = end === undefined ? range.fromOffset : end.lastOffset + 1;
    return { kind: "log", records: [], raw, nextOffset, ...at };
  }
  const records: LogRecordJson[] = [];
  for (const batch of batches) {
    for (const record of batchJson(batch)) {
      if (record.offset >= range.fromOffset && records.length < range.maxRecords) {
        records.push(record);
      }
    }
  }
  const last = records.at(-1);
  const nextOffset = last === undefined ? range.fromOffset : last.offset + 1;
  return { kind: "log", records, raw: new Uint8Array(0), nextOffset, ...at };
}

function batchJson(batch: Batch): LogRecordJson[] {
  return readRecords(batch).map((record, index) => {
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
    const json = toJson(RECORDS[type].schema, version, data);
    return { ...common, type: `${upperSnake(type)}_RECORD`, version, data: json };
  });
}

/** `registerBroker` as Kafka's tools print it: `REGISTER_BROKER`. */
function upperSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
