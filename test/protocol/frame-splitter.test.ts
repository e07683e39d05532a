/** Frames come out of a stream the same however it was cut into pieces. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { MalformedError } from "../../src/base/malformed-error.ts";
import { FrameSplitter } from "../../src/protocol/frame-splitter.ts";

function stream(frames: readonly Uint8Array[]): Uint8Array {
  const parts = frames.flatMap((frame) => {
    const prefix = Buffer.alloc(4);
    prefix.writeInt32BE(frame.length);
    return [prefix, frame];
  });
  return Uint8Array.from(Buffer.concat(parts));
}

function hex(frames: readonly Uint8Array[]): string[] {
  return frames.map((frame) => Buffer.from(frame).toString("hex"));
}

test("any cut of a stream gives the same frames and holds nothing at the end", () => {
  const frame = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.uint8Array({ minLength: 500, maxLength: 1500 }),
  );
  const cuts = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), cuts, (frames, lengths) => {
      const bytes = stream(frames);
      const splitter = new FrameSplitter(2000);
      const out: Uint8Array[] = [];
      let position = 0;
      for (const length of lengths) {
        // The host reuses its buffer: what the splitter still holds must be its own copy.
        const piece = bytes.slice(position, position + length);
        const cut = splitter.push(piece);
        out.push(...cut.map((view) => view.slice()));
        piece.fill(0xee);
        position += piece.length;
      }
      out.push(...splitter.push(bytes.subarray(position)));
      expect(hex(out)).toEqual(hex(frames));
      expect(splitter.heldBytes).toBe(0);
    }),
    { numRuns: 200, seed: 5 },
  );
});

test("frames handed out stay as they are while later pieces arrive", () => {
  const frames = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5), Uint8Array.of(6)];
  const bytes = stream(frames);
  const splitter = new FrameSplitter(100);
  const out: Uint8Array[] = [];
  for (const byte of bytes) out.push(...splitter.push(Uint8Array.of(byte)));
  expect(hex(out)).toEqual(["010203", "0405", "06"]);
});

test("a frame of 1 MiB in pieces of one byte takes less than a second of processor time", () => {
  const frame = new Uint8Array(2 ** 20).map((_, i) => i);
  const bytes = stream([frame]);
  const splitter = new FrameSplitter(2 ** 20);
  const start = process.cpuUsage();
  const out: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i++) out.push(...splitter.push(bytes.subarray(i, i + 1)));
  const { user, system } = process.cpuUsage(start);
  expect(user + system).toBeLessThan(1_000_000);
  expect(out).toHaveLength(1);
  expect(Buffer.compare(out[0]!, frame)).toBe(0);
});

test.each([
  ["negative", "ffffffff"],
  ["one byte over the limit", "000003e9"],
  ["the largest possible", "7fffffff"],
])("a length that is %s is refused as soon as its prefix is there", (_, prefix) => {
  const bytes = Buffer.from(prefix, "hex");
  expect(() => new FrameSplitter(1000).push(bytes)).toThrow(MalformedError);
  const splitter = new FrameSplitter(1000);
  expect(splitter.push(bytes.subarray(0, 3))).toEqual([]);
  expect(() => splitter.push(bytes.subarray(3))).toThrow(MalformedError);
});

test("a frame of exactly the limit and an empty frame are accepted", () => {
  const frames = [new Uint8Array(1000), new Uint8Array(0)];
  expect(new FrameSplitter(1000).push(stream(frames))).toEqual(frames);
});
