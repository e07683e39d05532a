/** What java.net.InetAddress of Java 17 resolved, and refused, on a host without a name server for it. */

import { expect, it } from "vitest";
import { isHostAddress } from "../../src/state/host-address.ts";

it.each([
  "1.2.3.4",
  "0.0.0.0",
  "01.2.3.04",
  "1",
  "256",
  "4294967295",
  "1.16777215",
  "1.2.65535",
  "::",
  "::1",
  "FE80::AbCd",
  "1:2:3:4:5:6:7:8",
  "::2:3:4:5:6:7:8",
  "1:2:3:4:5:6:1.2.3.4",
  "::ffff:1.2.3.4",
  "[::1]",
  "fe80::1%1",
  "localhost",
  "LOCALHOST",
])("%s is an address", (host) => {
  expect(isHostAddress(host)).toBe(true);
});

it.each([
  "",
  " 1.2.3.4",
  "1.2.3.",
  "1..2",
  "1.2.3.4.5",
  "1.2.3.256",
  "300.1.1.1",
  "4294967296",
  "1.16777216",
  "1.2.65536",
  "-1.2.3.4",
  "0x1.2.3.4",
  "1.2.3.4:80",
  "10.0.0.0/8",
  "[1.2.3.4]",
  "[::1",
  "::g",
  "12345::",
  "1:::2",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "::ffff:1.2.3",
  ":",
  "fe80::1%",
  "localhost.",
  "no.such.host.invalid",
])("%s is not", (host) => {
  expect(isHostAddress(host)).toBe(false);
});
