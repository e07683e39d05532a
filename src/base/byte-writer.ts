/**
 * Writes Kafka's primitive encodings into a buffer that grows as needed. A value outside its type's range is a
 * programming error: it throws AssertionError rather than wrap around silently.
 */

import { AssertionError, assert } from "./assert.ts";
import { copyOf, keptCopyOf } from "./small-bytes.ts";
import { type Uuid, uuidToBytes } from "./uuid.ts";

const UTF8 = new TextEncoder();
const SHORT_TEXT = 64;
const SHARED_BYTES = 4096;
/** A shared writer that has grown beyond this is given up. */
const MAX_SHARED_BYTES = 262_144;

export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacityBytes = 256) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes that it can hold without growing. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** What was written so far, as a view of the writer's buffer, good until more is written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  int8(value: number): void {
    if (value !== (value << 24) >> 24) refuse(value, "an int8");
    const position = this.#reserve(1);
    this.#view.setInt8(position, value);
  }

  int16(value: number): void {
    if (value !== (value << 16) >> 16) refuse(value, "an int16");
    const position = this.#reserve(2);
    this.#view.setInt16(position, value);
  }

  uint16(value: number): void {
    if (value !== (value & 0xffff)) refuse(value, "a uint16");
    const position = this.#reserve(2);
    this.#view.setUint16(position, value);
  }

  int32(value: number): void {
    if (value !== (value | 0)) refuse(value, "an int32");
    const position = this.#reserve(4);
    this.#view.setInt32(position, value);
  }

  uint32(value: number): void {
    if (value !== value >>> 0) refuse(value, "a uint32");
    const position = this.#reserve(4);
    this.#view.setUint32(position, value);
  }

  int64(value: bigint): void {
    if (typeof value !== "bigint" || value !== BigInt.asIntN(64, value)) refuse(value, "an int64");
    const position = this.#reserve(8);
    this.#view.setBigInt64(position, value);
  }

  /** An offset, an epoch or a time. */
  safeInt64(value: number): void {
    if (!Number.isSafeInteger(value)) refuse(value, "an int64");
    const position = this.#reserve(8);
    const high = Math.floor(value / 2 ** 32);
    this.#view.setInt32(position, high);
    this.#view.setUint32(position + 4, value - high * 2 ** 32);
  }

  float64(value: number): void {
    if (typeof value !== "number") refuse(value, "a float64");
    const position = this.#reserve(8);
    this.#view.setFloat64(position, value);
  }

  uuid(value: Uuid): void {
    const position = this.#reserve(16);
    uuidToBytes(value, this.#bytes, position);
  }

  /** An unsigned varint of at most 32 bits. */
  uvarint(value: number): void {
    if (value !== value >>> 0) refuse(value, "a uint32");
    let rest = value;
    while (rest > 0x7f) {
      this.#byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#byte(rest);
  }

  /** A zig-zag varint of 32 bits. */
  varint(value: number): void {
    if (value !== (value | 0)) refuse(value, "an int32");
    this.uvarint(zigZag(value));
  }

  /** A zig-zag varlong of 64 bits. */
  varlong(value: bigint): void {
    if (typeof value !== "bigint" || value !== BigInt.asIntN(64, value)) refuse(value, "an int64");
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest > 0x7fn) {
      this.#byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#byte(Number(rest));
  }

  /** Appends the UTF-8 bytes of `text` and returns how many they are. */
  utf8(text: string): number {
    if (text.length <= SHORT_TEXT && this.#ascii(text)) return text.length;
    // A UTF-16 unit never takes more than three bytes.
    const position = this.#reserve(text.length * 3);
    const { written } = UTF8.encodeInto(text, this.#bytes.subarray(position));
    this.#length = position + written;
    return written;
  }

  raw(bytes: Uint8Array): void {
    // Reserve first: it may replace the buffer that `set` writes into.
    const position = this.#reserve(bytes.length);
    this.#bytes.set(bytes, position);
  }

  /** Forgets everything from `position` on. */
  rewind(position: number): void {
    assert(position <= this.#length, "Cannot rewind forward");
    this.#length = position;
  }

  /** Puts the uvarint of what was written since `start` before it: how a tagged field states its size. */
  insertSize(start: number): void {
    const size = this.#length - start;
    const width = uvarintBytes(size);
    this.#reserve(width);
    this.#bytes.copyWithin(start + width, start, start + size);
    this.#length = start;
    this.uvarint(size);
    this.#length = start + width + size;
  }

  /** Overwrites a byte written before. */
  patchUint8(position: number, value: number): void {
    this.#view.setUint8(position, value);
  }

  /** Overwrites four bytes written before. */
  patchInt32(position: number, value: number): void {
    this.#view.setInt32(position, value);
  }

  patchUint32(position: number, value: number): void {
    this.#view.setUint32(position, value);
  }

  /** A short text byte by byte, which is faster than to call the encoder; false, and nothing, when it is not ASCII. */
  #ascii(text: string): boolean {
    const position = this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.#length = position;
        return false;
      }
      this.#bytes[position + i] = code;
    }
    return true;
  }

  #byte(value: number): void {
    const position = this.#reserve(1);
    this.#view.setUint8(position, value);
  }

  #reserve(length: number): number {
    const position = this.#length;
    const needed = position + length;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#length = needed;
    return position;
  }

  #grow(needed: number): void {
    // Behind one large value seldom more than a few bytes follow: no second copy for them.
    const grown = new Uint8Array(Math.max(needed + 64, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

let shared = new ByteWriter(SHARED_BYTES);
let isShared = false;

/** The bytes that `write` writes, in an array of just their size that is kept for long. */
export function bytesWritten(write: (writer: ByteWriter) => void): Uint8Array {
  return written(write, keptCopyOf);
}

/** The same for bytes that are not kept for long: where they are few they share an array with others. */
export function bytesPacked(write: (writer: ByteWriter) => void): Uint8Array {
  return written(write, copyOf);
}

function written(
  write: (writer: ByteWriter) => void,
  copy: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  if (isShared) {
    const own = new ByteWriter();
    write(own);
    return own.finish();
  }
  isShared = true;
  try {
    shared.rewind(0);
    write(shared);
    return copy(shared.finish());
  } finally {
    isShared = false;
    if (shared.capacity > MAX_SHARED_BYTES) shared = new ByteWriter(SHARED_BYTES);
    else shared.rewind(0);
  }
}

/** How many bytes the unsigned varint of `value` takes. */
export function uvarintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

/** How many bytes the zig-zag varint of `value` takes. */
export function varintBytes(value: number): number {
  return uvarintBytes(zigZag(value));
}

/** The UTF-8 bytes of `text`. */
export function encodeUtf8(text: string): Uint8Array {
  return UTF8.encode(text);
}

function zigZag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

function refuse(value: unknown, type: string): never {
  throw new AssertionError(`Cannot encode ${value}: it is not ${type}`);
}
