/** The hash of a trace must tell runs apart that differ, and no others. */

import { expect, test } from "vitest";
import { Trace } from "./trace.ts";

function trace(keepLines = false): Trace {
  return new Trace({ now: () => 12.34, keepLines });
}

type Step = (trace: Trace) => void;

function hashOf(...steps: readonly Step[]): string {
  const traced = trace();
  for (const step of steps) step(traced);
  return traced.hash;
}

const STEPS: readonly Step[] = [
  (t) => t.mix(1),
  (t) => t.mix(2),
  (t) => t.mix(1, 1),
  (t) => t.mix(1, 0, 1),
  (t) => t.mix(-1),
  (t) => t.mixBytes(Uint8Array.of(1, 2, 3)),
  (t) => t.mixBytes(Uint8Array.of(1, 2, 4)),
  (t) => t.mixBytes(Uint8Array.of(1, 2, 3, 0)),
];

test("equal runs have equal hashes of sixteen hexadecimal digits", () => {
  expect(hashOf(...STEPS)).toBe(hashOf(...STEPS));
  expect(hashOf(...STEPS)).toMatch(/^[0-9a-f]{16}$/);
  expect(hashOf()).toBe(hashOf());
});

test("runs that differ in one step have different hashes", () => {
  const hashes = [hashOf(), ...STEPS.map((step) => hashOf(step))];
  expect(new Set(hashes).size).toBe(STEPS.length + 1);
});

test("a difference early in a run is still there at its end", () => {
  const rest = Array.from(
    { length: 1000 },
    (_, i): Step =>
      (t) =>
        t.mix(i, i, i),
  );
  const hashes = STEPS.map((step) => hashOf(step, ...rest));
  expect(new Set(hashes).size).toBe(STEPS.length);
});

test("runs of the same steps in another order have different hashes", () => {
  expect(hashOf(...STEPS)).not.toBe(hashOf(...STEPS.toReversed()));
});

test("lines are kept on demand, with their time, and change no hash", () => {
  const kept = trace(true);
  kept.tell("controller 1", () => "dies");
  expect(kept.lines).toEqual(["     12.3 ms  controller 1   dies"]);
  expect(kept.hash).toBe(trace().hash);
});

test("a line that nobody keeps is never written", () => {
  const dropped = trace();
  dropped.tell("controller 1", () => {
    throw new Error("a line was written");
  });
  expect(dropped.lines).toEqual([]);
});
