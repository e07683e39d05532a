/** New UUIDs in Kafka's text form, from the platform's randomness. */

import { type Uuid, uuidFromBytes } from "../../src/base/uuid.ts";

/** A random (version 4) UUID that does not begin with a dash. */
export function newUuid(): Uuid {
  for (;;) {
    const bytes = randomBytes();
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const uuid = uuidFromBytes(bytes);
    // A dash in front reads as an option on a command line.
    if (!uuid.startsWith("-")) return uuid;
  }
}

const UUID_BYTES = 16;
const drawn = new Uint8Array(256 * UUID_BYTES);
let used = drawn.length;

/** Randomness is drawn for many at once: asking the platform for it costs more than using it. */
function randomBytes(): Uint8Array {
  if (used === drawn.length) {
    crypto.getRandomValues(drawn);
    used = 0;
  }
  used += UUID_BYTES;
  return drawn.slice(used - UUID_BYTES, used);
}
