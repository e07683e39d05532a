/** The name under which a request is found in the logs of the gateway and of the controllers. */

import { newUuid } from "./kafka-uuid.ts";

/** Of base64url: 80 random bits tell isolates apart. */
const ISOLATE_LENGTH = 14;
const COUNT_LENGTH = 8;
const COUNT_RADIX = 36;

let isolate = "";
let count = 0;

/**
 * A new id of 22 characters: what stands for this isolate, and how many requests it has had. None is taken from a client,
 * which could give its request the name of another's.
 */
export function newRequestId(): string {
  if (isolate === "") isolate = newUuid().slice(0, ISOLATE_LENGTH);
  count += 1;
  return isolate + count.toString(COUNT_RADIX).padStart(COUNT_LENGTH, "0");
}
