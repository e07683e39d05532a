/** The name under which a request is found in the logs of the gateway and of the controllers. */

import { newUuid } from "./kafka-uuid.ts";

/** A new id. None is taken from a client, which could give its request the name of another's. */
export function newRequestId(): string {
  return newUuid();
}
