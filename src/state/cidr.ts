/** Hosts of ACLs that stand for many addresses, such as 10.0.0.0/8: what is one, and which addresses it covers. */

import { isMappedIpv4, parseIpv4, parseIpv6 } from "../base/ip-address.ts";

const IPV6_BITS = 128;
const INT32_MAX = 0x7fffffff;

interface Cidr {
  readonly address: Uint8Array;
  readonly prefixLength: number;
}

/** Why a pattern with a slash is not a range of addresses, or null when it is one. */
export function cidrProblem(pattern: string): string | null {
  const read = readCidr(pattern);
  return typeof read === "string" ? read : null;
}

/** True when the pattern is a range of addresses and the host, as java.net.InetAddress prints it, is one of them. */
export function isInCidr(host: string, pattern: string): boolean {
  if (!pattern.includes("/")) return false;
  const cidr = readCidr(pattern);
  if (typeof cidr === "string") return false;
  const address = pattern.includes(":") ? parseIpv6(host) : parseIpv4(host);
  if (address === null) return false;
  // 0.0.0.0 is in no range, not even in 0.0.0.0/0.
  if (address.length === 4 && address.every((byte) => byte === 0)) return false;
  return hasPrefix(address, cidr);
}

function hasPrefix(address: Uint8Array, { address: network, prefixLength }: Cidr): boolean {
  for (let i = 0; i < address.length; i++) {
    const bits = Math.min(Math.max(prefixLength - 8 * i, 0), 8);
    const mask = (0xff << (8 - bits)) & 0xff;
    if (((address[i] ?? 0) & mask) !== ((network[i] ?? 0) & mask)) return false;
  }
  return true;
}

/** The range, or why it is none. */
function readCidr(pattern: string): Cidr | string {
  return pattern.includes(":") ? readIpv6Cidr(pattern) : readIpv4Cidr(pattern);
}

function readIpv4Cidr(pattern: string): Cidr | string {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(pattern);
  if (match === null) return `Could not parse [${pattern}]`;
  const [a = 0, b = 0, c = 0, d = 0, prefixLength = 0] = match.slice(1).map(Number);
  const tooLarge = [a, b, c, d].find((value) => value > 0xff);
  if (tooLarge !== undefined) return `Value [${tooLarge}] not in range [0,255]`;
  if (prefixLength > 32) return `Value [${prefixLength}] not in range [0,32]`;
  return { address: Uint8Array.of(a, b, c, d), prefixLength };
}

function readIpv6Cidr(pattern: string): Cidr | string {
  const slash = pattern.indexOf("/");
  const [text, digits] = [pattern.slice(0, slash), pattern.slice(slash + 1)];
  const prefixLength = Number(digits);
  const isInteger =
    /^[+-]?\d+$/.test(digits) && prefixLength >= -INT32_MAX - 1 && prefixLength <= INT32_MAX;
  if (!isInteger) return `Could not parse [${pattern}] - invalid prefix length`;
  if (prefixLength < 0 || prefixLength > IPV6_BITS) {
    return `Could not parse [${pattern}] - prefix length must be between 0 and ${IPV6_BITS}`;
  }
  const address = parseIpv6(/^\[(.+)\]$/.exec(text)?.[1] ?? text);
  if (address === null) return `Could not parse [${text}]`;
  if (isMappedIpv4(address)) return `Could not parse [${text}] - not an IPv6 address`;
  return { address, prefixLength };
}
