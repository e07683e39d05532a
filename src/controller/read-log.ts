/** The committed metadata log as the HTTP API shows it: decoded records or raw batches. */

import { CONTROL_RECORDS, decodeControlRecord } from "../protocol/control-record.ts";
import { toJson } from "../protocol/json-form.ts";
import { decodeRecord, RECORDS, recordSchema } from "../protocol/metadata-record.ts";
import { OWN_RECORDS } from "../protocol/own-record.ts";
import { type Batch, readBatches, readRecords } from "../protocol/record-batch.ts";
import type { ApiReply, LogFilter, LogRecordJson } from "./api.ts";
import type { ApplyingLog } from "./applying-log.ts";
import { concernsBroker, concernsTopic, type RecordPlace } from "./log-filter.ts";

const MAX_BYTES = 1024 * 1024;

export interface LogRange {
  readonly form: "records" | "raw";
  readonly fromOffset: number;
  readonly maxRecords: number;
  readonly filter?: LogFilter;
}

/**
 * What is committed from `fromOffset` on, whole batches for `raw`, within bounds of count and size. `nextOffset` is
 * behind everything that was looked at, also what the filter left out.
 */
export function readCommitted(
  log: ApplyingLog,
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
  let nextOffset = range.fromOffset;
  for (const batch of batches) {
    const place = placeOf(log, batch);
    for (const record of batchJson(batch)) {
      if (record.offset < range.fromOffset) continue;
      if (records.length === range.maxRecords) break;
      nextOffset = record.offset + 1;
      if (isWanted(record, range.filter, place)) records.push(record);
    }
  }
  return { kind: "log", records, raw: new Uint8Array(0), nextOffset, ...at };
}

/** The state before and after a batch, read when it is needed. */
function placeOf(log: ApplyingLog, batch: Batch): RecordPlace {
  return {
    before: once(() => log.view(batch.baseOffset - 1, null).reader),
    after: once(() => log.view(batch.lastOffset, null).reader),
  };
}

function once<T>(read: () => T): () => T {
  let found: { readonly value: T } | null = null;
  return () => {
    found ??= { value: read() };
    return found.value;
  };
}

function isWanted(
  record: LogRecordJson,
  filter: LogFilter | undefined,
  place: RecordPlace,
): boolean {
  if (filter === undefined) return true;
  const { types, topic, brokerId } = filter;
  return (
    (types === null || types.includes(record.type)) &&
    (topic === null || concernsTopic(record, topic, place)) &&
    (brokerId === null || concernsBroker(record, brokerId, place))
  );
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
    const json = toJson(recordSchema(type), version, data);
    return { ...common, type: `${upperSnake(type)}_RECORD`, version, data: json };
  });
}

/** `registerBroker` as Kafka's tools print it: `REGISTER_BROKER`. */
function upperSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** Every type of record that the log can hold, as the API shows it. */
export const LOG_RECORD_TYPES: readonly string[] = [
  ...Object.keys(CONTROL_RECORDS).map(upperSnake),
  ...Object.keys({ ...RECORDS, ...OWN_RECORDS }).map((name) => `${upperSnake(name)}_RECORD`),
];
