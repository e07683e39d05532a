/** How answers are described: the same for all of them. The descriptions feed the OpenAPI document. */

import * as v from "valibot";

export const related = v.strictObject({ related: v.string() });
export const int = v.pipe(v.number(), v.integer());
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const ids = v.array(int);

/** `kind`, `metadata` and `cluster_id` of one thing, and what it has besides. */
export function item<const K extends string, const E extends v.ObjectEntries>(kind: K, entries: E) {
  return v.strictObject({
    kind: v.literal(kind),
    metadata: v.strictObject({ self: v.string(), resource_name: v.string() }),
    cluster_id: v.string(),
    ...entries,
  });
}

/** A list of things; `metadata.next` is the link to the next page, or null. */
export function list<const K extends string, S extends v.GenericSchema, E extends v.ObjectEntries>(
  kind: K,
  of: S,
  more?: E,
) {
  return v.strictObject({
    kind: v.literal(kind),
    metadata: v.strictObject({ self: v.string(), next: v.nullable(v.string()) }),
    data: v.array(of),
    ...(more ?? {}),
  });
}

export const ERROR_SHAPES = {
  Error: v.strictObject({
    error_code: v.pipe(int, v.description("The HTTP status, or a five digit code that says more.")),
    message: v.pipe(v.string(), v.description("What was wrong, and what is allowed.")),
  }),
};
