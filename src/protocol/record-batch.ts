/**
 * Record batch v2, the unit of Kafka's log: https://kafka.apache.org/documentation/#recordbatch
 * Only what a metadata log holds is accepted: uncompressed, no keys on data records, no headers.
 */

import { assert } from "../base/assert.ts";
import { ByteReader } from "../base/byte-reader.ts";
import { type ByteWriter, bytesWritten, varintBytes } from "../base/byte-writer.ts";
import { crc32c } from "../base/crc32c.ts";
import { MalformedError } from "../base/malformed-error.ts";

/** Bytes before the first record. */
export const BATCH_OVERHEAD_BYTES = 61;
/** Bytes before the part that batchLength counts. */
const LENGTH_PREFIX_BYTES = 12;
const CRC_POSITION = 17;
const ATTRIBUTES_POSITION = 21;
const CONTROL_FLAG = 0x20;

/** One record: a control record has a key, a data record has none. */
export interface BatchRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array;
}

export interface BatchHeader {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly leaderEpoch: number;
  readonly control: boolean;
  readonly timestampMs: number;
  readonly recordCount: number;
}

/** A whole batch whose header was read; the records are decoded on demand. */
export interface Batch extends BatchHeader {
  /** The batch as it stands in the log. */
  readonly bytes: Uint8Array;
}

export interface NewBatch {
  readonly baseOffset: number;
  readonly leaderEpoch: number;
  readonly timestampMs: number;
  readonly control: boolean;
  readonly records: readonly BatchRecord[];
}

/** The bytes of a batch with the given records, at least one, at consecutive offsets. */
export function encodeBatch(batch: NewBatch): Uint8Array {
  assert(batch.records.length > 0, "Cannot encode a batch without records");
  return bytesWritten((writer) => writeBatch(writer, batch));
}

function writeBatch(writer: ByteWriter, batch: NewBatch): void {
  const start = writer.length;
  writer.safeInt64(batch.baseOffset);
  writer.int32(0);
  writer.int32(batch.leaderEpoch);
  writer.int8(2);
  writer.uint32(0);
  writer.int16(batch.control ? CONTROL_FLAG : 0);
  writer.int32(batch.records.length - 1);
  writer.safeInt64(batch.timestampMs);
  writer.safeInt64(batch.timestampMs);
  writer.int64(-1n);
  writer.int16(-1);
  writer.int32(-1);
  writer.int32(batch.records.length);
  batch.records.forEach((record, index) => {
    writeRecord(writer, record, index);
  });
  writer.patchInt32(start + 8, writer.length - start - LENGTH_PREFIX_BYTES);
  const crc = crc32c(writer.finish(), start + ATTRIBUTES_POSITION);
  writer.patchUint32(start + CRC_POSITION, crc);
}

function writeRecord(writer: ByteWriter, { key, value }: BatchRecord, offsetDelta: number): void {
  const keyBytes = key === null ? varintBytes(-1) : varintBytes(key.length) + key.length;
  // Attributes, timestamp delta and the number of headers are zero: a byte each.
  writer.varint(3 + varintBytes(offsetDelta) + keyBytes + varintBytes(value.length) + value.length);
  writer.int8(0);
  writer.varint(0);
  writer.varint(offsetDelta);
  writer.varint(key === null ? -1 : key.length);
  if (key !== null) writer.raw(key);
  writer.varint(value.length);
  writer.raw(value);
  writer.varint(0);
}

/**
 * Reads the header of the batch at `start` and checks length, magic and checksum. Returns null when the bytes
 * end before the batch does, as the last batch of a fetch may.
 */
export function readBatch(bytes: Uint8Array, start = 0): Batch | null {
  const available = bytes.length - start;
  if (available < LENGTH_PREFIX_BYTES) return null;
  const reader = new ByteReader(bytes, start);
  const baseOffset = reader.safeInt64();
  const size = reader.int32() + LENGTH_PREFIX_BYTES;
  if (size < BATCH_OVERHEAD_BYTES) throw new MalformedError(`batch of ${size} bytes is too short`);
  if (size > available) return null;
  const leaderEpoch = reader.int32();
  const magic = reader.int8();
  if (magic !== 2) throw new MalformedError(`batch has magic ${magic}, not 2`);
  const crc = reader.uint32();
  const end = start + size;
  if (crc32c(bytes, start + ATTRIBUTES_POSITION, end) !== crc) {
    throw new MalformedError(`batch at offset ${baseOffset} fails its checksum`);
  }
  const attributes = reader.int16();
  if ((attributes & ~CONTROL_FLAG) !== 0) {
    throw new MalformedError(`batch attributes ${attributes} are not of a metadata log`);
  }
  const lastOffsetDelta = reader.int32();
  const timestampMs = reader.safeInt64();
  reader.skip(22);
  const recordCount = reader.int32();
  if (recordCount < 1 || recordCount !== lastOffsetDelta + 1 || baseOffset < 0) {
    throw new MalformedError(`batch at offset ${baseOffset} claims ${recordCount} records`);
  }
  return {
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    leaderEpoch,
    control: (attributes & CONTROL_FLAG) !== 0,
    timestampMs,
    recordCount,
    bytes: bytes.subarray(start, end),
  };
}

/** Every whole batch in `bytes`, in order; a trailing incomplete one is left out. */
export function* readBatches(bytes: Uint8Array): Generator<Batch> {
  let position = 0;
  while (position < bytes.length) {
    const batch = readBatch(bytes, position);
    if (batch === null) return;
    position += batch.bytes.length;
    yield batch;
  }
}

/** The records of a batch, in offset order, as views of its bytes. Throws MalformedError for what Kafka's metadata reader refuses. */
export function readRecords(batch: Batch): BatchRecord[] {
  const reader = new ByteReader(batch.bytes, BATCH_OVERHEAD_BYTES);
  const records: BatchRecord[] = [];
  for (let i = 0; i < batch.recordCount; i++) records.push(readRecord(reader, i, batch.control));
  if (reader.remaining > 0) {
    throw new MalformedError(`${reader.remaining} bytes follow the records of a batch`);
  }
  return records;
}

function readRecord(reader: ByteReader, index: number, control: boolean): BatchRecord {
  const end = reader.narrow(reader.varint());
  const attributes = reader.int8();
  const timestampDelta = reader.varlong();
  const offsetDelta = reader.varint();
  if (attributes !== 0 || timestampDelta !== 0n || offsetDelta !== index) {
    throw new MalformedError(`record ${index} of a batch is not one of a metadata log`);
  }
  const keyLength = reader.varint();
  if (control ? keyLength < 0 : keyLength !== -1) {
    throw new MalformedError(`record ${index} has a key of length ${keyLength}`);
  }
  const key = control ? reader.take(keyLength) : null;
  const value = reader.take(reader.varint());
  if (reader.varint() !== 0 || reader.remaining > 0) {
    throw new MalformedError(`record ${index} has headers or trailing bytes`);
  }
  reader.widen(end);
  return { key, value };
}
