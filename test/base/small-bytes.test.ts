/** Small arrays that share memory, and never a byte of it. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { copyOf, keptCopyOf, newBytes } from "../../src/base/small-bytes.ts";

test("arrays of any sizes are zeros and keep what is written to them, whatever is written to others", () => {
  const sizes = fc.array(fc.oneof(fc.nat(40), fc.integer({ min: 900, max: 1200 })), {
    maxLength: 60,
  });
  const property = fc.property(sizes, (wanted) => {
    const made = wanted.map((size, i) => {
      const bytes = newBytes(size);
      expect(bytes.length).toBe(size);
      expect(bytes.every((byte) => byte === 0)).toBe(true);
      return bytes.fill(i + 1);
    });
    for (const [i, bytes] of made.entries()) {
      expect(bytes.every((byte) => byte === i + 1)).toBe(true);
    }
  });
  fc.assert(property, { numRuns: 200 });
});

test("small ones share memory, others do not", () => {
  const many = Array.from({ length: 100 }, () => newBytes(60));
  expect(new Set(many.map(({ buffer }) => buffer)).size).toBeLessThanOrEqual(2);
  expect(newBytes(1024).buffer.byteLength).toBe(8192);
  expect(newBytes(1025).buffer.byteLength).toBe(1025);
});

test.each([copyOf, keptCopyOf])(
  "a copy has nothing to do with what it is a copy of: %o",
  (copyOfAny) => {
    const original = Uint8Array.of(1, 2, 3);
    const copy = copyOfAny(original);
    original.fill(9);
    expect([...copy]).toEqual([1, 2, 3]);
  },
);

test("what is kept for long shares no memory with what is not", () => {
  const kept = Array.from({ length: 100 }, (_, i) => keptCopyOf(new Uint8Array(60).fill(i)));
  expect(new Set(kept.map(({ buffer }) => buffer)).size).toBeLessThanOrEqual(2);
  expect(kept.map(({ buffer }) => buffer)).not.toContain(newBytes(60).buffer);
  expect(kept.every((bytes, i) => bytes.every((byte) => byte === i))).toBe(true);
});
