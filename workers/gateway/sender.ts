/** Who a request says it is from. The controllers judge that; here only those are turned away who say nothing. */

import { clientHost } from "../../src/controller/client-host.ts";
import type { Sender } from "../../src/controller/sender.ts";
import type { Access } from "./access.ts";
import { bearerText, credentialsIn, missingToken } from "./bearer.ts";

const LOOPBACK = "127.0.0.1";

/**
 * The address that a request came from, as the header says that the deployment trusts: no client can set that one. Null where
 * there is none. Any other header is whatever a client likes, so it is not looked at.
 */
export function clientAddress(
  headers: Headers,
  { addressHeader }: Pick<Access, "addressHeader">,
): string | null {
  const told = addressHeader === null ? null : headers.get(addressHeader);
  return told === null ? null : clientHost(told);
}

/** How ACLs and the log name the address: where nobody tells it, it is taken to be this machine's. */
export function senderHost(address: string | null): string {
  return address ?? LOOPBACK;
}

/** How a request is told from others, and where it came from. */
type Origin = Pick<Sender, "requestId" | "host">;

/**
 * The sender of a request; throws 401 when it shows no token where one is needed, or something that is none. A promise only
 * when there is a token to hash.
 */
export function senderOf(
  headers: Headers,
  origin: Origin,
  { isRequired }: Access,
): Sender | Promise<Sender> {
  const text = bearerText(headers);
  if (text !== null) return senderWithToken(text, origin);
  if (isRequired) throw missingToken();
  return { ...origin, credentials: null };
}

async function senderWithToken(text: string, origin: Origin): Promise<Sender> {
  return { ...origin, credentials: await credentialsIn(text) };
}
