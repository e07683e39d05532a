/** How the time of a CPU profile divides. */

import { expect, test } from "vitest";
import { type CpuProfile, type ProfileNode, sharesOf } from "../../bench/cpu-profile.ts";

const node = (id: number, functionName: string, url = ""): ProfileNode => ({
  id,
  callFrame: { functionName, url },
});

const NODES = [
  node(1, "(root)"),
  node(2, "(idle)"),
  node(3, "(program)"),
  node(4, "(garbage collector)"),
  node(5, "append", "worker.js"),
  node(6, "exec"),
  node(7, "exec", "worker.js"),
  node(8, "write"),
  node(9, "clearTimeout", "node-internal:internal_timers"),
  node(10, "toArray"),
];

/** A profile in which each node was at work for so many microseconds, one after the other. */
function profileOf(elapsedUs: readonly (readonly [id: number, us: number])[]): CpuProfile {
  const samples = elapsedUs.map(([id]) => id);
  // The last sample only ends the one before it.
  return {
    nodes: NODES,
    samples: [...samples, 1],
    timeDeltas: [0, ...elapsedUs.map(([, us]) => us)],
  };
}

test("the time counts for whatever was innermost, and the parts make up the whole", () => {
  const profile = profileOf([
    [2, 100],
    [3, 150],
    [4, 50],
    [5, 200],
    [6, 100],
    [10, 25],
    [7, 100],
    [8, 250],
    [9, 25],
  ]);
  expect(Object.fromEntries(sharesOf(profile))).toEqual({
    "JavaScript of the Worker": 0.3,
    SQLite: 0.125,
    "calls of the engine (sockets, timers, messages)": 0.275,
    "garbage collection": 0.05,
    "event loop, kernel and disk": 0.15,
    waiting: 0.1,
  });
});

test("what never happened is a part of nothing", () => {
  const shares = sharesOf(profileOf([[5, 10]]));
  expect(shares.get("JavaScript of the Worker")).toBe(1);
  expect(shares.get("SQLite")).toBe(0);
});

test("a profile without samples is refused", () => {
  expect(() => sharesOf({ nodes: NODES })).toThrow("The profile is empty");
});
