/** Everything that comes from a client is checked here, before any controller hears of it. */

import * as v from "valibot";
import type { GatewayContext } from "./context.ts";
import { badRequest, HttpError } from "./kafka-error.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const INT32_MAX = 2 ** 31 - 1;

/** What the length of a string can say in Kafka's messages. */
const MAX_TEXT_BYTES = 32_767;

/** Text that can travel in a Kafka message. */
export function text(maxLength: number): v.GenericSchema<string> {
  return v.pipe(
    v.string("must be a string"),
    v.maxLength(maxLength, `must have at most ${maxLength} characters`),
    v.check((value) => value.isWellFormed(), "must be well-formed Unicode"),
    v.maxBytes(MAX_TEXT_BYTES, `must have at most ${MAX_TEXT_BYTES} bytes in UTF-8`),
  );
}

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

/** An object whose keys are data. */
export function dictionary<T>(
  key: v.GenericSchema<string, string | number>,
  value: v.GenericSchema<T>,
  message: string,
): v.GenericSchema<Record<string, T>> {
  return v.pipe(
    v.custom<Record<string, T>>((given) => isObject(given) && !hasReservedKey(given), message),
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
export function digits(min: number, max: number): v.GenericSchema<string, number> {
  const range = `must be an integer from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^(0|-?[1-9]\d{0,15})$/, range),
    v.transform(Number),
    integer(min, max),
  );
}

/** Checks the query: no parameter that is not known, none twice. */
export function readQuery<E extends v.ObjectEntries>(
  context: GatewayContext,
  entries: E,
): v.InferOutput<v.StrictObjectSchema<E, v.ErrorMessage<v.StrictObjectIssue>>> {
  const given: Record<string, string> = Object.create(null);
  for (const [name, value] of new URL(context.req.url).searchParams) {
    if (!Object.hasOwn(entries, name)) {
      throw badRequest(`Query parameter ${quoted(name)} is unknown. ${allowed(entries)}`);
    }
    if (name in given) throw badRequest(`Query parameter ${quoted(name)} is given twice.`);
    given[name] = value;
  }
  return check(fields(entries), { ...given }, "Query parameter");
}

/** For routes without parameters. */
export function refuseQuery(context: GatewayContext): void {
  readQuery(context, {});
}

/** Checks a JSON body: 415, 413, or 400 that names the first thing that is wrong. */
export async function readBody<S extends v.GenericSchema>(
  context: GatewayContext,
  schema: S,
): Promise<v.InferOutput<S>> {
  const mediaType = context.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") {
    throw new HttpError(415, 415, "The body must have the content type application/json.");
  }
  let value: unknown;
  try {
    const bytes = await readBytes(context.req.raw.body);
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw badRequest("The body is not valid JSON.");
  }
  return check(schema, value, "Field");
}

/** Counts what arrives, whatever the headers say. */
async function readBytes(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_BODY_BYTES) {
      void reader.cancel().catch(() => {});
      throw new HttpError(413, 413, `The body has more than ${MAX_BODY_BYTES} bytes.`);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}

/** Reads an id out of the path; `name` is that of the path's parameter. */
export function pathInt32(context: GatewayContext, name: string): number {
  const parsed = v.safeParse(digits(0, INT32_MAX), context.req.param(name));
  if (parsed.success) return parsed.output;
  throw badRequest(`The ${name} in the path must be an integer from 0 to ${INT32_MAX}.`);
}

/** Reads a name out of the path, with its percent-encoding taken away. */
export function pathText(context: GatewayContext, name: string): string {
  return context.req.param(name) ?? "";
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
