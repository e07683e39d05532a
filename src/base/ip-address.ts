/** IP addresses as bytes and as text, read and written as java.net.InetAddress does: Kafka's ACLs compare that text. */

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const IPV6_GROUPS = 8;
/** ::ffff:0:0/96, IPv4 inside IPv6 (RFC 4291). */
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * The text of an address of 4 or 16 bytes: decimal with dots, or all eight groups without leading zeros. A mapped IPv4
 * address is shown as IPv4. Null when it has another length.
 */
export function ipText(bytes: Uint8Array): string | null {
  if (bytes.length === IPV4_BYTES) return bytes.join(".");
  if (bytes.length !== IPV6_BYTES) return null;
  if (isMappedIpv4(bytes)) return bytes.subarray(MAPPED_PREFIX.length).join(".");
  const groups: string[] = [];
  for (let i = 0; i < IPV6_BYTES; i += 2) {
    groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  }
  return groups.join(":");
}

/** An address in the form of `ipText`, whatever form it had; null when the text is no address. */
export function canonicalIp(text: string): string | null {
  const bytes = parseIpv4(text) ?? parseIpv6(text);
  return bytes === null ? null : ipText(bytes);
}

/** The 4 bytes of four decimal numbers with dots, or null. */
export function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split(".");
  if (parts.length !== IPV4_BYTES || !parts.every((part) => /^\d{1,3}$/.test(part))) return null;
  const numbers = parts.map(Number);
  return numbers.every((number) => number <= 0xff) ? Uint8Array.from(numbers) : null;
}

/** The 16 bytes of an IPv6 address (RFC 4291), shortened or not, with a numeric zone or none; null when it is not one. */
export function parseIpv6(text: string): Uint8Array | null {
  const [address = "", ...zone] = text.split("%");
  if (zone.length > 1 || zone.some((id) => !/^\d+$/.test(id))) return null;
  const [head = "", tail, ...more] = address.split("::");
  if (more.length > 0 || !address.includes(":")) return null;
  const first = groupsOf(head, tail === undefined);
  const last = tail === undefined ? [] : groupsOf(tail, true);
  if (first === null || last === null) return null;
  const missing = IPV6_GROUPS - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...first, ...Array<number>(missing).fill(0), ...last];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

export function isMappedIpv4(bytes: Uint8Array): boolean {
  return bytes.length === IPV6_BYTES && MAPPED_PREFIX.every((byte, i) => bytes[i] === byte);
}

/** The numbers between colons; the last may be an IPv4 address, which stands for two. */
function groupsOf(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [position, part] of parts.entries()) {
    const ipv4 = mayEndInIpv4 && position === parts.length - 1 ? parseIpv4(part) : null;
    if (ipv4 !== null) {
      const [a = 0, b = 0, c = 0, d = 0] = ipv4;
      groups.push((a << 8) | b, (c << 8) | d);
      continue;
    }
    if (!/^[0-9a-f]+$/i.test(part)) return null;
    const group = Number.parseInt(part, 16);
    if (group > 0xffff) return null;
    groups.push(group);
  }
  return groups;
}
