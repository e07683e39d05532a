/**
 * Small arrays of bytes that are cut from larger ones: to make an array with memory of its own costs several times as much
 * as to fill it, and a change makes many. Whoever keeps one keeps the larger one too.
 */

const SHARED_BYTES = 8192;
const MAX_SMALL_BYTES = 1024;

class Larger {
  #bytes = new Uint8Array(SHARED_BYTES);
  #used = 0;

  cut(size: number): Uint8Array {
    if (size > MAX_SMALL_BYTES) return new Uint8Array(size);
    if (this.#used + size > SHARED_BYTES) {
      this.#bytes = new Uint8Array(SHARED_BYTES);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += size;
    return this.#bytes.subarray(start, this.#used);
  }
}

const shared = new Larger();
/** Of arrays that are kept, so that they keep nothing but each other. */
const kept = new Larger();

/** An array of this size, all zeros, that nobody else has; not small ones have memory of their own. */
export function newBytes(size: number): Uint8Array {
  return shared.cut(size);
}

/** A copy of `bytes`. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = shared.cut(bytes.length);
  copy.set(bytes);
  return copy;
}

/** A copy of `bytes` that is kept for long. */
export function keptCopyOf(bytes: Uint8Array): Uint8Array {
  const copy = kept.cut(bytes.length);
  copy.set(bytes);
  return copy;
}
