/** Ranges of addresses as Apache Kafka 4.4.0 reads them; every message and every verdict is one that it gave. */

import { describe, expect, it } from "vitest";
import { cidrProblem, isInCidr } from "../../src/state/cidr.ts";

describe("a range", () => {
  it.each([
    "10.0.0.0/8",
    "10.1.2.3/0",
    "010.001.000.255/32",
    "fe80::/10",
    "::1/128",
    "00001::/+3",
    "1:2:3:4:5:6:7::/0",
    "[2001:db8::]/32",
    "fe80::%1/10",
  ])("may be %s", (pattern) => {
    expect(cidrProblem(pattern)).toBeNull();
  });

  it.each([
    ["10.0.0.1/33", "Value [33] not in range [0,32]"],
    ["300.0.0.1/99", "Value [300] not in range [0,255]"],
    ["10.0.0/8", "Could not parse [10.0.0/8]"],
    ["1.2.3.4/", "Could not parse [1.2.3.4/]"],
    ["1.2.3.4/8 ", "Could not parse [1.2.3.4/8 ]"],
    ["/", "Could not parse [/]"],
    ["fe80::/129", "Could not parse [fe80::/129] - prefix length must be between 0 and 128"],
    ["fe80::/-1", "Could not parse [fe80::/-1] - prefix length must be between 0 and 128"],
    ["fe80::/x", "Could not parse [fe80::/x] - invalid prefix length"],
    ["fe80::/99999999999", "Could not parse [fe80::/99999999999] - invalid prefix length"],
    ["::ffff:1.2.3.4/100", "Could not parse [::ffff:1.2.3.4] - not an IPv6 address"],
    ["g::1/3", "Could not parse [g::1]"],
  ])("is not %j", (pattern, problem) => {
    expect(cidrProblem(pattern)).toBe(problem);
  });
});

describe("a host", () => {
  it.each([
    ["10.1.2.3", "10.0.0.0/8", true],
    ["11.0.0.0", "10.0.0.0/8", false],
    ["10.0.0.0", "10.0.0.0/8", true],
    ["10.255.255.255", "10.0.0.0/8", true],
    ["10.1.2.129", "10.1.2.128/25", true],
    ["10.1.2.127", "10.1.2.128/25", false],
    ["10.1.2.3", "10.1.2.3/32", true],
    ["200.1.1.1", "0.0.0.0/0", true],
    ["0.0.0.0", "0.0.0.0/0", false],
    ["fe80:0:0:0:0:0:0:1", "fe80::/10", true],
    ["fec0:0:0:0:0:0:0:1", "fe80::/10", false],
    ["2001:db8:0:0:0:0:0:1", "::/0", true],
    ["10.1.2.3", "::/0", false],
    ["2001:db8:0:0:0:0:0:1", "0.0.0.0/0", false],
    ["10.1.2.3", "10.1.2.3", false],
    ["10.1.2.3", "10.0.0/8", false],
  ])("%s in %s: %s", (host, pattern, expected) => {
    expect(isInCidr(host, pattern)).toBe(expected);
  });
});
