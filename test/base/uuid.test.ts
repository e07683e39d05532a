/** UUIDs as Kafka prints and sends them. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { AssertionError } from "../../src/base/assert.ts";
import { Prng } from "../../src/base/prng.ts";
import {
  isUuid,
  METADATA_TOPIC_ID,
  orderedUuid,
  randomUuid,
  uuidFromBytes,
  uuidToBytes,
  ZERO_UUID,
} from "../../src/base/uuid.ts";

function toBytes(uuid: string): number[] {
  const target = new Uint8Array(20);
  uuidToBytes(uuid, target, 2);
  expect([target[0], target[1], target[18], target[19]]).toEqual([0, 0, 0, 0]);
  return [...target.subarray(2, 18)];
}

test("16 bytes and 22 characters of base64url are the same UUID", () => {
  const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(sixteen, (bytes) => {
      const uuid = uuidFromBytes(Uint8Array.from([9, ...bytes, 9]), 1);
      expect(uuid).toBe(Buffer.from(bytes).toString("base64url"));
      expect(isUuid(uuid)).toBe(true);
      expect(toBytes(uuid)).toEqual([...bytes]);
    }),
    { numRuns: 200, seed: 1 },
  );
  expect(toBytes(ZERO_UUID)).toEqual(new Array(16).fill(0));
  expect(toBytes(METADATA_TOPIC_ID)).toEqual([...new Array(15).fill(0), 1]);
});

test.each([
  "",
  "AAAAAAAAAAAAAAAAAAAAA",
  "AAAAAAAAAAAAAAAAAAAAAAA",
  "AAAAAAAAAAAAAAAAAAAAAB",
  "AAAAAAAAAAAAAAAAAAAA+A",
  "AAAAAAAAAAAAAAAAAAAA=A",
  "éAAAAAAAAAAAAAAAAAAAAA",
])("%j is not a UUID and is never written", (text) => {
  expect(isUuid(text)).toBe(false);
  expect(() => uuidToBytes(text, new Uint8Array(16))).toThrow(AssertionError);
});

test("random UUIDs are version 4, distinct, and never look like an option", () => {
  const prng = Prng.fromNumber(1);
  const uuids = Array.from({ length: 2000 }, () => randomUuid(prng));
  expect(new Set(uuids).size).toBe(2000);
  for (const uuid of uuids) {
    const bytes = toBytes(uuid);
    expect([bytes[6]! >> 4, bytes[8]! >> 6, uuid[0] === "-"]).toEqual([4, 2, false]);
  }
});

test("ordered UUIDs begin with the position they were made at, and differ all the same", () => {
  const prng = Prng.fromNumber(7);
  const positions = [0, 1, 255, 256, 65_536, 2 ** 40 + 3];
  const bytesOf = (uuid: string): Uint8Array => {
    const bytes = new Uint8Array(16);
    uuidToBytes(uuid, bytes);
    return bytes;
  };
  for (const position of positions) {
    const [first, second] = [orderedUuid(position, prng), orderedUuid(position, prng)];
    expect(first).not.toBe(second);
    for (const uuid of [first, second]) {
      const bytes = bytesOf(uuid);
      const view = new DataView(bytes.buffer);
      expect(view.getUint16(0) * 2 ** 32 + view.getUint32(2)).toBe(position);
      expect([bytes[6]! >> 4, bytes[8]! >> 6]).toEqual([8, 2]);
      expect(isUuid(uuid) && !uuid.startsWith("-")).toBe(true);
    }
  }
  expect(() => orderedUuid(2 ** 47, prng)).toThrow("Cannot begin a UUID");
});
