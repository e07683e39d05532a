/**
 * The codec derived from a schema: one compiled writer and reader for each schema and version, made on first use.
 * Reading never trusts a length: it throws MalformedError before it allocates more than the input can hold.
 */

import { assert } from "../base/assert.ts";
import { ByteReader } from "../base/byte-reader.ts";
import { ByteWriter, encodeUtf8 } from "../base/byte-writer.ts";
import { MalformedError } from "../base/malformed-error.ts";
import { defaultOf, isDefault } from "./field-default.ts";
import type { Decoded, Field, Fields, Init, ScalarType, Schema } from "./schema.ts";
import { holds } from "./schema.ts";

type Read = (reader: ByteReader) => unknown;
type Write = (writer: ByteWriter, value: unknown) => void;
type Struct = Record<string, unknown>;

interface Codec {
  readonly read: Read;
  readonly write: Write;
}

/** A codec whose value follows a length that also says null. */
interface Sized {
  readonly read: (reader: ByteReader, length: number) => unknown;
  readonly measure: (value: unknown) => [length: number, content: unknown];
  readonly write: Write;
}

const COMPILED = new WeakMap<Schema, Map<number, Codec>>();

/** The bytes of `value` in `version` of the message. */
export function encode<F extends Fields>(
  schema: Schema<F>,
  version: number,
  value: Init<F>,
): Uint8Array {
  const writer = new ByteWriter();
  encodeInto(writer, schema, version, value);
  return writer.finish();
}

/** Appends the bytes of `value` in `version` of the message. */
export function encodeInto<F extends Fields>(
  writer: ByteWriter,
  schema: Schema<F>,
  version: number,
  value: Init<F>,
): void {
  assert(supports(schema, version), `Cannot encode ${schema.name}: there is no version ${version}`);
  codecOf(schema, version).write(writer, value);
}

/** Reads one whole message. Throws MalformedError when the bytes are not exactly one such message. */
export function decode<F extends Fields>(
  schema: Schema<F>,
  version: number,
  bytes: Uint8Array,
): Decoded<F> {
  const reader = new ByteReader(bytes);
  const value = decodeFrom(reader, schema, version);
  if (reader.remaining > 0) {
    throw new MalformedError(`${reader.remaining} bytes follow ${schema.name} version ${version}`);
  }
  return value;
}

/** Reads one message and leaves the reader behind it. */
export function decodeFrom<F extends Fields>(
  reader: ByteReader,
  schema: Schema<F>,
  version: number,
): Decoded<F> {
  if (!supports(schema, version)) {
    throw new MalformedError(`${schema.name} has no version ${version}`);
  }
  return codecOf(schema, version).read(reader) as Decoded<F>;
}

/** True when the message has this version. */
export function supports(schema: Schema, version: number): boolean {
  return version >= schema.minVersion && version <= schema.maxVersion;
}

function codecOf(schema: Schema, version: number): Codec {
  let versions = COMPILED.get(schema);
  if (versions === undefined) {
    versions = new Map();
    COMPILED.set(schema, versions);
  }
  let codec = versions.get(version);
  if (codec === undefined) {
    codec = structCodec(schema.name, schema.fields, version, holds(schema.flexible, version));
    versions.set(version, codec);
  }
  return codec;
}

interface Member {
  readonly name: string;
  readonly field: Field;
  readonly codec: Codec;
}

function structCodec(path: string, fields: Fields, version: number, flexible: boolean): Codec {
  const plain: Member[] = [];
  const tagged = new Map<number, Member>();
  const absent: { name: string; field: Field }[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (!holds(field.versions, version)) {
      absent.push({ name, field });
      continue;
    }
    const codec = fieldCodec(`${path}.${name}`, field, version, flexible);
    if (field.tag !== null && flexible && holds(field.taggedVersions, version)) {
      tagged.set(field.tag, { name, field, codec });
    } else {
      plain.push({ name, field, codec });
    }
  }
  const inTagOrder = [...tagged].sort(([a], [b]) => a - b);

  function read(reader: ByteReader): Struct {
    const value: Struct = {};
    for (const { name, codec } of plain) value[name] = codec.read(reader);
    for (const [, { name, field }] of inTagOrder) value[name] = defaultOf(field);
    for (const { name, field } of absent) value[name] = defaultOf(field);
    if (flexible) readTags(path, reader, tagged, value);
    return value;
  }

  function write(writer: ByteWriter, given: unknown): void {
    const value = given as Struct;
    for (const { name, field } of absent) {
      assert(
        field.ignorable || value[name] === undefined || isDefault(field, value[name]),
        `Cannot encode ${path}.${name}: version ${version} has no such field`,
      );
    }
    for (const { name, field, codec } of plain) {
      codec.write(writer, value[name] === undefined ? defaultOf(field) : value[name]);
    }
    if (flexible) writeTags(writer, inTagOrder, value);
  }
  return { read, write };
}

function readTags(
  path: string,
  reader: ByteReader,
  tagged: ReadonlyMap<number, Member>,
  value: Struct,
): void {
  const count = reader.uvarint();
  let previous = -1;
  for (let i = 0; i < count; i++) {
    const tag = reader.uvarint();
    if (tag <= previous) throw new MalformedError(`${path}: tag ${tag} follows tag ${previous}`);
    previous = tag;
    const size = reader.uvarint();
    const start = reader.skip(size);
    const member = tagged.get(tag);
    if (member === undefined) continue;
    const inner = new ByteReader(reader.bytes, start, start + size);
    value[member.name] = member.codec.read(inner);
    if (inner.remaining > 0) {
      throw new MalformedError(`${path}.${member.name}: ${inner.remaining} bytes too many`);
    }
  }
}

function writeTags(
  writer: ByteWriter,
  members: readonly (readonly [number, Member])[],
  value: Struct,
): void {
  const present = members.filter(([, { name, field }]) => {
    const given = value[name];
    return given !== undefined && !isDefault(field, given);
  });
  writer.uvarint(present.length);
  for (const [tag, { name, codec }] of present) {
    const inner = new ByteWriter(64);
    codec.write(inner, value[name]);
    writer.uvarint(tag);
    writer.uvarint(inner.length);
    writer.raw(inner.finish());
  }
}

function fieldCodec(path: string, field: Field, version: number, flexible: boolean): Codec {
  const nullable = holds(field.nullable, version);
  const compact = flexible && !field.neverFlexible;
  if (field.type === "array") {
    return sizedCodec(path, arraySized(path, field, version, flexible), 4, compact, nullable);
  }
  if (field.type === "struct") {
    assert(field.fields !== null, `${path} has no fields`);
    const inner = structCodec(path, field.fields, version, flexible);
    return nullable ? nullableStruct(inner) : inner;
  }
  return scalarCodec(path, field.type, compact, nullable);
}

function scalarCodec(path: string, type: ScalarType, compact: boolean, nullable: boolean): Codec {
  switch (type) {
    case "string":
      return sizedCodec(path, STRING, 2, compact, nullable);
    case "bytes":
    case "records":
      return sizedCodec(path, BYTES, 4, compact, nullable);
    default:
      return FIXED[type];
  }
}

const FIXED: Record<Exclude<ScalarType, "string" | "bytes" | "records">, Codec> = {
  bool: {
    read: (reader) => reader.int8() !== 0,
    write: (writer, value) => writer.int8(value === true ? 1 : 0),
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

const STRING: Sized = {
  read: (reader, length) => reader.utf8(length),
  measure: (value) => {
    const content = encodeUtf8(value as string);
    return [content.length, content];
  },
  write: (writer, content) => writer.raw(content as Uint8Array),
};

const BYTES: Sized = {
  read: (reader, length) => reader.take(length),
  measure: (value) => [(value as Uint8Array).length, value],
  write: STRING.write,
};

function arraySized(path: string, field: Field, version: number, flexible: boolean): Sized {
  const element = field.element;
  assert(element !== null, `${path} has no element`);
  const codec =
    typeof element === "string"
      ? scalarCodec(path, element, flexible, false)
      : structCodec(path, element, version, flexible);
  return {
    read: (reader, length) => {
      // Every element takes at least one byte, so a larger count is a lie that must not allocate.
      if (length > reader.remaining) {
        throw new MalformedError(`${path}: ${length} elements in ${reader.remaining} bytes`);
      }
      const values: unknown[] = [];
      for (let i = 0; i < length; i++) values.push(codec.read(reader));
      return values;
    },
    measure: (value) => [(value as unknown[]).length, value],
    write: (writer, value) => {
      for (const item of value as unknown[]) codec.write(writer, item);
    },
  };
}

/** A value behind its length: uvarint(length + 1) when compact, else an int16 or int32; null is 0 or -1. */
function sizedCodec(
  path: string,
  content: Sized,
  lengthBytes: 2 | 4,
  compact: boolean,
  nullable: boolean,
): Codec {
  function readLength(reader: ByteReader): number {
    if (compact) return reader.uvarint() - 1;
    return lengthBytes === 2 ? reader.int16() : reader.int32();
  }
  function writeLength(writer: ByteWriter, length: number): void {
    if (compact) writer.uvarint(length + 1);
    else if (lengthBytes === 2) writer.int16(length);
    else writer.int32(length);
  }
  return {
    read: (reader) => {
      const length = readLength(reader);
      if (length >= 0) return content.read(reader, length);
      if (length === -1 && nullable) return null;
      throw new MalformedError(`${path}: length ${length} is not allowed`);
    },
    write: (writer, value) => {
      if (value === null) {
        assert(nullable, `Cannot encode ${path}: null is not allowed`);
        writeLength(writer, -1);
        return;
      }
      const [length, measured] = content.measure(value);
      assert(compact || lengthBytes === 4 || length <= 32767, `Cannot encode ${path}: too long`);
      writeLength(writer, length);
      content.write(writer, measured);
    },
  };
}

/** A struct that may be null is preceded by one byte: 1 when it is there, -1 when not. */
function nullableStruct(inner: Codec): Codec {
  return {
    read: (reader) => (reader.int8() < 0 ? null : inner.read(reader)),
    write: (writer, value) => {
      writer.int8(value === null ? -1 : 1);
      if (value !== null) inner.write(writer, value);
    },
  };
}
