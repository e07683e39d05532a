/** What a config may be: its type, default and limits, and how its value is read (Kafka's ConfigDef). */

import { hashOrder, stringHashCode } from "./hash-order.ts";
import { doubleText, listItems, parseDouble, parseInteger, trimJava } from "./java-text.ts";

/** The first metadata.version of Kafka 4.4. */
export const KAFKA_4_4 = 31;

export type ConfigType = "BOOLEAN" | "STRING" | "INT" | "LONG" | "DOUBLE" | "LIST";

export interface ConfigKey {
  readonly name: string;
  readonly type: ConfigType;
  /** As Kafka prints it; null when there is none. */
  readonly default: string | null;
  readonly min?: bigint;
  readonly max?: bigint;
  readonly oneOf?: readonly string[];
  /** True for a list that holds each item once, and no empty ones. */
  readonly distinct?: boolean;
  /** Says what is wrong with a value whose limits are neither a range nor a choice, or null. */
  readonly check?: (name: string, value: ConfigValue) => string | null;
  /** True for what Kafka keeps for its own tests: it is shown only where it is set. */
  readonly internal?: boolean;
  /** The metadata.version of the release that brought it; absent for what every release here has. */
  readonly since?: number;
}

export type ConfigValue = boolean | string | bigint | number | readonly string[];

export type ReadConfig =
  | { readonly kind: "read"; readonly value: ConfigValue }
  | { readonly kind: "refused"; readonly problem: string };

/** The value of a text, or in Kafka's words what is wrong with it. */
export function readConfig(key: ConfigKey, text: string): ReadConfig {
  const parsed = parse(key, text);
  if (parsed.kind === "refused") return parsed;
  const problem = limitProblem(key, parsed.value);
  return problem === null ? parsed : { kind: "refused", problem };
}

/** A value as Kafka prints it. */
export function configText(value: ConfigValue): string {
  if (typeof value === "object") return value.join(",");
  return typeof value === "number" ? doubleText(value) : String(value);
}

/** What is wrong with one value. */
export function invalidValue(name: string, shown: string, why: string): string {
  return `Invalid value ${shown} for configuration ${name}: ${why}`;
}

/** A list as Java prints it. */
export function javaList(items: readonly string[]): string {
  return `[${items.join(", ")}]`;
}

/** Every config that has a value or a default, with its value; in the order of `keys`. */
export function readConfigs(
  keys: readonly ConfigKey[],
  texts: ReadonlyMap<string, string>,
): { readonly values: ReadonlyMap<string, ConfigValue> } | { readonly problem: string } {
  const values = new Map<string, ConfigValue>();
  for (const key of keys) {
    const text = texts.get(key.name) ?? key.default;
    if (text === null) continue;
    const read = readConfig(key, text);
    if (read.kind === "refused") return { problem: read.problem };
    values.set(key.name, read.value);
  }
  return { values };
}

/** The first of the names that no key has, in the order in which Kafka looks at them; null when all are known. */
export function unknownName(keys: readonly ConfigKey[], names: Iterable<string>): string | null {
  const known = new Set(keys.map(({ name }) => name));
  return hashOrder(names, stringHashCode).find((name) => !known.has(name)) ?? null;
}

/** The keys that releases up to a metadata.version have. */
export function keysAt<K extends ConfigKey>(keys: readonly K[], metadataVersion: number): K[] {
  return keys.filter(({ since = 0 }) => since <= metadataVersion);
}

function parse(key: ConfigKey, text: string): ReadConfig {
  const { name, type, distinct = false } = key;
  const trimmed = trimJava(text);
  const read = (value: ConfigValue): ReadConfig => ({ kind: "read", value });
  const refused = (why: string): ReadConfig => ({
    kind: "refused",
    problem: invalidValue(name, text, why),
  });
  switch (type) {
    case "BOOLEAN":
      if (/^(true|false)$/i.test(trimmed)) return read(trimmed.toLowerCase() === "true");
      return refused("Expected value to be either true or false");
    case "STRING":
      return read(trimmed);
    case "LIST": {
      const items = listItems(text);
      return read(distinct ? [...new Set(items)] : items);
    }
    case "INT":
    case "LONG":
    case "DOUBLE": {
      const value = type === "DOUBLE" ? parseDouble(trimmed) : parseInteger(trimmed, type);
      return value === null ? refused(`Not a number of type ${type}`) : read(value);
    }
  }
}

function limitProblem(key: ConfigKey, value: ConfigValue): string | null {
  const { name, min, max, oneOf, distinct = false } = key;
  if (typeof value === "bigint" || typeof value === "number") {
    if (min !== undefined && value < min) {
      return invalidValue(name, configText(value), `Value must be at least ${min}`);
    }
    if (max !== undefined && value > max) {
      return invalidValue(name, configText(value), `Value must be no more than ${max}`);
    }
  }
  for (const item of typeof value === "object" ? value : [value]) {
    if (distinct && item === "") return `Configuration '${name}' values must not be empty.`;
    if (oneOf !== undefined && !oneOf.includes(String(item))) {
      return invalidValue(name, String(item), `String must be one of: ${oneOf.join(", ")}`);
    }
  }
  return key.check?.(name, value) ?? null;
}
