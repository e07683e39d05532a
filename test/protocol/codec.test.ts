/** What the codec does at the edges of the notation: defaults, null, tags, ranges, and bytes nobody should send. */

import { expect, test } from "vitest";
import { AssertionError } from "../../src/base/assert.ts";
import { ByteReader } from "../../src/base/byte-reader.ts";
import { MalformedError } from "../../src/base/malformed-error.ts";
import { decode, decodeFrom, encode, keepEncoded } from "../../src/protocol/codec.ts";
import {
  array,
  bool,
  bytes,
  type Decoded,
  float64,
  type Init,
  int8,
  int16,
  int32,
  int64,
  schema,
  string,
  struct,
  uint16,
  uuid,
} from "../../src/protocol/schema.ts";

const sample = schema("Sample", "0-2", "1+", {
  id: int16("0+"),
  name: string("0+", { nullable: "0+" }),
  old: int32("0-1", { default: -1 }),
  later: int32("2+", { ignorable: true }),
  note: string("1+", { tag: 0 }),
  place: struct("1+", { x: int8("1+", { default: 3 }) }, { tag: 1 }),
  maybe: struct("2+", { y: bool("2+") }, { nullable: "2+", default: null }),
});

const hexOf = (version: number, value: Init<typeof sample>) =>
  Buffer.from(encode(sample, version, value)).toString("hex");
const fromHex = (version: number, hex: string) =>
  decode(sample, version, Uint8Array.from(Buffer.from(hex, "hex")));

test("an old version has fixed lengths and no tags; a flexible one has both", () => {
  expect(hexOf(0, { id: 1, name: "é", old: 2 })).toBe("0001" + "0002c3a9" + "00000002");
  expect(hexOf(1, { id: 1, name: "é", old: 2 })).toBe("0001" + "03c3a9" + "00000002" + "00");
  expect(hexOf(2, { id: 1, name: null, maybe: { y: true } })).toBe(
    `0001${"00"}${"00000000"}${"01"}${"01"}${"00"}${"00"}`,
  );
});

test("absent fields are written as their default and read back as it", () => {
  expect(fromHex(2, hexOf(2, {}))).toEqual({
    id: 0,
    name: "",
    old: -1,
    later: 0,
    note: "",
    place: { x: 3 },
    maybe: null,
  });
});

test("a tagged field is written unless it holds its default, in a struct as well", () => {
  expect(hexOf(1, { place: { x: 3 }, note: "" })).toBe("000001ffffffff00");
  expect(hexOf(1, { place: { x: 4 }, note: "n" })).toBe(
    "000001ffffffff" + "02" + "0002026e" + "01020400",
  );
});

test("a tagged field longer than 127 bytes states its size in two bytes", () => {
  const note = "n".repeat(300);
  expect(fromHex(1, hexOf(1, { note })).note).toBe(note);
});

test("defaults are fresh, so that changing one message does not change the next", () => {
  const first = fromHex(1, hexOf(1, {}));
  first.place.x = 9;
  expect(fromHex(1, hexOf(1, {})).place).toEqual({ x: 3 });
});

test("unknown tags are skipped", () => {
  const known = { id: 5, name: "a", old: -1, later: 0, note: "n", place: { x: 3 }, maybe: null };
  expect(fromHex(1, "0005" + "0261" + "ffffffff" + "02" + "0002026e" + "0703aabbcc")).toEqual(
    known,
  );
});

test.each([
  ["tags out of order", "000000ffffffff" + "02" + "01020400" + "0002026e"],
  ["the same tag twice", "000000ffffffff" + "02" + "0002026e" + "0002026e"],
  ["a tag with bytes to spare", "000000ffffffff" + "01" + "0003026eff"],
  ["a tag that reads beyond its size", "000000ffffffff" + "01" + "0001036e6e"],
  ["a tag beyond the end", "000000ffffffff" + "01" + "007f"],
  ["bytes behind the message", "000000ffffffff" + "00" + "00"],
  ["a string that is not UTF-8", "000002ffffffffffff00"],
  ["a varint of six bytes", "0000808080808001"],
  ["a varint beyond 32 bits", "0000ffffffff1f"],
])("%s is refused", (_, hex) => {
  expect(() => fromHex(1, hex)).toThrow(MalformedError);
});

test("a version that a message lacks is malformed in the bytes and a mistake in the code", () => {
  expect(() => fromHex(3, "00")).toThrow(MalformedError);
  expect(() => fromHex(0.5, "00")).toThrow(MalformedError);
  expect(() => hexOf(3, {})).toThrow(AssertionError);
});

test("a value that the version cannot carry is a mistake, unless the field is ignorable", () => {
  expect(() => hexOf(2, { old: 1 })).toThrow("Cannot encode Sample.old: the version has no such");
  expect(hexOf(2, { old: -1 })).toBe(hexOf(2, {}));
  expect(hexOf(1, { later: 7 })).toBe(hexOf(1, {}));
});

test("null is written only where the version allows it", () => {
  const strict = schema("Strict", "0-1", "none", { name: string("0+", { nullable: "1+" }) });
  expect(() => encode(strict, 0, { name: null })).toThrow(AssertionError);
  expect(() => decode(strict, 0, Uint8Array.of(0xff, 0xff))).toThrow(MalformedError);
  expect(decode(strict, 1, encode(strict, 1, { name: null }))).toEqual({ name: null });
  expect(() => decode(strict, 1, Uint8Array.of(0xff, 0xfe))).toThrow(MalformedError);
});

const kinds = schema("Kinds", "0", "0+", {
  bool: bool("0+"),
  int8: int8("0+"),
  int16: int16("0+"),
  uint16: uint16("0+"),
  int32: int32("0+"),
  int64: int64("0+"),
  float64: float64("0+"),
  uuid: uuid("0+"),
  string: string("0+"),
  bytes: bytes("0+"),
  list: array("0+", "int32"),
});

test.each<[keyof Decoded<typeof kinds>, unknown]>([
  ["bool", 1],
  ["int8", 128],
  ["int8", -129],
  ["int8", 0.5],
  ["int16", 70000],
  ["int16", Number.NaN],
  ["uint16", -1],
  ["uint16", 65536],
  ["int32", 2 ** 31],
  ["int32", "7"],
  ["int32", null],
  ["int64", 2n ** 63n],
  ["int64", -(2n ** 63n) - 1n],
  ["int64", 7],
  ["float64", "1"],
  ["uuid", "AAAAAAAAAAAAAAAAAAAAAB"],
  ["uuid", "AAAAAAAAAAAAAAAAAAAAA="],
  ["uuid", null],
  ["string", 7],
  ["string", "x".repeat(32768)],
  ["string", "é".repeat(16384)],
  ["bytes", "AAAA"],
  ["list", "1234"],
  ["list", [1, 2 ** 40]],
])("writing %s as %s is a mistake, never another value", (name, value) => {
  expect(() => encode(kinds, 0, { [name]: value } as never)).toThrow(AssertionError);
});

test("the longest string is 32767 bytes in both directions, whatever the length could say", () => {
  const longest = "x".repeat(32767);
  expect(decode(kinds, 0, encode(kinds, 0, { string: longest })).string).toBe(longest);
  const name = schema("Name", "0", "0+", { name: string("0+") });
  const tooLong = Buffer.concat([
    Buffer.from("818002", "hex"),
    Buffer.alloc(32768, "x"),
    Buffer.alloc(1),
  ]);
  expect(() => decode(name, 0, tooLong)).toThrow(MalformedError);
});

test("a text that is all ASCII but for its last letter is written with its true length", () => {
  for (const length of [1, 62, 126, 127, 128, 9000]) {
    const text = `${"x".repeat(length)}é`;
    expect(decode(kinds, 0, encode(kinds, 0, { string: text })).string).toBe(text);
  }
});

test("bytes are views of the input", () => {
  const encoded = encode(kinds, 0, { bytes: Uint8Array.of(1, 2, 3) });
  expect(decode(kinds, 0, encoded).bytes.buffer).toBe(encoded.buffer);
});

test("reading one message of several leaves the reader behind it", () => {
  const first = encode(sample, 1, { id: 1 });
  const both = Uint8Array.from([...first, ...encode(sample, 1, { id: 2 })]);
  const reader = new ByteReader(both);
  expect(decodeFrom(reader, sample, 1).id).toBe(1);
  expect(reader.position).toBe(first.length);
  expect(decodeFrom(reader, sample, 1).id).toBe(2);
});

test("an array whose bytes are kept is written the same in every version and place", () => {
  const list = schema("List", "0-1", "1+", {
    first: array("0+", { name: string("0+"), size: int32("1+", { ignorable: true }) }),
    second: array("0+", { name: string("0+") }),
  });
  const items = [
    { name: "a", size: 1 },
    { name: "b", size: 2 },
  ];
  const kept = keepEncoded([...items]);
  for (const version of [0, 1, 0, 1]) {
    const plain = encode(list, version, { first: items, second: items });
    expect(encode(list, version, { first: kept, second: kept })).toEqual(plain);
  }
  // The first encoding is what counts from then on.
  const before = encode(list, 1, { first: kept, second: [] });
  kept.pop();
  expect(encode(list, 1, { first: kept, second: [] })).toEqual(before);
});
