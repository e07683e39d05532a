/** What clients should not send, for every parameter of every operation; the OpenAPI document says what is wrong. */

import { Ajv2020 } from "ajv/dist/2020.js";
import type { Example } from "./every-operation.ts";

const ajv = new Ajv2020({ strict: false });

type JsonSchema = { readonly [keyword: string]: unknown };

/** True when the document forbids the value. */
export function isForbidden(schema: JsonSchema, value: unknown): boolean {
  return !ajv.validate(schema, value);
}

/** Texts for a path or a query. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...["", " ", "-1", "01", "1.5", "1e3", "abc", "NaN", "null", "true", "９", "0x1", "+1"],
  ...["2147483648", "9007199254740992", "9".repeat(400), "x".repeat(300), "x".repeat(33_000)],
  ...["\0", "a\nb", "\u007f", "\u202e", "é", "😀", "..", "a/b", "%", "%00", "<script>", "' OR 1=1"],
];

/** Values for a field of a body. */
export const HOSTILE_VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 1.5, 1e15, 2 ** 31, 2 ** 53, -(2 ** 53)],
  ...["", " ", "x", "1", "true", "\0", "a\nb", "é", "😀", "\ud800", "x".repeat(300)],
  ...["x".repeat(40_000), "..", "AAAA", [], [null], ["x"], [1], Array(1001).fill(0), [[]]],
  ...[{}, { x: 1 }, { "": 1 }, JSON.parse('{"__proto__":1}')],
];

/** A place in a body: the keys that lead to it, and what the document says of it. */
export interface Field {
  readonly path: readonly (string | number)[];
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Every field of a body, those inside lists too; of a list the first entry stands for all. */
export function fieldsOf(schema: JsonSchema, path: Field["path"] = []): Field[] {
  const choices = (schema.anyOf ?? [schema]) as JsonSchema[];
  return choices.flatMap((choice) => {
    if (choice.type === "array") return fieldsOf(choice.items as JsonSchema, [...path, 0]);
    const properties = Object.entries((choice.properties ?? {}) as Record<string, JsonSchema>);
    const required = (choice.required ?? []) as string[];
    return properties.flatMap(([name, inner]) => {
      const at = [...path, name];
      return [
        { path: at, schema: inner, required: required.includes(name) },
        ...fieldsOf(inner, at),
      ];
    });
  });
}

/** A body with another value at a place; undefined takes it away. Null when the body has no such place. */
export function withValue(body: unknown, path: Field["path"], value: unknown): unknown {
  const copy = structuredClone(body);
  let parent = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) {
    const next = parent[key];
    if (typeof next !== "object" || next === null) return null;
    parent = next as Record<string | number, unknown>;
  }
  const last = path.at(-1) ?? "";
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** The bodies that examples leave out because they are optional, so that their fields are reached. */
export function withLists(example: Example): unknown {
  if (example.operationId === "registerBroker") {
    return {
      ...(example.body as object),
      features: [{ name: "f", min_version: 0, max_version: 1 }],
    };
  }
  if (example.operationId === "createTopic") {
    return { ...(example.body as object), configs: [{ name: "retention.ms", value: "1" }] };
  }
  return example.body;
}
