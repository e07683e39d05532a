/** Writes Kafka's primitive encodings into a buffer that grows as needed. */

import { assert } from "./assert.ts";
import { type Uuid, uuidToBytes } from "./uuid.ts";

const UTF8 = new TextEncoder();

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

  /** What was written so far, as a view of the writer's buffer: the writer must not be used after. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  int8(value: number): void {
    const position = this.#reserve(1);
    this.#view.setInt8(position, value);
  }

  int16(value: number): void {
    const position = this.#reserve(2);
    this.#view.setInt16(position, value);
  }

  uint16(value: number): void {
    const position = this.#reserve(2);
    this.#view.setUint16(position, value);
  }

  int32(value: number): void {
    const position = this.#reserve(4);
    this.#view.setInt32(position, value);
  }

  uint32(value: number): void {
    const position = this.#reserve(4);
    this.#view.setUint32(position, value);
  }

  int64(value: bigint): void {
    const position = this.#reserve(8);
    this.#view.setBigInt64(position, value);
  }

  /** An offset, an epoch or a time. */
  safeInt64(value: number): void {
    assert(Number.isSafeInteger(value), `Cannot encode ${value} as int64`);
    const position = this.#reserve(8);
    const high = Math.floor(value / 2 ** 32);
    this.#view.setInt32(position, high);
    this.#view.setUint32(position + 4, value - high * 2 ** 32);
  }

  float64(value: number): void {
    const position = this.#reserve(8);
    this.#view.setFloat64(position, value);
  }

  uuid(value: Uuid): void {
    const position = this.#reserve(16);
    uuidToBytes(value, this.#bytes, position);
  }

  uvarint(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.int8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.int8(rest);
  }

  varint(value: number): void {
    this.uvarint((value << 1) ^ (value >> 31));
  }

  varlong(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest > 0x7fn) {
      this.int8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.int8(Number(rest));
  }

  raw(bytes: Uint8Array): void {
    // Reserve first: it may replace the buffer that `set` writes into.
    const position = this.#reserve(bytes.length);
    this.#bytes.set(bytes, position);
  }

  /** Overwrites four bytes written before. */
  patchInt32(position: number, value: number): void {
    this.#view.setInt32(position, value);
  }

  patchUint32(position: number, value: number): void {
    this.#view.setUint32(position, value);
  }

  #reserve(length: number): number {
    const position = this.#length;
    const needed = position + length;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#length = needed;
    return position;
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** The UTF-8 bytes of `text`. */
export function encodeUtf8(text: string): Uint8Array {
  return UTF8.encode(text);
}
