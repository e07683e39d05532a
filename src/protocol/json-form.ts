/** The JSON form of messages and records, as Kafka's own converters write it: camelCase, bytes as base64. */

import { isDefault } from "./field-default.ts";
import type { Field, Fields, ScalarType, Schema } from "./schema.ts";
import { holds } from "./schema.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/**
 * What Kafka prints for `value` in `version`: fields the version lacks and tagged fields at their default are left
 * out, `records` appear as their size. An int64 beyond 2^53 loses its last digits, as it does in any JSON reader.
 */
export function toJson(schema: Schema, version: number, value: object): Json {
  const flexible = holds(schema.flexible, version);
  return structJson(schema.fields, version, flexible, value as Record<string, unknown>);
}

function structJson(
  fields: Fields,
  version: number,
  flexible: boolean,
  value: Record<string, unknown>,
): Json {
  const json: { [name: string]: Json } = {};
  for (const [name, field] of Object.entries(fields)) {
    if (!holds(field.versions, version)) continue;
    const tagged = flexible && holds(field.taggedVersions, version);
    const given = value[name];
    if (tagged && (given === undefined || isDefault(field, given))) continue;
    if (field.type === "records") {
      json[`${name}SizeInBytes`] = (given as Uint8Array | null)?.length ?? 0;
    } else {
      json[name] = fieldJson(field, version, flexible, given);
    }
  }
  return json;
}

function fieldJson(field: Field, version: number, flexible: boolean, value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (field.type === "struct") {
    const fields = field.fields ?? {};
    return structJson(fields, version, flexible, value as Record<string, unknown>);
  }
  if (field.type !== "array") return scalarJson(field.type, value);
  const element = field.element ?? {};
  return (value as unknown[]).map((item) =>
    typeof element === "string"
      ? scalarJson(element, item)
      : structJson(element, version, flexible, item as Record<string, unknown>),
  );
}

function scalarJson(type: ScalarType, value: unknown): Json {
  switch (type) {
    case "int64":
      return Number(value as bigint);
    case "bytes":
    case "records":
      return base64(value as Uint8Array);
    default:
      return value as Json;
  }
}

/** Standard padded base64. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
