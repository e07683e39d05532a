/** How large a buffer a connection reads into. */

import { expect, test } from "vitest";
import { firstBuffer, nextBuffer } from "../../workers/controller/read-buffer.ts";

test("whoever sends little keeps one small buffer", () => {
  const first = firstBuffer();
  expect(first.length).toBe(4096);
  const next = nextBuffer(first.subarray(0, 4095));
  expect(next.length).toBe(4096);
  expect(next.buffer).toBe(first.buffer);
});

test("whoever fills a small buffer gets a large one, and keeps it while much comes", () => {
  const large = nextBuffer(firstBuffer());
  expect(large.length).toBe(65_536);
  for (const received of [65_536, 4096]) {
    const next = nextBuffer(large.subarray(0, received));
    expect(next.length).toBe(65_536);
    expect(next.buffer).toBe(large.buffer);
  }
});

test("a large buffer is given up when little comes", () => {
  const large = nextBuffer(firstBuffer());
  const next = nextBuffer(large.subarray(0, 4095));
  expect(next.length).toBe(4096);
  expect(next.buffer.byteLength).toBe(4096);
});
