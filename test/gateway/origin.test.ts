import { expect, test } from "vitest";
import { hostnameOf, originOf } from "../../workers/gateway/origin.ts";

test.each([
  "http://127.0.0.1:8080/kafka/v3/clusters",
  "https://EXAMPLE.com:443/a?b=//c",
  "http://[::1]:9/",
  "http://localhost",
  "http://localhost?a=/b",
  "http://127.0.0.1:80@evil.example/",
  "http://127.0.0.1\\@evil.example/",
  "http://evil.example#@127.0.0.1/",
])(
  "the origin and the host name of %s are those of the parsed URL, also the second time",
  (url) => {
    const { origin, hostname } = new URL(url);
    for (let time = 0; time < 2; time++) {
      expect(originOf(url)).toBe(origin);
      expect(hostnameOf(url)).toBe(hostname);
    }
  },
);

test("many origins are told apart", () => {
  for (let port = 1000; port < 1300; port++) {
    expect(originOf(`http://a.example:${port}/x`)).toBe(`http://a.example:${port}`);
  }
});
