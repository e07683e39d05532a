/** Where a client is, as ACLs speak of it. */

import { canonicalIp } from "../base/ip-address.ts";

/** Of a host that is no address: only ACLs for all hosts speak of it. */
const NOWHERE = "unknown";

/** Of IPv6 with an IPv4 address in it and a zone. */
const MAX_ADDRESS_LENGTH = 64;
const MAX_KNOWN = 1000;
/** A few clients ask again and again. */
const known = new Map<string, string>();

/** The address as java.net.InetAddress prints it, whatever form it had. */
export function clientHost(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  const host = canonicalIp(text) ?? NOWHERE;
  if (known.size >= MAX_KNOWN) known.clear();
  if (text.length <= MAX_ADDRESS_LENGTH) known.set(text, host);
  return host;
}
