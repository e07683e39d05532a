/** Kafka's UUIDs: 16 bytes on the wire, 22 characters of unpadded URL-safe base64 everywhere else. */

import { AssertionError } from "./assert.ts";
import type { Prng } from "./prng.ts";

/** The 22-character text of a UUID, as Kafka prints it. */
export type Uuid = string;

export const ZERO_UUID: Uuid = "AAAAAAAAAAAAAAAAAAAAAA";
/** The topic id of `__cluster_metadata`. */
export const METADATA_TOPIC_ID: Uuid = "AAAAAAAAAAAAAAAAAAAAAQ";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SIXTETS = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) SIXTETS[ALPHABET.charCodeAt(i)] = i;

/** Reads 16 bytes at `position`. */
export function uuidFromBytes(bytes: Uint8Array, position = 0): Uuid {
  let text = "";
  let bits = 0;
  let held = 0;
  for (let i = 0; i < 16; i++) {
    bits = ((bits << 8) | (bytes[position + i] ?? 0)) & 0xffff;
    held += 8;
    while (held >= 6) {
      held -= 6;
      text += ALPHABET[(bits >> held) & 63];
    }
  }
  return text + ALPHABET[(bits << (6 - held)) & 63];
}

/** Writes the 16 bytes of `uuid` at `position`. */
export function uuidToBytes(uuid: Uuid, target: Uint8Array, position = 0): void {
  if (!isUuid(uuid)) {
    throw new AssertionError(`Cannot encode ${JSON.stringify(uuid)}: it is not a UUID`);
  }
  let bits = 0;
  let held = 0;
  let at = position;
  for (let i = 0; i < 22; i++) {
    bits = ((bits << 6) | (SIXTETS[uuid.charCodeAt(i)] ?? 0)) & 0x3fff;
    held += 6;
    if (held >= 8 && at < position + 16) {
      held -= 8;
      target[at++] = (bits >> held) & 0xff;
    }
  }
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
