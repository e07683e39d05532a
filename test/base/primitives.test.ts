/** Kafka's primitive encodings and its checksum against models and published values. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { AssertionError } from "../../src/base/assert.ts";
import { ByteReader } from "../../src/base/byte-reader.ts";
import { ByteWriter, uvarintBytes, varintBytes } from "../../src/base/byte-writer.ts";
import { crc32c } from "../../src/base/crc32c.ts";
import { MalformedError } from "../../src/base/malformed-error.ts";

/** Seven bits a byte, low first: the definition, with no regard for speed. */
function leb128(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

const zigZag = (value: bigint): bigint => (value >= 0n ? value * 2n : -value * 2n - 1n);

function written(write: (writer: ByteWriter) => void): number[] {
  const writer = new ByteWriter(1);
  write(writer);
  return [...writer.finish()];
}

const reader = (bytes: readonly number[]) => new ByteReader(Uint8Array.from(bytes));

test("varints agree with their definition in both directions and in size", () => {
  const near = fc.integer({ min: 0, max: 32 }).chain((bit) => {
    const power = 2 ** bit;
    return fc.constantFrom(power - 1, power, power + 1).map((n) => Math.min(n, 2 ** 32 - 1));
  });
  fc.assert(
    fc.property(fc.oneof(near, fc.integer({ min: 0, max: 2 ** 32 - 1 })), (n) => {
      const bytes = leb128(BigInt(n));
      expect(written((writer) => writer.uvarint(n))).toEqual(bytes);
      expect(reader(bytes).uvarint()).toBe(n);
      expect(uvarintBytes(n)).toBe(bytes.length);
      const signed = n | 0;
      const zigZagged = leb128(zigZag(BigInt(signed)));
      expect(written((writer) => writer.varint(signed))).toEqual(zigZagged);
      expect(reader(zigZagged).varint()).toBe(signed);
      expect(varintBytes(signed)).toBe(zigZagged.length);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("varlongs and int64 agree with BigInt over their whole range", () => {
  const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(fc.oneof(long, fc.constantFrom(0n, -1n, -(2n ** 63n), 2n ** 63n - 1n)), (n) => {
      const bytes = leb128(zigZag(n));
      expect(written((writer) => writer.varlong(n))).toEqual(bytes);
      expect(reader(bytes).varlong()).toBe(n);
      const fixed = written((writer) => writer.int64(n));
      expect(reader(fixed).int64()).toBe(n);
    }),
    { numRuns: 200, seed: 2 },
  );
});

test("an int64 beside a border of 32 bits is read as it was written", () => {
  for (const border of [2n ** 31n, 2n ** 32n, 2n ** 33n, 2n ** 63n]) {
    for (const n of [border - 1n, border, border + 1n, -border - 1n, -border, 1n - border]) {
      if (n !== BigInt.asIntN(64, n)) continue;
      expect(reader(written((writer) => writer.int64(n))).int64()).toBe(n);
    }
  }
});

test("a text is read as it was written, whatever its length and its letters", () => {
  const letter = fc.oneof(fc.constantFrom("a", "\0", "\x7f", "\x80", "ß", "€", "😀", "\ufeff"));
  const text = fc.array(letter, { maxLength: 100 }).map((letters) => letters.join(""));
  const ascii = fc.string({ unit: "binary-ascii", maxLength: 100 });
  fc.assert(
    fc.property(fc.oneof(text, ascii), (given) => {
      const bytes = [...new TextEncoder().encode(given)];
      const behind = reader([...bytes, 0x41]);
      expect(behind.utf8(bytes.length)).toBe(given);
      expect(behind.remaining).toBe(1);
    }),
    { numRuns: 300, seed: 4 },
  );
});

test("bytes that are no UTF-8, and texts longer than what is left, are refused", () => {
  for (const bytes of [[0x80], [0x41, 0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80]]) {
    expect(() => reader(bytes).utf8(bytes.length)).toThrow(MalformedError);
  }
  expect(() => reader([0x41]).utf8(2)).toThrow(MalformedError);
  expect(() => reader([0x41]).utf8(-1)).toThrow(MalformedError);
});

test("a safe int64 is the same bytes as the bigint, and an unsafe one is refused", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (n) => {
      const bytes = written((writer) => writer.safeInt64(n));
      expect(bytes).toEqual(written((writer) => writer.int64(BigInt(n))));
      expect(reader(bytes).safeInt64()).toBe(n);
    }),
    { numRuns: 200, seed: 3 },
  );
  expect(() => written((writer) => writer.safeInt64(2 ** 53))).toThrow(AssertionError);
  const beyond = written((writer) => writer.int64(2n ** 53n));
  expect(() => reader(beyond).safeInt64()).toThrow(MalformedError);
});

test("varints that never end are refused", () => {
  const endless = new Array<number>(11).fill(0xff);
  expect(() => reader(endless).uvarint()).toThrow(MalformedError);
  expect(() => reader(endless).varlong()).toThrow(MalformedError);
  expect(() => reader([0x80]).varlong()).toThrow(MalformedError);
  expect(() => reader([]).varlong()).toThrow(MalformedError);
});

test("a narrowed reader ends where it was told and widens again", () => {
  const bytes = reader([1, 2, 3, 4]);
  const end = bytes.narrow(2);
  expect([bytes.int8(), bytes.int8(), bytes.remaining]).toEqual([1, 2, 0]);
  expect(() => bytes.int8()).toThrow(MalformedError);
  bytes.widen(end);
  expect([bytes.int8(), bytes.remaining]).toEqual([3, 1]);
  expect(() => bytes.narrow(2)).toThrow(MalformedError);
  expect(() => bytes.narrow(-1)).toThrow(MalformedError);
});

test("the checksum is CRC-32C, in one piece or at any alignment", () => {
  const check = new TextEncoder().encode("123456789");
  expect(crc32c(check)).toBe(0xe3069283);
  // RFC 3720, B.4.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new Uint8Array(0))).toBe(0);
  for (let shift = 0; shift < 9; shift++) {
    const moved = new Uint8Array(30);
    moved.set(check, shift);
    expect(crc32c(moved, shift, shift + 9)).toBe(0xe3069283);
  }
});
