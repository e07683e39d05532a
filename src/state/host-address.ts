/** Which hosts java.net.InetAddress resolves without asking a name server. */

import { parseIpv6 } from "../base/ip-address.ts";

/**
 * True for an IPv4 address, also one of fewer than four parts, for an IPv6 address, in brackets or not, and for the one
 * name that means the same everywhere: localhost.
 */
export function isHostAddress(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  if (!host.includes(":")) return isIpv4(host);
  return parseIpv6(/^\[(.*)\]$/.exec(host)?.[1] ?? host) !== null;
}

/** The last part stands for all that are left out: 10.1 is 10.0.0.1. */
function isIpv4(host: string): boolean {
  const parts = host.split(".");
  if (parts.length > 4 || !parts.every((part) => /^\d+$/.test(part))) return false;
  const last = Number(parts.pop());
  return parts.every((part) => Number(part) <= 0xff) && last < 256 ** (4 - parts.length);
}
