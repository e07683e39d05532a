/** Where a client is, as ACLs speak of it. */

import { canonicalIp } from "../base/ip-address.ts";

/** Of a host that is no address: only ACLs for all hosts speak of it. */
const NOWHERE = "unknown";

/** The address as java.net.InetAddress prints it, whatever form it had. */
export function clientHost(text: string): string {
  return canonicalIp(text) ?? NOWHERE;
}
