import { expect, test } from "vitest";
import { clientHost } from "../../src/controller/client-host.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:DB8::1", "2001:db8:0:0:0:0:0:1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["nowhere", "unknown"],
  ["1".repeat(5_000), "unknown"],
])("%s is %s, the second time as well", (text, host) => {
  expect(clientHost(text)).toBe(host);
  expect(clientHost(text)).toBe(host);
});

test("Thousands of other addresses change nothing", () => {
  const addresses = Array.from(
    { length: 3_000 },
    (_, index) => `10.0.${index >> 8}.${index & 255}`,
  );
  for (const address of [...addresses, ...addresses]) expect(clientHost(address)).toBe(address);
});
