/** Makes a body fit a version of its message: what the version cannot carry is left out. */

import { type Field, type Fields, holds } from "../../src/protocol/schema.ts";

/** The body with only the fields that the version has, and with null only where it may be. */
export function fitToVersion(fields: Fields, version: number, body: object): object {
  const fitted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    const field = fields[name];
    if (field === undefined) throw new Error(`the message has no field ${name}`);
    if (value === undefined || !holds(field.versions, version)) continue;
    if (value === null && !holds(field.nullable, version)) continue;
    fitted[name] = fitValue(field, version, value);
  }
  return fitted;
}

function fitValue(field: Field, version: number, value: unknown): unknown {
  if (value === null) return value;
  if (field.type === "struct" && field.fields !== null) {
    return fitToVersion(field.fields, version, value as object);
  }
  const { element } = field;
  if (!Array.isArray(value) || element === null || typeof element === "string") return value;
  return value.map((item) => fitToVersion(element, version, item as object));
}
