/** The log format against the metadata log and the checkpoints that real controllers wrote. */

import { expect, test } from "vitest";
import {
  CONTROL_RECORDS,
  decodeControlRecord,
  encodeControlRecord,
} from "../../src/protocol/control-record.ts";
import { toJson } from "../../src/protocol/json-form.ts";
import { decodeRecord, encodeRecord, RECORDS } from "../../src/protocol/metadata-record.ts";
import {
  type Batch,
  type BatchRecord,
  encodeBatch,
  readBatches,
  readRecords,
} from "../../src/protocol/record-batch.ts";
import { fromHex, recordedBatches, toHex, vector } from "./recordings.ts";

/** FEATURE_LEVEL_RECORD for FeatureLevelRecord, KRAFT_VERSION for kraftVersion. */
function kafkaName(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

type RecordJson = ReturnType<typeof recordedBatches>[number]["records"][number];

/** Kafka's JSON of a record, and the record written anew. */
function readOne(batch: Batch, record: BatchRecord): { json: RecordJson; again: BatchRecord } {
  if (batch.control) {
    const control = decodeControlRecord(record);
    const { schema } = CONTROL_RECORDS[control.type];
    const json = { control: kafkaName(control.type), data: toJson(schema, 0, control.data) };
    return { json, again: encodeControlRecord(control) };
  }
  const read = decodeRecord(record.value);
  const { key, schema } = RECORDS[read.type as keyof typeof RECORDS];
  const json = {
    type: kafkaName(schema.name),
    apiKey: key,
    version: read.version,
    data: toJson(schema, read.version, read.data),
  };
  return { json, again: { key: null, value: encodeRecord(read) } };
}

function readAll(batch: Batch): RecordJson[] {
  const { baseOffset, leaderEpoch, timestampMs, control } = batch;
  const read = readRecords(batch).map((record) => readOne(batch, record));
  const records = read.map(({ again }) => again);
  const again = encodeBatch({ baseOffset, leaderEpoch, timestampMs, control, records });
  expect(toHex(again)).toBe(toHex(batch.bytes));
  return read.map(({ json }) => json);
}

test.each([
  ["metadata.log", 791, 1221],
  ["bootstrap.checkpoint", 2, 4],
  ["33.checkpoint", 3, 13],
  ["457.checkpoint", 3, 144],
])("%s reads as Kafka's JSON and writes back to the same bytes", (file, batches, records) => {
  const lines = recordedBatches(file);
  const read = [...readBatches(fromHex(lines.map(({ hex }) => hex).join("")))];
  const json = read.map(({ bytes, recordCount, ...header }, i) => {
    expect(recordCount).toBe(lines[i]?.records.length);
    return { ...header, hex: toHex(bytes), records: readAll({ bytes, recordCount, ...header }) };
  });
  expect(json).toEqual(lines.map(({ crc, bytes, ...line }) => line));
  const total = json.reduce((sum, { records }) => sum + records.length, 0);
  expect([lines.length, total]).toEqual([batches, records]);
});

test.each([
  ["batch_control_start_of_epoch", ["LEADER_CHANGE", "KRAFT_VERSION", "KRAFT_VOTERS"]],
  [
    "batch_bootstrap_records",
    [
      "BEGIN_TRANSACTION_RECORD",
      "FEATURE_LEVEL_RECORD",
      "FEATURE_LEVEL_RECORD",
      "FEATURE_LEVEL_RECORD",
      "END_TRANSACTION_RECORD",
    ],
  ],
  ["batch_register_broker", ["REGISTER_BROKER_RECORD"]],
  ["batch_unfence", ["BROKER_REGISTRATION_CHANGE_RECORD"]],
  ["batch_create_topic", ["TOPIC_RECORD", "PARTITION_RECORD"]],
  [
    "snapshot_file",
    [
      "SNAPSHOT_HEADER",
      "KRAFT_VERSION",
      "KRAFT_VOTERS",
      "FEATURE_LEVEL_RECORD",
      "FEATURE_LEVEL_RECORD",
      "SNAPSHOT_FOOTER",
    ],
  ],
])("the vector %s reads and writes back to the same bytes", (name, types) => {
  const read = [...readBatches(vector(name))].flatMap(readAll);
  const seen = read.map(({ control, type }) => control ?? type);
  expect(seen).toEqual(types);
});
