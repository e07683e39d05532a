/**
 * The codec derived from a schema: one compiled writer and reader for each schema and version, made on first use.
 * Reading never trusts a length: it throws MalformedError before it allocates more than the input can hold. What it
 * yields for `bytes` and `records` are views of the input, not copies.
 */

import { AssertionError, assert } from "../base/assert.ts";
import { ByteReader } from "../base/byte-reader.ts";
import { ByteWriter } from "../base/byte-writer.ts";
import { MalformedError } from "../base/malformed-error.ts";
import { defaultOf, isDefault } from "./field-default.ts";
import type { Decoded, Field, Fields, Init, Schema } from "./schema.ts";
import { holds } from "./schema.ts";
import { type Codec, scalarCodec, sizedCodec, writeLength } from "./value-codec.ts";
import { type ShortForm, VOTER_FETCH } from "./voter-fetch.ts";

type Struct = Record<string, unknown>;

/** The bytes of arrays that are written again and again, by the codec that has written them. */
const KEPT = new WeakMap<readonly unknown[], Map<object, Uint8Array>>();

/** Keeps the bytes of `array` from its first encoding on; neither it nor what is in it may change any more. */
export function keepEncoded<T extends readonly unknown[]>(array: T): T {
  KEPT.set(array, new Map());
  return array;
}

const COMPILED = new WeakMap<Schema, Map<number, Codec>>();

/**
 * The bytes of `value` in `version` of the message. A value that the version cannot carry is a programming error
 * and throws AssertionError, unless Kafka marks the field ignorable.
 */
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
  if (!supports(schema, version)) {
    throw new AssertionError(`Cannot encode ${schema.name}: there is no version ${version}`);
  }
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
  return Number.isInteger(version) && version >= schema.minVersion && version <= schema.maxVersion;
}

function codecOf(schema: Schema, version: number): Codec {
  let versions = COMPILED.get(schema);
  if (versions === undefined) {
    versions = new Map();
    COMPILED.set(schema, versions);
  }
  let codec = versions.get(version);
  if (codec === undefined) {
    codec = structCodec(schema.name, schema.fields, version, version >= schema.flexibleFrom);
    const short = VOTER_FETCH.find((form) => form.schema === schema && form.version === version);
    if (short !== undefined) codec = withShortForm(codec, short);
    versions.set(version, codec);
  }
  return codec;
}

/** Tries a way that is known for some messages first. */
function withShortForm(codec: Codec, short: ShortForm): Codec {
  return {
    read: (reader) => {
      const start = reader.position;
      const value = short.read(reader);
      if (value !== null) return value;
      reader.rewind(start);
      return codec.read(reader);
    },
    write: (writer, value) => {
      const start = writer.length;
      if (short.write(writer, value as object)) return;
      writer.rewind(start);
      codec.write(writer, value);
    },
  };
}

interface Member {
  readonly name: string;
  readonly field: Field;
  readonly codec: Codec;
  /** What is written when nothing was given. */
  readonly fallback: unknown;
}

interface TaggedMember extends Member {
  readonly tag: number;
}

interface Layout {
  readonly path: string;
  /** In the order of the wire. */
  readonly plain: readonly Member[];
  /** In ascending order of their tags. */
  readonly tagged: readonly TaggedMember[];
  /** Fields that this version lacks. */
  readonly absent: readonly { readonly name: string; readonly field: Field }[];
  readonly flexible: boolean;
}

function structCodec(path: string, fields: Fields, version: number, flexible: boolean): Codec {
  const layout = layoutOf(path, fields, version, flexible);
  return { read: structReader(layout, fields), write: structWriter(layout) };
}

function layoutOf(path: string, fields: Fields, version: number, flexible: boolean): Layout {
  const plain: Member[] = [];
  const tagged: TaggedMember[] = [];
  const absent: { name: string; field: Field }[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (!holds(field.versions, version)) {
      absent.push({ name, field });
      continue;
    }
    const codec = fieldCodec(`${path}.${name}`, field, version, flexible);
    const member = { name, field, codec, fallback: defaultOf(field) };
    const { tag } = field;
    if (tag !== null && flexible && holds(field.taggedVersions, version)) {
      tagged.push({ ...member, tag });
    } else {
      plain.push(member);
    }
  }
  tagged.sort((a, b) => a.tag - b.tag);
  return { path, plain, tagged, absent, flexible };
}

function structReader(layout: Layout, fields: Fields): Codec["read"] {
  const { path, plain, tagged, absent, flexible } = layout;
  // A clone of one template is made faster than an object that grows field by field, and keeps the schema's order.
  const template: Struct = {};
  for (const [name, field] of Object.entries(fields)) template[name] = field.default;
  const unread = [...tagged, ...absent];
  const fresh = unread.filter(({ field }) => typeof defaultOf(field) === "object");
  return (reader) => {
    const value: Struct = { ...template };
    for (const member of plain) value[member.name] = member.codec.read(reader);
    for (const member of fresh) value[member.name] = defaultOf(member.field);
    if (flexible) readTags(path, reader, tagged, value);
    return value;
  };
}

function structWriter({ path, plain, tagged, absent, flexible }: Layout): Codec["write"] {
  const unwritable = absent.filter(({ field }) => !field.ignorable);
  return (writer, given) => {
    const value = given as Struct;
    for (const { name, field } of unwritable) {
      if (value[name] !== undefined && !isDefault(field, value[name])) {
        throw new AssertionError(`Cannot encode ${path}.${name}: the version has no such field`);
      }
    }
    for (const member of plain) {
      const own = value[member.name];
      member.codec.write(writer, own === undefined ? member.fallback : own);
    }
    if (flexible) writeTags(writer, tagged, value);
  };
}

/** Reads past the tagged fields of a struct that has none of its own. */
export function skipTags(path: string, reader: ByteReader): void {
  readTags(path, reader, [], {});
}

function readTags(
  path: string,
  reader: ByteReader,
  members: readonly TaggedMember[],
  value: Struct,
): void {
  const count = reader.uvarint();
  let previous = -1;
  for (let i = 0; i < count; i++) {
    const tag = reader.uvarint();
    if (tag <= previous) throw new MalformedError(`${path}: tag ${tag} follows tag ${previous}`);
    previous = tag;
    const end = reader.narrow(reader.uvarint());
    const member = members.find((known) => known.tag === tag);
    if (member === undefined) {
      reader.skip(reader.remaining);
    } else {
      value[member.name] = member.codec.read(reader);
      if (reader.remaining > 0) {
        throw new MalformedError(`${path}.${member.name}: ${reader.remaining} bytes too many`);
      }
    }
    reader.widen(end);
  }
}

function writeTags(writer: ByteWriter, members: readonly TaggedMember[], value: Struct): void {
  const countPosition = writer.length;
  let count = 0;
  writer.uvarint(0);
  for (const { name, field, codec, tag } of members) {
    const own = value[name];
    if (own === undefined || isDefault(field, own)) continue;
    count += 1;
    writer.uvarint(tag);
    const start = writer.length;
    codec.write(writer, own);
    writer.insertSize(start);
  }
  // No struct has 128 tagged fields, so the count is one byte.
  if (count > 0) writer.patchUint8(countPosition, count);
}

function fieldCodec(path: string, field: Field, version: number, flexible: boolean): Codec {
  const nullable = holds(field.nullable, version);
  if (field.type === "array") return arrayCodec(path, field, version, flexible);
  if (field.type === "struct") {
    assert(field.fields !== null, `${path} has no fields`);
    const inner = structCodec(path, field.fields, version, flexible);
    return nullable ? nullableStruct(inner) : inner;
  }
  return scalarCodec(field.type, { path, nullable, compact: flexible && !field.neverFlexible });
}

function arrayCodec(path: string, field: Field, version: number, flexible: boolean): Codec {
  const { element } = field;
  assert(element !== null, `${path} has no element`);
  const codec =
    typeof element === "string"
      ? scalarCodec(element, { path, nullable: false, compact: flexible })
      : structCodec(path, element, version, flexible);
  return sizedCodec(
    { path, nullable: holds(field.nullable, version), compact: flexible },
    4,
    (reader, length) => {
      // Every element takes at least one byte, so a larger count is a lie that must not allocate.
      if (length > reader.remaining) {
        throw new MalformedError(`${path}: ${length} elements in ${reader.remaining} bytes`);
      }
      reader.countElements(length);
      const values: unknown[] = [];
      for (let i = 0; i < length; i++) values.push(codec.read(reader));
      return values;
    },
    (writer, value) => {
      if (!Array.isArray(value)) throw new AssertionError(`Cannot encode ${path}: no array`);
      const kept = KEPT.get(value);
      const bytes = kept?.get(codec);
      if (bytes !== undefined) {
        writer.raw(bytes);
        return;
      }
      const start = writer.length;
      writeLength(writer, value.length, flexible, 4);
      for (const item of value) codec.write(writer, item);
      kept?.set(codec, writer.finish().slice(start));
    },
  );
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
