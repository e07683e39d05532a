/** Cuts a byte stream into Kafka's length-prefixed frames; pieces may arrive split or joined in any way. */

import { MalformedError } from "../base/malformed-error.ts";

const PREFIX_BYTES = 4;

export class FrameSplitter {
  readonly #maxFrameBytes: number;
  #pieces: Uint8Array[] = [];
  #held = 0;

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
    if (bytes.length > 0) this.#pieces.push(bytes);
    this.#held += bytes.length;
    const frames: Uint8Array[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Uint8Array | null {
    if (this.#held < PREFIX_BYTES) return null;
    const prefix = this.#peek(PREFIX_BYTES);
    const length = new DataView(prefix.buffer, prefix.byteOffset).getInt32(0);
    if (length < 0 || length > this.#maxFrameBytes) {
      throw new MalformedError(
        `frame of ${length} bytes: 0 to ${this.#maxFrameBytes} bytes are allowed`,
      );
    }
    if (this.#held < PREFIX_BYTES + length) return null;
    return this.#take(PREFIX_BYTES + length).subarray(PREFIX_BYTES);
  }

  #peek(length: number): Uint8Array {
    const first = this.#pieces[0];
    if (first !== undefined && first.length >= length) return first;
    const joined = this.#join();
    return joined;
  }

  #take(length: number): Uint8Array {
    const first = this.#pieces[0];
    const source = first !== undefined && first.length >= length ? first : this.#join();
    const taken = source.subarray(0, length);
    if (source.length === length) this.#pieces.shift();
    else this.#pieces[0] = source.subarray(length);
    this.#held -= length;
    return taken;
  }

  /** Joins once a frame is whole or its prefix was split, so that each byte is copied a bounded number of times. */
  #join(): Uint8Array {
    const joined = new Uint8Array(this.#held);
    let position = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, position);
      position += piece.length;
    }
    this.#pieces = [joined];
    return joined;
  }
}
