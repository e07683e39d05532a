// Into what a connection reads. The platform holds as much again while a read is under way, and most connections are
// silent or ask little, so a large buffer is for those that have just sent much.

/** More than most requests take. */
const SMALL_BYTES = 4096;
const LARGE_BYTES = 65_536;

/** The buffer of the first read. */
export function firstBuffer(): Uint8Array {
  return new Uint8Array(SMALL_BYTES);
}

/** The buffer of the next read after `received`, which is the beginning of the one before; that one is used again if its size fits. */
export function nextBuffer(received: Uint8Array): Uint8Array {
  const size = received.length < SMALL_BYTES ? SMALL_BYTES : LARGE_BYTES;
  const { buffer } = received;
  return buffer.byteLength === size ? new Uint8Array(buffer) : new Uint8Array(size);
}
