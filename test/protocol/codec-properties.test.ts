/** What holds for every message, record and header in every version. */

import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedError } from "../../src/base/malformed-error.ts";
import { Prng } from "../../src/base/prng.ts";
import { decode, encode } from "../../src/protocol/codec.ts";
import type { Schema } from "../../src/protocol/schema.ts";
import { arbitraryMessage } from "./arbitrary-message.ts";
import { EVERY_SCHEMA, EVERY_VERSION } from "./every-schema.ts";

const VERSIONS_BY_NAME = EVERY_SCHEMA.map(
  ({ schema }) =>
    [
      schema.name,
      schema,
      EVERY_VERSION.filter((entry) => entry.schema === schema).map(({ version }) => version),
    ] as const,
);

const RUNS = { numRuns: 8, seed: 20261123 };

describe("any value reads back as it was written, and writes back to the same bytes", () => {
  test.each(VERSIONS_BY_NAME)("%s", (_, schema, versions) => {
    for (const version of versions) {
      fc.assert(
        fc.property(arbitraryMessage(schema, version), (value) => {
          const bytes = encode(schema, version, value as never);
          const read = decode(schema, version, bytes);
          return (
            isDeepStrictEqual(read, value) &&
            isDeepStrictEqual(Object.keys(read), Object.keys(schema.fields)) &&
            Buffer.compare(encode(schema, version, read as never), bytes) === 0
          );
        }),
        RUNS,
      );
    }
  });
});

/** "read" or "refused"; anything that is not a MalformedError is thrown on. */
function outcome(schema: Schema, version: number, bytes: Uint8Array): "read" | "refused" {
  try {
    decode(schema, version, bytes);
    return "read";
  } catch (error) {
    if (error instanceof MalformedError) return "refused";
    throw error;
  }
}

function damaged(bytes: Uint8Array, prng: Prng): Uint8Array {
  const copy = bytes.slice(0, prng.below(4) === 0 ? prng.below(bytes.length + 1) : bytes.length);
  if (copy.length === 0) return copy;
  const edits = prng.below(4);
  // Extreme bytes are what a length becomes large or negative with.
  const extremes = [0x00, 0x01, 0x7f, 0x80, 0xff];
  for (let i = 0; i < edits; i++) {
    const at = prng.below(copy.length);
    copy[at] = prng.below(2) === 0 ? prng.below(256) : extremes[prng.below(extremes.length)]!;
  }
  return copy;
}

test("damaged bytes are read or refused with MalformedError, whatever the message", () => {
  const prng = Prng.fromNumber(4);
  const seen = { read: 0, refused: 0 };
  for (const { schema, version } of EVERY_VERSION) {
    const samples = fc.sample(arbitraryMessage(schema, version), { numRuns: 4, seed: version });
    for (const sample of samples) {
      const bytes = encode(schema, version, sample as never);
      for (let i = 0; i < 10; i++) seen[outcome(schema, version, damaged(bytes, prng))] += 1;
    }
  }
  expect(seen.read + seen.refused).toBe(EVERY_VERSION.length * 40);
  expect(seen.read).toBeGreaterThan(1000);
  expect(seen.refused).toBeGreaterThan(1000);
});

test("a message that ends early is refused at every length", () => {
  for (const { schema, version } of EVERY_VERSION) {
    const [sample = {}] = fc.sample(arbitraryMessage(schema, version), { numRuns: 1, seed: 9 });
    const bytes = encode(schema, version, sample as never);
    const read = Array.from({ length: bytes.length }, (_, end) => end).filter(
      (end) => outcome(schema, version, bytes.subarray(0, end)) === "read",
    );
    expect([schema.name, version, read]).toEqual([schema.name, version, []]);
  }
});

test("a few bytes that claim billions of elements are refused at once and allocate nothing", () => {
  const claims = [
    [0x7f, 0xff, 0xff, 0xff],
    [0xff, 0xff, 0xff, 0xff, 0x0f],
    [0x80, 0x80, 0x80, 0x80, 0x08],
  ];
  const heapBefore = process.memoryUsage().heapUsed;
  let refused = 0;
  for (const { schema, version } of EVERY_VERSION) {
    for (const claim of claims) {
      for (const lead of [0, 1, 4, 8, 16]) {
        const bytes = Uint8Array.from([...new Array<number>(lead).fill(0), ...claim]);
        if (outcome(schema, version, bytes) === "refused") refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(EVERY_VERSION.length * 10);
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(128 * 2 ** 20);
});
