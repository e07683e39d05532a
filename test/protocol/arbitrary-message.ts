/** Arbitrary values of any schema, derived from the schema: what decoding such a message can yield. */

import fc from "fast-check";
import { uuidFromBytes } from "../../src/base/uuid.ts";
import { defaultOf } from "../../src/protocol/field-default.ts";
import {
  type Field,
  type Fields,
  holds,
  type ScalarType,
  type Schema,
} from "../../src/protocol/schema.ts";

type Value = fc.Arbitrary<unknown>;

const bytes = fc.uint8Array({ maxLength: 12 });

const SCALARS: Record<ScalarType, Value> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32768, max: 32767 }),
  uint16: fc.integer({ min: 0, max: 65535 }),
  int32: fc.integer(),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  float64: fc.double({ noNaN: true }),
  uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((raw) => uuidFromBytes(raw)),
  // Now and then longer than 127 bytes, where a compact length grows to two bytes.
  string: fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
    { weight: 1, arbitrary: fc.string({ minLength: 120, maxLength: 140 }) },
  ),
  bytes,
  records: bytes,
};

/** Any value that `version` of the message can carry; fields it lacks hold their default. */
export function arbitraryMessage(schema: Schema, version: number): fc.Arbitrary<object> {
  return arbitraryStruct(schema.fields, version) as fc.Arbitrary<object>;
}

function arbitraryStruct(fields: Fields, version: number): Value {
  const members: Record<string, Value> = {};
  for (const [name, field] of Object.entries(fields)) {
    members[name] = holds(field.versions, version)
      ? arbitraryField(field, version)
      : fc.constant(null).map(() => defaultOf(field));
  }
  return fc.record(members, { noNullPrototype: true });
}

function arbitraryField(field: Field, version: number): Value {
  const present = arbitraryPresent(field, version);
  const value = holds(field.nullable, version) ? fc.option(present, { freq: 3 }) : present;
  // A tagged field at its default is left out on the wire: that must happen often.
  if (field.tag === null) return value;
  return fc.oneof(
    value,
    fc.constant(null).map(() => defaultOf(field)),
  );
}

function arbitraryPresent(field: Field, version: number): Value {
  if (field.type === "struct") return arbitraryStruct(field.fields ?? {}, version);
  if (field.type !== "array") return SCALARS[field.type];
  const { element } = field;
  const item =
    typeof element === "string" ? SCALARS[element] : arbitraryStruct(element ?? {}, version);
  return fc.array(item, { maxLength: 3 });
}
