/** Everything that comes from a client is checked here, before any controller hears of it. */

import * as v from "valibot";
import type { GatewayContext } from "./context.ts";
import { badRequest, HttpError } from "./kafka-error.ts";
import { repeatedName } from "./repeated-name.ts";
import { readBytes } from "./sizes.ts";

const INT32_MAX = 2 ** 31 - 1;

/** What the length of a string can say in Kafka's messages. */
const MAX_TEXT_BYTES = 32_767;

/** Text that can travel in a Kafka message, whatever it holds. */
export function freeText(maxLength: number): v.GenericSchema<string> {
  return v.pipe(
    v.string("must be a string"),
    v.maxLength(maxLength, `must have at most ${maxLength} characters`),
    v.check((value) => value.isWellFormed(), "must be well-formed Unicode"),
    v.maxBytes(MAX_TEXT_BYTES, `must have at most ${MAX_TEXT_BYTES} bytes in UTF-8`),
  );
}

/** Text that names something: none of it is invisible. */
export function text(maxLength: number): v.GenericSchema<string> {
  return v.pipe(
    freeText(maxLength),
    v.check((value) => !CONTROL.test(value), "must not have control characters"),
  );
}

const CONTROL = /\p{Cc}/u;

export function integer(min: number, max: number): v.GenericSchema<number> {
  const range = `must be an integer from ${min} to ${max}`;
  return v.pipe(v.number(range), v.integer(range), v.minValue(min, range), v.maxValue(max, range));
}

export const int32 = integer(0, INT32_MAX);
export const offset = integer(0, Number.MAX_SAFE_INTEGER);
export const flag = v.boolean("must be true or false");

/** An object that has these keys and no others. */
export function fields<const E extends v.ObjectEntries>(
  entries: E,
): v.StrictObjectSchema<E, v.ErrorMessage<v.StrictObjectIssue>> {
  return v.strictObject(entries, (issue) => {
    if (issue.expected === "never") return `is unknown. ${allowed(entries)}`.slice(0, -1);
    return issue.received === "undefined" ? "is required" : "must be an object";
  });
}

/** An object whose keys are data; `shape` is the JSON schema of its values. */
export function dictionary<T>(
  key: v.GenericSchema<string, string | number>,
  value: v.GenericSchema<T>,
  { message, shape }: { readonly message: string; readonly shape: object },
): v.GenericSchema<Record<string, T>> {
  return v.pipe(
    v.custom<Record<string, T>>((given) => isObject(given) && !hasReservedKey(given), message),
    v.metadata({ type: "object", additionalProperties: shape }),
    v.record(key, value, message),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Valibot leaves these keys out without a word. */
function hasReservedKey(value: object): boolean {
  return ["__proto__", "prototype", "constructor"].some((name) => Object.hasOwn(value, name));
}

/** An integer in a query or a path: digits only. */
export function digits(
  min: number,
  max: number,
  description?: string,
): v.GenericSchema<string, number> {
  const range = `must be an integer from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.check((given) => DIGITS.test(given), range),
    v.metadata({
      type: "integer",
      minimum: min,
      maximum: max,
      ...(description === undefined ? {} : { description }),
    }),
    v.transform(Number),
    integer(min, max),
  );
}

const DIGITS = /^(0|-?[1-9]\d{0,15})$/;

/** True or false in a query. */
export function flagText(description: string): v.GenericSchema<string, boolean> {
  const message = "must be true or false";
  return v.pipe(
    v.string(),
    v.check((given) => given === "true" || given === "false", message),
    v.metadata({ type: "boolean", description }),
    v.transform((given) => given === "true"),
  );
}

/** One of a few words. */
export function oneOf<const W extends readonly string[]>(words: W): v.PicklistSchema<W, string> {
  return v.picklist(words, `must be one of ${words.join(", ")}`);
}

/** A list of at most `maxItems`, in its own words. */
export function listOf<S extends v.GenericSchema>(
  item: S,
  maxItems: number,
): v.GenericSchema<v.InferInput<S>[], v.InferOutput<S>[]> {
  return v.pipe(
    v.array(item, "must be an array"),
    v.maxLength(maxItems, `must have at most ${maxItems} entries`),
  );
}

/** Whether a list names each thing once. Of two changes of one only one could be made, and the client would not know which. */
export function areDistinct<T>(items: readonly T[], keyOf: (item: T) => unknown): boolean {
  return new Set(items.map(keyOf)).size === items.length;
}

/** Checks the query: no parameter that is not known, none twice. */
export function readQuery(url: string, entries: v.ObjectEntries): unknown {
  if (!url.includes("?")) return emptyQuery(entries);
  const given: Record<string, string> = Object.create(null);
  for (const [name, value] of new URL(url).searchParams) {
    if (!Object.hasOwn(entries, name)) {
      throw badRequest(`Query parameter ${quoted(name)} is unknown. ${allowed(entries)}`);
    }
    if (name in given) throw badRequest(`Query parameter ${quoted(name)} is given twice.`);
    given[name] = value;
  }
  return check(queryFields(entries), { ...given }, "Query parameter");
}

/** What a schema makes of no query at all, which is the same each time. */
function emptyQuery(entries: v.ObjectEntries): unknown {
  const known = emptyQueries.get(entries);
  if (known !== undefined) return known;
  const checked = check(queryFields(entries), {}, "Query parameter");
  emptyQueries.set(entries, Object.freeze(checked));
  return checked;
}

const emptyQueries = new WeakMap<v.ObjectEntries, unknown>();

const queries = new WeakMap<v.ObjectEntries, v.GenericSchema>();

/** The schema of a route's query, made once. */
function queryFields(entries: v.ObjectEntries): v.GenericSchema {
  const schema = queries.get(entries) ?? fields(entries);
  queries.set(entries, schema);
  return schema;
}

/** Checks the parameters of a path, their percent-encoding taken away. */
export function readParams(
  given: Readonly<Record<string, string>>,
  entries: v.ObjectEntries,
): unknown {
  const params: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(entries)) {
    const parsed = v.safeParse(schema as v.GenericSchema, given[name]);
    if (!parsed.success) {
      throw badRequest(`The ${name} in the path ${parsed.issues[0].message}.`);
    }
    params[name] = parsed.output;
  }
  return params;
}

/** A body: what was sent, for comparing it, and what the schema makes of it. */
export interface Body {
  readonly sent: unknown;
  readonly checked: unknown;
}

/** Checks a JSON body: 415, 413, or 400 that names the first thing that is wrong. */
export async function readBody(
  context: GatewayContext,
  schema: v.GenericSchema,
  maxBytes: number,
): Promise<Body> {
  const mediaType = context.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") {
    throw new HttpError(415, 415, "The body must have the content type application/json.");
  }
  let json: string;
  let sent: unknown;
  try {
    const bytes = await readBytes(context.req.raw, maxBytes);
    if (bytes.length === 0) throw badRequest("The body is empty. It must be a JSON object.");
    json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    sent = JSON.parse(json);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw badRequest(`The body is not valid JSON${placeOf(error)}.`);
  }
  // A schema of an object takes an array for one without fields.
  if (Array.isArray(sent)) throw badRequest("The body must be an object.");
  const repeated = repeatedName(json);
  if (repeated !== null) throw badRequest(`Field ${quoted(repeated)} is given twice.`);
  return { sent, checked: check(schema, sent, "Field") };
}

/** Where a parser has stopped, in characters; nothing when it does not say. */
function placeOf(error: unknown): string {
  if (!(error instanceof SyntaxError)) return "";
  return / at position \d+/.exec(error.message)?.[0] ?? "";
}

function check<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  what: string,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  const where = path === null ? "The body" : `${what} ${quoted(path)}`;
  throw badRequest(`${where} ${issue.message}.`);
}

function allowed(entries: v.ObjectEntries): string {
  const names = Object.keys(entries);
  return names.length === 0 ? "None is allowed here." : `Allowed: ${names.join(", ")}.`;
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
