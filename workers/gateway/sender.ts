/** Who a request says it is from. The controllers judge that; here only those are turned away who say nothing. */

import { clientHost } from "../../src/controller/client-host.ts";
import type { Sender } from "../../src/controller/sender.ts";
import type { Access } from "./access.ts";
import { bearerText, credentialsIn, missingToken } from "./bearer.ts";

const LOOPBACK = "127.0.0.1";

/**
 * The address that a request came from: what Cloudflare says, which no client can set. On a machine of one's own nobody says
 * anything. X-Forwarded-For is whatever a client likes, so it is not looked at.
 */
export function senderHost(headers: Headers): string {
  const told = headers.get("CF-Connecting-IP");
  return told === null ? LOOPBACK : clientHost(told);
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
