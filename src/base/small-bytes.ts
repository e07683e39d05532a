/**
 * Small arrays of bytes that are cut from larger ones: to make an array with memory of its own costs several times as much
 * as to fill it, and a change makes many. Whoever keeps one keeps the larger one too.
 */

const SHARED_BYTES = 8192;
const MAX_SMALL_BYTES = 1024;

let shared = new Uint8Array(SHARED_BYTES);
let used = 0;

/** An array of this size, all zeros, that nobody else has; not small ones have memory of their own. */
export function newBytes(size: number): Uint8Array {
  if (size > MAX_SMALL_BYTES) return new Uint8Array(size);
  if (used + size > SHARED_BYTES) {
    shared = new Uint8Array(SHARED_BYTES);
    used = 0;
  }
  const start = used;
  used += size;
  return shared.subarray(start, used);
}

/** A copy of `bytes`. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = newBytes(bytes.length);
  copy.set(bytes);
  return copy;
}
