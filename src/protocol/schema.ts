/**
 * The notation in which every Kafka message and record is declared once. The codec, the JSON form and the
 * TypeScript types are derived from it. Versions are written as Kafka writes them: "0+", "3-7", "2".
 */

import type { Uuid } from "../base/uuid.ts";

export type Versions = `${number}+` | `${number}-${number}` | `${number}`;

export type ScalarType =
  | "bool"
  | "int8"
  | "int16"
  | "uint16"
  | "int32"
  | "int64"
  | "float64"
  | "uuid"
  | "string"
  | "bytes"
  | "records";

/** How one field travels. `Out` is what decoding yields; `In` is what encoding accepts. */
export interface Field<Out = unknown, In = never> {
  readonly type: ScalarType | "struct" | "array";
  readonly versions: Versions;
  readonly nullable: Versions | null;
  readonly tag: number | null;
  readonly taggedVersions: Versions | null;
  readonly default: unknown;
  /** When set, a value that the version cannot carry is dropped; otherwise writing it is a mistake. */
  readonly ignorable: boolean;
  /** The string keeps its two-byte length in flexible versions (RequestHeader.ClientId). */
  readonly neverFlexible: boolean;
  readonly fields: Fields | null;
  readonly element: ScalarType | Fields | null;
  readonly phantom?: (given: In) => Out;
}

export interface Fields {
  readonly [name: string]: Field;
}

export interface Schema<F extends Fields = Fields> {
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly flexible: Versions | "none";
  /** The first of them, Infinity for none: headers are written by it, and bodies. */
  readonly flexibleFrom: number;
  readonly fields: F;
}

type OutOf<F> = F extends Field<infer Out, never> ? Out : never;
type InOf<F> = F extends { readonly phantom?: (given: infer In) => unknown } ? In : never;

/** What decoding yields: every field is there, absent ones with their default. */
export type Decoded<F> =
  F extends Schema<infer Inner> ? Decoded<Inner> : { -readonly [K in keyof F]: OutOf<F[K]> };

/** What encoding accepts: absent fields take their default. */
export type Init<F> =
  F extends Schema<infer Inner>
    ? Init<Inner>
    : { readonly [K in keyof F]?: InOf<F[K]> | undefined };

interface Options {
  readonly nullable?: Versions;
  readonly tag?: number;
  /** Defaults to the field's own versions when `tag` is given. */
  readonly tagged?: Versions;
  readonly default?: unknown;
  readonly ignorable?: boolean;
  readonly neverFlexible?: boolean;
}

type OrNull<T, O> = O extends { readonly nullable: Versions } ? T | null : T;
type Scalar<T> = <const O extends Options>(
  versions: Versions,
  options?: O,
) => Field<OrNull<T, O>, OrNull<T, O>>;

interface ScalarOut {
  bool: boolean;
  int8: number;
  int16: number;
  uint16: number;
  int32: number;
  int64: bigint;
  float64: number;
  uuid: Uuid;
  string: string;
  bytes: Uint8Array;
  records: Uint8Array;
}

function field(
  type: Field["type"],
  versions: Versions,
  options: Options,
  zero: unknown,
  shape: { fields?: Fields; element?: ScalarType | Fields } = {},
): Field<never, never> {
  return {
    type,
    versions,
    nullable: options.nullable ?? null,
    tag: options.tag ?? null,
    taggedVersions: options.tag === undefined ? null : (options.tagged ?? versions),
    default: options.default === undefined ? zero : options.default,
    ignorable: options.ignorable ?? false,
    neverFlexible: options.neverFlexible ?? false,
    fields: shape.fields ?? null,
    element: shape.element ?? null,
  } as Field<never, never>;
}

function scalar<T>(type: ScalarType, zero: T): Scalar<T> {
  return (versions, options) => field(type, versions, options ?? {}, zero) as never;
}

const EMPTY_BYTES = new Uint8Array(0);

export const bool = scalar<boolean>("bool", false);
export const int8 = scalar<number>("int8", 0);
export const int16 = scalar<number>("int16", 0);
export const uint16 = scalar<number>("uint16", 0);
export const int32 = scalar<number>("int32", 0);
export const int64 = scalar<bigint>("int64", 0n);
export const float64 = scalar<number>("float64", 0);
export const uuid = scalar<Uuid>("uuid", "AAAAAAAAAAAAAAAAAAAAAA");
export const string = scalar<string>("string", "");
export const bytes = scalar<Uint8Array>("bytes", EMPTY_BYTES);
export const records = scalar<Uint8Array>("records", EMPTY_BYTES);

/** A nested struct. Without a default it is the struct of its fields' defaults. */
export function struct<const F extends Fields, const O extends Options>(
  versions: Versions,
  fields: F,
  options?: O,
): Field<OrNull<Decoded<F>, O>, OrNull<Init<F>, O>> {
  return field("struct", versions, options ?? {}, undefined, { fields }) as never;
}

type ElementOut<E> = E extends keyof ScalarOut ? ScalarOut[E] : Decoded<E>;
type ElementIn<E> = E extends keyof ScalarOut ? ScalarOut[E] : Init<E>;

/** An array of scalars (by name) or of structs (by their fields). */
export function array<const E extends ScalarType | Fields, const O extends Options>(
  versions: Versions,
  element: E,
  options?: O,
): Field<OrNull<ElementOut<E>[], O>, OrNull<readonly ElementIn<E>[], O>> {
  return field("array", versions, options ?? {}, [], { element }) as never;
}

/** Declares a message: its valid versions, from which version on it is flexible (KIP-482), and its fields in order. */
export function schema<const F extends Fields>(
  name: string,
  versions: Versions,
  flexible: Versions | "none",
  fields: F,
): Schema<F> {
  const [minVersion, maxVersion] = bounds(versions);
  const flexibleFrom = flexible === "none" ? Number.POSITIVE_INFINITY : bounds(flexible)[0];
  return { name, minVersion, maxVersion, flexible, flexibleFrom, fields };
}

type Bounds = readonly [first: number, last: number];

/** Ranges are written in a schema once and asked about with every message. */
const BOUNDS = new Map<Versions, Bounds>();

/** The first and last version of a range; the last is Infinity for "n+". */
export function bounds(versions: Versions): Bounds {
  const known = BOUNDS.get(versions);
  if (known !== undefined) return known;
  const read = readBounds(versions);
  BOUNDS.set(versions, read);
  return read;
}

function readBounds(versions: Versions): Bounds {
  if (versions.endsWith("+")) return [Number(versions.slice(0, -1)), Number.POSITIVE_INFINITY];
  const [first, last] = versions.split("-");
  return [Number(first), Number(last ?? first)];
}

/** True when `versions` is a range that holds `version`. */
export function holds(versions: Versions | "none" | null, version: number): boolean {
  if (versions === null || versions === "none") return false;
  const [first, last] = bounds(versions);
  return version >= first && version <= last;
}
