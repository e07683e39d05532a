import { describe, expect, it } from "vitest";
import { canonicalIp, ipText, parseIpv4, parseIpv6 } from "../../src/base/ip-address.ts";

describe("an address as bytes", () => {
  it("is printed as java.net.InetAddress prints it", () => {
    expect(ipText(Uint8Array.of(192, 168, 0, 1))).toBe("192.168.0.1");
    const ipv6 = Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    expect(ipText(ipv6)).toBe("2001:db8:0:0:0:0:0:1");
  });

  it("is IPv4 when it is IPv4 inside IPv6", () => {
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 7);
    expect(ipText(mapped)).toBe("10.0.0.7");
  });

  it("is none with another number of bytes", () => {
    expect([0, 3, 5, 15, 17].map((length) => ipText(new Uint8Array(length)))).toEqual(
      Array(5).fill(null),
    );
  });
});

describe("an address as text", () => {
  it.each([
    ["::1", "0:0:0:0:0:0:0:1"],
    ["::", "0:0:0:0:0:0:0:0"],
    ["FE80::00aB%3", "fe80:0:0:0:0:0:0:ab"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::ffff:10.0.0.7", "10.0.0.7"],
    ["64:ff9b::10.0.0.7", "64:ff9b:0:0:0:0:a00:7"],
    ["10.0.0.7", "10.0.0.7"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical);
  });

  it.each([
    "",
    "localhost",
    "1.2.3",
    "1.2.3.256",
    "1.2.3.4.5",
    "1.2.3.-4",
    ":1",
    "1:",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "10000::",
    "g::",
    "1.2.3.4::1",
    "fe80::1%eth0",
    "fe80::1%",
  ])("%j is no address", (text) => {
    expect(canonicalIp(text)).toBeNull();
    expect(parseIpv4(text)).toBeNull();
    expect(parseIpv6(text)).toBeNull();
  });
});
