/** The committed metadata log as the HTTP API shows it: decoded records or raw batches. */

import { CONTROL_RECORDS } from "../protocol/control-record.ts";
import { RECORDS } from "../protocol/metadata-record.ts";
import { OWN_RECORDS } from "../protocol/own-record.ts";
import { readBatches } from "../protocol/record-batch.ts";
import type { ApiReply, LogFilter, LogRecordJson } from "./api.ts";
import type { ApplyingLog } from "./applying-log.ts";
import { type DecodedBatch, DecodedTail, upperSnake } from "./decoded-tail.ts";
import { concernsBroker, concernsTopic, type RecordPlace } from "./log-filter.ts";

const MAX_RAW_BYTES = 1024 * 1024;
/** Records that one read looks at, wanted or not: decoding more would keep peers waiting. */
const MAX_LOOKED_AT = 2000;

type LogReply = Extract<ApiReply, { kind: "log" }>;

export interface LogRange {
  readonly form: "records" | "raw";
  readonly fromOffset: number;
  readonly maxRecords: number;
  readonly filter?: LogFilter;
}

/** So many batches have the state around them in memory at once: a filter may look up much of it. */
const MAX_PLACES = 4;
/** Of records that are kept for others who ask for the same in the same event. */
const MAX_KNOWN_PARTS = 16;

/** Reads the committed log; what it has decoded and looked up serves all who are answered in one event. */
export class CommittedLog {
  readonly #log: ApplyingLog;
  readonly #tail: DecodedTail;
  readonly #places = new Map<DecodedBatch, RecordPlace>();
  /** By what was asked for, and where the log ended then. */
  readonly #parts = new Map<string, LogReply>();

  constructor(log: ApplyingLog) {
    this.#log = log;
    this.#tail = new DecodedTail(log);
  }

  /**
   * What is committed from `fromOffset` on, whole batches for `raw`, within bounds of count and size. `nextOffset` is
   * behind everything that was looked at, also what the filter left out. The same records asked for in one event are the
   * same object, which nobody may change.
   */
  read(range: LogRange, at: { readonly highWatermark: number; readonly epoch: number }): LogReply {
    if (range.form === "raw") return this.#readRaw(range, at);
    const { fromOffset, maxRecords, filter = null } = range;
    const key = JSON.stringify([fromOffset, maxRecords, filter, at.highWatermark, at.epoch]);
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const part = this.#readRecords(range, at);
    if (this.#parts.size >= MAX_KNOWN_PARTS) this.#parts.clear();
    this.#parts.set(key, part);
    return part;
  }

  /** To be called when the event is over: what was looked up and put together is much more than what was read. */
  forget(): void {
    this.#places.clear();
    this.#parts.clear();
  }

  #readRaw({ fromOffset }: LogRange, at: { highWatermark: number; epoch: number }): LogReply {
    const raw =
      fromOffset < at.highWatermark
        ? this.#log.read(fromOffset, MAX_RAW_BYTES, at.highWatermark)
        : new Uint8Array(0);
    const end = [...readBatches(raw)].at(-1);
    const nextOffset = end === undefined ? fromOffset : end.lastOffset + 1;
    return { kind: "log", records: [], raw, nextOffset, ...at };
  }

  #readRecords(
    { fromOffset, maxRecords, filter }: LogRange,
    at: { highWatermark: number; epoch: number },
  ): LogReply {
    const records: LogRecordJson[] = [];
    let nextOffset = fromOffset;
    let looked = 0;
    for (const batch of this.#tail.read(fromOffset, at.highWatermark)) {
      for (const record of batch.recordsFrom(fromOffset)) {
        if (records.length === maxRecords || looked === MAX_LOOKED_AT) break;
        looked += 1;
        nextOffset = record.offset + 1;
        if (filter === undefined || isWanted(record, filter, this.#placeOf(batch))) {
          records.push(record);
        }
      }
      if (records.length === maxRecords || looked === MAX_LOOKED_AT) break;
    }
    return { kind: "log", records, raw: new Uint8Array(0), nextOffset, ...at };
  }

  /** The state before and after a batch, read when it is needed. */
  #placeOf(batch: DecodedBatch): RecordPlace {
    const known = this.#places.get(batch);
    if (known !== undefined) return known;
    const place = {
      before: once(() => this.#log.view(batch.baseOffset - 1, null).reader),
      after: once(() => this.#log.view(batch.lastOffset, null).reader),
    };
    const [oldest] = this.#places.keys();
    if (this.#places.size >= MAX_PLACES && oldest !== undefined) this.#places.delete(oldest);
    this.#places.set(batch, place);
    return place;
  }
}

function once<T>(read: () => T): () => T {
  let found: { readonly value: T } | null = null;
  return () => {
    found ??= { value: read() };
    return found.value;
  };
}

function isWanted(record: LogRecordJson, filter: LogFilter, place: RecordPlace): boolean {
  const { types, topic, brokerId } = filter;
  return (
    (types === null || types.includes(record.type)) &&
    (topic === null || concernsTopic(record, topic, place)) &&
    (brokerId === null || concernsBroker(record, brokerId, place))
  );
}

/** Every type of record that the log can hold, as the API shows it. */
export const LOG_RECORD_TYPES: readonly string[] = [
  ...Object.keys(CONTROL_RECORDS).map(upperSnake),
  ...Object.keys({ ...RECORDS, ...OWN_RECORDS }).map((name) => `${upperSnake(name)}_RECORD`),
];
