/**
 * The codecs of single values: numbers, strings, byte strings, and the two forms a length takes. Strings are limited
 * to 32767 bytes in every version, because Kafka's own readers refuse longer ones.
 */

import { AssertionError, assert } from "../base/assert.ts";
import type { ByteReader } from "../base/byte-reader.ts";
import type { ByteWriter } from "../base/byte-writer.ts";
import { MalformedError } from "../base/malformed-error.ts";
import type { ScalarType } from "./schema.ts";

/** Reads and writes one value of one field in one version. */
export interface Codec {
  readonly read: (reader: ByteReader) => unknown;
  readonly write: (writer: ByteWriter, value: unknown) => void;
}

/** Where a value stands and how its length is written there. */
export interface Place {
  /** For messages: `FetchRequest.topics`. */
  readonly path: string;
  readonly nullable: boolean;
  /** The length is uvarint(length + 1), with 0 for null; else an int16 or int32, with -1 for null (KIP-482). */
  readonly compact: boolean;
}

const MAX_STRING_BYTES = 32767;

/** The codec of a value that is neither a struct nor an array. */
export function scalarCodec(type: ScalarType, place: Place): Codec {
  switch (type) {
    case "string":
      return stringCodec(place);
    case "bytes":
    case "records":
      return bytesCodec(place);
    default:
      assert(!place.nullable, `${place.path} is ${type} and cannot be null`);
      return FIXED[type];
  }
}

const FIXED: Record<Exclude<ScalarType, "string" | "bytes" | "records">, Codec> = {
  bool: {
    read: (reader) => reader.int8() !== 0,
    write: (writer, value) => {
      if (typeof value !== "boolean")
        throw new AssertionError(`Cannot encode ${value}: not a bool`);
      writer.int8(value ? 1 : 0);
    },
  },
  int8: {
    read: (reader) => reader.int8(),
    write: (writer, value) => writer.int8(value as number),
  },
  int16: {
    read: (reader) => reader.int16(),
    write: (writer, value) => writer.int16(value as number),
  },
  uint16: {
    read: (reader) => reader.uint16(),
    write: (writer, value) => writer.uint16(value as number),
  },
  int32: {
    read: (reader) => reader.int32(),
    write: (writer, value) => writer.int32(value as number),
  },
  int64: {
    read: (reader) => reader.int64(),
    write: (writer, value) => writer.int64(value as bigint),
  },
  float64: {
    read: (reader) => reader.float64(),
    write: (writer, value) => writer.float64(value as number),
  },
  uuid: {
    read: (reader) => reader.uuid(),
    write: (writer, value) => writer.uuid(value as string),
  },
};

/** A value behind its length, of which only the content is left to say. */
export function sizedCodec(
  place: Place,
  lengthBytes: 2 | 4,
  readContent: (reader: ByteReader, length: number) => unknown,
  writeContent: (writer: ByteWriter, value: unknown) => void,
): Codec {
  const { path, nullable, compact } = place;
  return {
    read: (reader) => {
      const length = readLength(reader, compact, lengthBytes);
      if (length >= 0) return readContent(reader, length);
      if (length === -1 && nullable) return null;
      throw new MalformedError(`${path}: length ${length} is not allowed`);
    },
    write: (writer, value) => {
      if (value !== null) {
        writeContent(writer, value);
        return;
      }
      if (!nullable) throw new AssertionError(`Cannot encode ${path}: null is not allowed`);
      writeLength(writer, -1, compact, lengthBytes);
    },
  };
}

function readLength(reader: ByteReader, compact: boolean, lengthBytes: 2 | 4): number {
  if (compact) return reader.uvarint() - 1;
  return lengthBytes === 2 ? reader.int16() : reader.int32();
}

/** Writes the length of a value; -1 stands for null. */
export function writeLength(
  writer: ByteWriter,
  length: number,
  compact: boolean,
  lengthBytes: 2 | 4,
): void {
  if (compact) writer.uvarint(length + 1);
  else if (lengthBytes === 2) writer.int16(length);
  else writer.int32(length);
}

function stringCodec(place: Place): Codec {
  const { path, compact } = place;
  return sizedCodec(
    place,
    2,
    (reader, length) => {
      if (length > MAX_STRING_BYTES) throw new MalformedError(`${path}: ${length} bytes long`);
      return reader.utf8(length);
    },
    (writer, value) => {
      if (typeof value !== "string") throw new AssertionError(`Cannot encode ${path}: no string`);
      if (value.length > MAX_STRING_BYTES) throw tooLong(path);
      const start = writer.length;
      writeLength(writer, value.length, compact, 2);
      const written = writer.utf8(value);
      if (written === value.length) return;
      // Not ASCII: the length that was guessed is wrong.
      if (written > MAX_STRING_BYTES) throw tooLong(path);
      writer.rewind(start);
      writeLength(writer, written, compact, 2);
      writer.utf8(value);
    },
  );
}

function tooLong(path: string): AssertionError {
  return new AssertionError(`Cannot encode ${path}: longer than ${MAX_STRING_BYTES} bytes`);
}

function bytesCodec(place: Place): Codec {
  const { path, compact } = place;
  return sizedCodec(
    place,
    4,
    (reader, length) => reader.take(length),
    (writer, value) => {
      if (!(value instanceof Uint8Array)) {
        throw new AssertionError(`Cannot encode ${path}: no bytes`);
      }
      writeLength(writer, value.length, compact, 4);
      writer.raw(value);
    },
  );
}
