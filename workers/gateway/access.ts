/** How a deployment lets clients in. */

import type { SharedLimit } from "./address-brake.ts";
import { HttpError } from "./kafka-error.ts";
import { hostnameOf } from "./origin.ts";

export interface Access {
  /** Whether whoever has no token is kept out; the controllers are told the same by the same property. */
  readonly isRequired: boolean;
  /** What creates the cluster, and nothing else; null when the deployment has none. */
  readonly bootstrapToken: string | null;
  /** Counts failures for all isolates; null when the deployment has no such binding. */
  readonly sharedLimit: SharedLimit | null;
  /** The header in which whoever is in front of the gateway says where a request came from; null when nobody does. */
  readonly addressHeader: string | null;
}

export const AUTHENTICATION_REQUIRED = "quorate.http.authentication.required";
export const ADDRESS_HEADER = "quorate.http.client.address.header";
/** What Cloudflare sets, whatever a client has sent. */
export const CLOUDFLARES_HEADER = "CF-Connecting-IP";
export const MIN_BOOTSTRAP_TOKEN_LENGTH = 32;

const LOOPBACK_NAMES = ["127.0.0.1", "[::1]", "localhost"];

/** What the property says; whoever says nothing requires authentication. */
export function isAuthenticationRequired(properties: Readonly<Record<string, string>>): boolean {
  return properties[AUTHENTICATION_REQUIRED]?.trim().toLowerCase() !== "false";
}

/** Which header tells the addresses of clients; Cloudflare's where nothing is said, none where nothing is named. */
export function addressHeaderIn(properties: Readonly<Record<string, string>>): string | null {
  const name = properties[ADDRESS_HEADER]?.trim() ?? CLOUDFLARES_HEADER;
  return name === "" ? null : name;
}

/**
 * Throws unless a gateway that asks for no token is called by a name of this machine. A page in a browser can make a name
 * of its own site point here, and would then be of the same origin.
 */
export function checkLoopbackName(url: string): void {
  if (LOOPBACK_NAMES.includes(hostnameOf(url))) return;
  throw new HttpError(
    403,
    40302,
    `Without authentication this API answers only to ${LOOPBACK_NAMES.join(", ")}. ${AUTHENTICATION_REQUIRED}=true lets it have other names.`,
  );
}
