/** A metadata log as it grows: bytes from whichever controllers wrote them, records as both sides decode them. */

import { CONTROL_RECORDS, decodeControlRecord } from "../../src/protocol/control-record.ts";
import { type Json, toJson } from "../../src/protocol/json-form.ts";
import { decodeRecord, recordSchema } from "../../src/protocol/metadata-record.ts";
import {
  type Batch,
  type BatchRecord,
  readBatches,
  readRecords,
} from "../../src/protocol/record-batch.ts";
import type { Schema } from "../../src/protocol/schema.ts";

/** One record of the log, in Kafka's JSON. */
export interface LoggedRecord {
  readonly offset: number;
  /** Such as `topic` or `partitionChange`; control records too. */
  readonly type: string;
  readonly version: number;
  readonly data: { readonly [field: string]: Json };
}

/** Hands over what was appended to the log since a position in bytes. */
export type LogBytesFrom = (position: number) => Promise<Uint8Array>;

export class MetadataLog {
  readonly records: LoggedRecord[] = [];
  readonly #bytesFrom: LogBytesFrom;
  readonly #parts: Uint8Array[] = [];
  #size = 0;
  #endOffset = 0;

  constructor(bytesFrom: LogBytesFrom) {
    this.#bytesFrom = bytesFrom;
  }

  /** The log so far as one file. */
  get bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  /** Reads what is new and returns how many records there are now. */
  async advance(): Promise<number> {
    const bytes = await this.#bytesFrom(this.#size);
    for (const batch of readBatches(bytes)) {
      if (batch.baseOffset !== this.#endOffset) {
        throw new Error(`the log goes on at ${batch.baseOffset}, not at ${this.#endOffset}`);
      }
      this.#endOffset = batch.lastOffset + 1;
      this.#size += batch.bytes.length;
      this.#parts.push(batch.bytes);
      this.records.push(...recordsOf(batch));
    }
    return this.records.length;
  }
}

function readControl(record: BatchRecord) {
  const { type, data } = decodeControlRecord(record);
  return { type, version: 0, schema: CONTROL_RECORDS[type].schema as Schema, data };
}

function readMetadata({ value }: BatchRecord) {
  const { type, version, data } = decodeRecord(value);
  return { type, version, schema: recordSchema(type), data };
}

function recordsOf(batch: Batch): LoggedRecord[] {
  return readRecords(batch).map((record, index) => {
    const { type, version, schema, data } = batch.control
      ? readControl(record)
      : readMetadata(record);
    const json = toJson(schema, version, data) as LoggedRecord["data"];
    return { offset: batch.baseOffset + index, type, version, data: json };
  });
}
