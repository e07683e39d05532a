/** What a field holds when nothing was said: decides which tagged fields are left out on the wire. */

import type { Field } from "./schema.ts";

/** A fresh default value of the field. */
export function defaultOf(field: Field): unknown {
  if (field.type === "array") return field.default === null ? null : [];
  if (field.type === "struct" && field.default !== null) {
    const value: Record<string, unknown> = {};
    const fields = field.fields ?? {};
    for (const name in fields) {
      const inner = fields[name];
      if (inner !== undefined) value[name] = defaultOf(inner);
    }
    return value;
  }
  return field.default;
}

/** True when `value` is the field's default; in a struct, absent members count as default. */
export function isDefault(field: Field, value: unknown): boolean {
  if (value === null || field.default === null) return value === field.default;
  switch (field.type) {
    case "array":
      return (value as unknown[]).length === 0;
    case "bytes":
    case "records":
      return (value as Uint8Array).length === 0;
    case "struct": {
      const given = value as Record<string, unknown>;
      const fields = field.fields ?? {};
      for (const name in fields) {
        const inner = fields[name];
        if (inner === undefined || given[name] === undefined) continue;
        if (!isDefault(inner, given[name])) return false;
      }
      return true;
    }
    default:
      return value === field.default;
  }
}
