/** Kafka's UUIDs: 16 bytes on the wire, 22 characters of unpadded URL-safe base64 everywhere else. */

import { AssertionError, assert } from "./assert.ts";
import type { Prng } from "./prng.ts";
import { writeUint48 } from "./uint48.ts";

/** The 22-character text of a UUID, as Kafka prints it. */
export type Uuid = string;

export const ZERO_UUID: Uuid = "AAAAAAAAAAAAAAAAAAAAAA";
/** The topic id of `__cluster_metadata`. */
export const METADATA_TOPIC_ID: Uuid = "AAAAAAAAAAAAAAAAAAAAAQ";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SIXTETS = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) SIXTETS[ALPHABET.charCodeAt(i)] = i;

/** The code of the character of each six bits. */
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const codes: number[] = Array(22).fill(0);

/** Reads 16 bytes at `position`. */
export function uuidFromBytes(bytes: Uint8Array, position = 0): Uuid {
  let at = 0;
  for (let i = position; i < position + 15; i += 3) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    codes[at++] = CODES[bits >> 18] ?? 0;
    codes[at++] = CODES[(bits >> 12) & 63] ?? 0;
    codes[at++] = CODES[(bits >> 6) & 63] ?? 0;
    codes[at++] = CODES[bits & 63] ?? 0;
  }
  const last = bytes[position + 15] ?? 0;
  codes[at++] = CODES[last >> 2] ?? 0;
  codes[at] = CODES[(last & 3) << 4] ?? 0;
  // One text, not a chain of pieces that whoever looks at it has to join.
  return String.fromCharCode(...codes);
}

/** Writes the 16 bytes of `uuid` at `position`. */
export function uuidToBytes(uuid: Uuid, target: Uint8Array, position = 0): void {
  if (!isUuid(uuid)) {
    throw new AssertionError(`Cannot encode ${JSON.stringify(uuid)}: it is not a UUID`);
  }
  let at = position;
  for (let i = 0; i < 20; i += 4) {
    const bits = (sixtets(uuid, i) << 12) | sixtets(uuid, i + 2);
    target[at++] = bits >> 16;
    target[at++] = (bits >> 8) & 0xff;
    target[at++] = bits & 0xff;
  }
  target[at] = sixtets(uuid, 20) >> 4;
}

/** The 12 bits of two characters of a UUID. */
function sixtets(uuid: Uuid, index: number): number {
  const high = SIXTETS[uuid.charCodeAt(index)] ?? 0;
  return (high << 6) | (SIXTETS[uuid.charCodeAt(index + 1)] ?? 0);
}

/** True for 22 characters that decode to 16 bytes and nothing more. */
export function isUuid(text: string): boolean {
  if (typeof text !== "string" || text.length !== 22) return false;
  for (let i = 0; i < 22; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || SIXTETS[code] === -1) return false;
  }
  return ((SIXTETS[text.charCodeAt(21)] ?? 0) & 15) === 0;
}

/** A random (version 4) UUID that Kafka accepts: never one of the reserved ids, never a leading dash. */
export function randomUuid(prng: Prng): Uuid {
  const bytes = new Uint8Array(16);
  for (;;) {
    for (let i = 0; i < 16; i++) bytes[i] = prng.below(256);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const uuid = uuidFromBytes(bytes);
    // A leading dash reads as an option on every command line, so Kafka never makes one either.
    if (!uuid.startsWith("-")) return uuid;
  }
}

/**
 * A random UUID that begins with a position in the log, in 48 bits (version 8, RFC 9562): what was created together is
 * stored together, so that a table sorted by ids grows at few places.
 */
export function orderedUuid(position: number, prng: Prng): Uuid {
  assert(position >= 0 && position < 2 ** 47, `Cannot begin a UUID with ${position}`);
  const bytes = new Uint8Array(16);
  writeUint48(bytes, 0, position);
  for (let i = 6; i < 16; i++) bytes[i] = prng.below(256);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidFromBytes(bytes);
}
