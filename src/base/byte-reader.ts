/**
 * Reads Kafka's primitive encodings from untrusted bytes: every read is bounds-checked and throws MalformedError.
 * Byte strings are views of the input, never copies: who keeps one longer than the input keeps the whole input.
 */

import { MalformedError } from "./malformed-error.ts";
import { type Uuid, uuidFromBytes } from "./uuid.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const SHORT_TEXT = 64;
/** Where a short text is gathered, by its length. */
const SHORT_UNITS = Array.from({ length: SHORT_TEXT + 1 }, (_, length): number[] =>
  Array(length).fill(0),
);

export class ByteReader {
  /**
   * A reader of nothing, so that there always is one: V8 forgets a shape of which a collection finds no object, and throws away
   * all that was compiled for reading (see `kept-shape.ts`).
   */
  static readonly none = new ByteReader(new Uint8Array(0));

  readonly bytes: Uint8Array;
  #end: number;
  #position: number;
  #elementsLeft = Number.POSITIVE_INFINITY;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#end - this.#position;
  }

  /**
   * Ends the reader `length` bytes from here and returns where it ended before; `widen` takes that back. A part of
   * known size is read this way without a reader of its own.
   */
  narrow(length: number): number {
    const end = this.#end;
    const start = this.skip(length);
    this.#position = start;
    this.#end = start + length;
    return end;
  }

  /** Undoes `narrow`. */
  widen(end: number): void {
    this.#end = end;
  }

  /** Goes back to a position that it was at, to read again. */
  rewind(position: number): void {
    this.#position = position;
  }

  /** From here on no more than `count` elements are read, all arrays taken together. */
  limitElements(count: number): void {
    this.#elementsLeft = count;
  }

  /** Announces an array of `count` elements. */
  countElements(count: number): void {
    if (count > this.#elementsLeft) {
      throw new MalformedError(`${count} elements, ${this.#elementsLeft} are allowed`);
    }
    this.#elementsLeft -= count;
  }

  /** Moves past `length` bytes and returns where they begin. */
  skip(length: number): number {
    if (length < 0 || length > this.#end - this.#position) {
      throw new MalformedError(`${length} bytes wanted, ${this.remaining} left`);
    }
    const start = this.#position;
    this.#position += length;
    return start;
  }

  int8(): number {
    return (this.#at(this.skip(1)) << 24) >> 24;
  }

  int16(): number {
    return (this.uint16() << 16) >> 16;
  }

  uint16(): number {
    const start = this.skip(2);
    return (this.#at(start) << 8) | this.#at(start + 1);
  }

  int32(): number {
    return this.#int32At(this.skip(4));
  }

  uint32(): number {
    return this.#int32At(this.skip(4)) >>> 0;
  }

  int64(): bigint {
    const start = this.skip(8);
    const high = this.#int32At(start);
    const low = this.#int32At(start + 4);
    // Most values are small, and every step of arithmetic with a bigint makes another one.
    if (high === 0) return BigInt(low >>> 0);
    if (high === -1 && low < 0) return BigInt(low);
    return (BigInt(high) << 32n) | BigInt(low >>> 0);
  }

  /** An int64 that must be an offset, an epoch or a time: exact as a JavaScript number. */
  safeInt64(): number {
    const start = this.skip(8);
    const value = this.#int32At(start) * 2 ** 32 + (this.#int32At(start + 4) >>> 0);
    if (!Number.isSafeInteger(value)) throw new MalformedError(`${value} is out of range`);
    return value;
  }

  float64(): number {
    return this.#viewOf(8).getFloat64(0);
  }

  uuid(): Uuid {
    return uuidFromBytes(this.bytes, this.skip(16));
  }

  /** An unsigned varint of at most 32 bits. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.#at(this.skip(1));
      if (shift === 28 && byte > 0x0f) throw new MalformedError("varint longer than 32 bits");
      value = (value | ((byte & 0x7f) << shift)) >>> 0;
      if (byte < 0x80) return value;
    }
    throw new MalformedError("varint longer than 5 bytes");
  }

  /** A zig-zag varint of 32 bits. */
  varint(): number {
    const value = this.uvarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A zig-zag varlong of 64 bits. */
  varlong(): bigint {
    if (this.remaining > 0 && this.#at(this.#position) === 0) {
      this.#position += 1;
      return 0n;
    }
    let value = 0n;
    for (let shift = 0n; shift <= 63n; shift += 7n) {
      const byte = this.#at(this.skip(1));
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        const unsigned = BigInt.asUintN(64, value);
        return (unsigned >> 1n) ^ -(unsigned & 1n);
      }
    }
    throw new MalformedError("varlong longer than 10 bytes");
  }

  /** A view of the next `length` bytes; nothing is copied. */
  take(length: number): Uint8Array {
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  utf8(length: number): string {
    const short = this.#ascii(length);
    if (short !== null) return short;
    const raw = this.take(length);
    try {
      return UTF8.decode(raw);
    } catch {
      throw new MalformedError("string is not UTF-8");
    }
  }

  /** A position that was checked; a reader is made too often to have a DataView of its own. */
  #at(position: number): number {
    return this.bytes[position] as number;
  }

  /** A text that is short and ASCII, which is made faster here than by the decoder; null, and nothing is read, for another. */
  #ascii(length: number): string | null {
    const units = SHORT_UNITS[length];
    if (units === undefined) return null;
    const start = this.skip(length);
    for (let i = 0; i < length; i++) {
      const byte = this.#at(start + i);
      if (byte > 0x7f) {
        this.#position = start;
        return null;
      }
      units[i] = byte;
    }
    return String.fromCharCode(...units);
  }

  #int32At(position: number): number {
    return (
      (this.#at(position) << 24) |
      (this.#at(position + 1) << 16) |
      (this.#at(position + 2) << 8) |
      this.#at(position + 3)
    );
  }

  /** The next `length` bytes. */
  #viewOf(length: number): DataView {
    const start = this.skip(length);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + start, length);
  }
}
