/** Every schema against the facts of Apache Kafka 4.4.0: a slip in one field of one version is seen here. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { APIS } from "../../src/protocol/apis.ts";
import { requestHeaderVersion, responseHeaderVersion } from "../../src/protocol/request-frame.ts";
import type { Field, Fields } from "../../src/protocol/schema.ts";
import { EVERY_SCHEMA } from "./every-schema.ts";

function facts(name: string) {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8"));
}

interface FieldFact {
  path: string;
  type: string;
  versions: string;
  nullableVersions?: string;
  tag?: number;
  taggedVersions?: string;
  default?: string;
  ignorable?: true;
  flexibleVersions?: "none";
}

const ZEROS: readonly unknown[] = [false, 0, 0n, "", "AAAAAAAAAAAAAAAAAAAAAA", undefined];

function factOf(path: string, field: Field): FieldFact {
  const isZero =
    ZEROS.includes(field.default) ||
    (field.default !== null && typeof field.default === "object" && "length" in field.default);
  const element = typeof field.element === "string" ? field.element : "struct";
  return {
    path,
    type: field.type === "array" ? `array of ${element}` : field.type,
    versions: field.versions,
    ...(field.nullable !== null && { nullableVersions: field.nullable }),
    ...(field.tag !== null && { tag: field.tag, taggedVersions: field.taggedVersions ?? "" }),
    ...(!isZero && { default: String(field.default) }),
    ...(field.ignorable && { ignorable: true as const }),
    ...(field.neverFlexible && { flexibleVersions: "none" as const }),
  };
}

function flatten(fields: Fields, prefix = ""): FieldFact[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const inner = field.fields ?? (typeof field.element === "string" ? null : field.element);
    const path = prefix + name;
    return [factOf(path, field), ...(inner === null ? [] : flatten(inner, `${path}.`))];
  });
}

function versionsOf(min: number, max: number): string {
  return min === max ? `${min}` : `${min}-${max}`;
}

test("the schemas are exactly Kafka's messages, records and control records with their versions", () => {
  const ours = EVERY_SCHEMA.map(({ type, apiKey, schema }) => ({
    name: schema.name,
    type,
    apiKey,
    validVersions: versionsOf(schema.minVersion, schema.maxVersion),
    flexibleVersions: schema.flexible,
  }));
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  expect(ours.sort(byName)).toEqual(facts("kafka-4.4.0-versions.json").sort(byName));
});

const FIELDS: Record<string, FieldFact[]> = facts("kafka-4.4.0-fields.json");

test.each(EVERY_SCHEMA.map(({ schema }) => [schema.name, schema] as const))(
  "%s has Kafka's fields in Kafka's order",
  (name, schema) => {
    expect(flatten(schema.fields)).toEqual(FIELDS[name]);
  },
);

test("the API table agrees with a controller listener's keys, versions, headers and forwarding", () => {
  const ours = Object.values(APIS).map((api) => ({
    key: api.key,
    name: api.name,
    min: api.request.minVersion,
    max: api.request.maxVersion,
    flexible: api.request.flexible,
    respFlexible: api.response.flexible,
    reqHeaderAtMax: requestHeaderVersion(api as never, api.request.maxVersion),
    respHeaderAtMax: responseHeaderVersion(api as never, api.request.maxVersion),
    forwardable: api.forwardable,
  }));
  expect(ours).toEqual(facts("kafka-4.4.0-controller-apis.json"));
});

test("the error codes are Kafka's", () => {
  expect(ErrorCode).toEqual(facts("kafka-4.4.0-errors.json"));
});
