/** Cuts a byte stream into Kafka's length-prefixed frames; pieces may arrive split or joined in any way. */

import { MalformedError } from "../base/malformed-error.ts";

const PREFIX_BYTES = 4;
const SMALLEST_BUFFER_BYTES = 512;

/**
 * Frames that lie within one piece are views of it. The beginning of a frame whose rest is still to come is copied
 * into a buffer that doubles, so a stream of tiny pieces costs neither quadratic time nor an object for each piece,
 * and a length that is only claimed reserves nothing.
 */
export class FrameSplitter {
  readonly #maxFrameBytes: number;
  #buffer = new Uint8Array(0);
  #held = 0;
  /** What must be held before anything more can be said. */
  #wanted = PREFIX_BYTES;

  /** `maxFrameBytes` is the longest frame that is accepted, its length prefix not counted. */
  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes held of a frame that is not whole yet. */
  get heldBytes(): number {
    return this.#held;
  }

  /** Adds bytes and returns the frames that are now whole. Throws MalformedError for an impossible length. */
  push(bytes: Uint8Array): Uint8Array[] {
    if (this.#held === 0) return this.#cut(bytes);
    this.#append(bytes);
    if (this.#held < this.#wanted) return [];
    // The frames keep this buffer: what follows them moves to a new one.
    const joined = this.#buffer.subarray(0, this.#held);
    this.#buffer = new Uint8Array(0);
    this.#held = 0;
    return this.#cut(joined);
  }

  /** The frames at the beginning of `source`; the incomplete rest is held. */
  #cut(source: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let position = 0;
    for (;;) {
      this.#wanted = this.#sizeAt(source, position);
      const end = position + this.#wanted;
      if (end > source.length) break;
      frames.push(source.subarray(position + PREFIX_BYTES, end));
      position = end;
    }
    if (position < source.length) this.#append(source.subarray(position));
    return frames;
  }

  /** How long the frame at `position` is with its prefix; only the prefix counts while that is not whole. */
  #sizeAt(source: Uint8Array, position: number): number {
    if (source.length - position < PREFIX_BYTES) return PREFIX_BYTES;
    let length = 0;
    for (let i = 0; i < PREFIX_BYTES; i++) length = (length << 8) | (source[position + i] ?? 0);
    if (length < 0 || length > this.#maxFrameBytes) {
      throw new MalformedError(
        `frame of ${length} bytes: 0 to ${this.#maxFrameBytes} bytes are allowed`,
      );
    }
    return PREFIX_BYTES + length;
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#held + bytes.length;
    if (needed > this.#buffer.length) {
      const capacity = Math.max(needed, this.#buffer.length * 2, SMALLEST_BUFFER_BYTES);
      const grown = new Uint8Array(capacity);
      grown.set(this.#buffer.subarray(0, this.#held));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#held);
    this.#held = needed;
  }
}
