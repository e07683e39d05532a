/** A leader that hears of no majority must not go on leading for long. */

import { expect, test } from "vitest";
import type { ReplicaView } from "../observation.ts";
import { broken, view } from "./histories.ts";
import { LonelyLeader } from "./lonely-leader.ts";

/** A leader of three since its clock showed 10,000, which last heard of voter 2 at `heardMs`. */
function leader(clockMs: number, heardMs?: number, overrides: Partial<ReplicaView> = {}) {
  const heard = new Map(heardMs === undefined ? [] : [[2, heardMs]]);
  return view({ role: "leader", epoch: 4, clockMs, heardMs: heard, ...overrides });
}

function story(...views: readonly ReplicaView[]): void {
  const invariant = new LonelyLeader();
  for (const shown of views) invariant.onReplica(shown);
}

test("a leader that one of two others keeps asking is accepted", () => {
  story(leader(10_000), leader(13_000, 12_900), leader(16_000, 15_900), leader(19_000, 18_900));
});

test("a sole voter needs nobody", () => {
  story(leader(10_000, undefined, { voters: [1] }), leader(99_000, undefined, { voters: [1] }));
});

test("a leader that gives up in time is accepted", () => {
  story(leader(10_000), leader(13_001), leader(15_001), leader(15_100, 0, { role: "resigned" }));
});

test("a leader that is heard of again in time is accepted", () => {
  story(leader(10_000), leader(13_001), leader(15_000, 14_999), leader(17_999, 14_999));
});

test("a clock that is set forward makes nobody lonely at once", () => {
  story(leader(10_000, 10_000), leader(40_000, 10_000), leader(41_000, 40_900));
});

test("a new epoch and a new life begin anew", () => {
  story(leader(10_000), leader(13_001), leader(90_000, undefined, { epoch: 5 }));
  story(leader(10_000), leader(13_001), leader(90_000, undefined, { life: 2 }));
});

test("a leader that has heard of nobody for too long is found", () => {
  expect(broken(() => story(leader(10_000), leader(13_001), leader(15_002)))).toEqual([
    "lonely-leader",
    "1 leads epoch 4 of 3 voters and has heard of nobody for 5001 ms",
  ]);
});

test("a leader of five that hears of one other only is found", () => {
  const voters = [1, 2, 3, 4, 5];
  const tell = () =>
    story(
      leader(10_000, undefined, { voters }),
      leader(13_001, 13_000, { voters }),
      leader(15_002, 15_000, { voters }),
    );
  expect(broken(tell)).toEqual([
    "lonely-leader",
    "1 leads epoch 4 of 5 voters and has heard of 2 for 5001 ms",
  ]);
});
