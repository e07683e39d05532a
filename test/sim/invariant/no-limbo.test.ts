/** A voter without a leader must not wait longer than an election timeout. */

import { expect, test } from "vitest";
import type { ReplicaView } from "../observation.ts";
import { broken, view } from "./histories.ts";
import { NoLimbo } from "./no-limbo.ts";

function story(...views: readonly Partial<ReplicaView>[]): void {
  const invariant = new NoLimbo();
  for (const shown of views) invariant.onReplica(view({ epoch: 4, role: "unattached", ...shown }));
}

/** Shown every half second, from 1000 ms on. */
function shownUntil(endMs: number, shown: Partial<ReplicaView> = {}): Partial<ReplicaView>[] {
  const views: Partial<ReplicaView>[] = [];
  for (let atMs = 1000; atMs < endMs; atMs += 500) views.push({ ...shown, atMs });
  return [...views, { ...shown, atMs: endMs }];
}

test.each(["unattached", "candidate", "resigned"])("%s for 4 seconds is accepted", (role) => {
  story(...shownUntil(5000, { role }));
});

test.each(["unattached", "candidate", "resigned"])("%s for longer is found", (role) => {
  const tell = () => story(...shownUntil(5001, { role }));
  expect(broken(tell)).toEqual(["no-limbo", `1 is ${role} in epoch 4 for 4001 ms`]);
});

test.each(["follower", "leader", "prospective"])("%s for ever is accepted", (role) => {
  story(...shownUntil(20_000, { role }));
});

test.each<[string, Partial<ReplicaView>]>([
  ["epoch", { epoch: 5 }],
  ["role", { role: "candidate" }],
  ["life", { life: 2 }],
])("a new %s begins to wait anew", (_, change) => {
  story(...shownUntil(5000), { atMs: 5001, ...change }, { atMs: 5900, ...change });
});

test("a voter that has found a leader meanwhile begins to wait anew", () => {
  story(...shownUntil(4900), { role: "follower", atMs: 5000 }, { atMs: 5100 }, { atMs: 5900 });
});

test("a voter that gives its vote again begins to wait anew", () => {
  const invariant = new NoLimbo();
  const show = (views: readonly Partial<ReplicaView>[]) => {
    for (const shown of views) {
      invariant.onReplica(view({ epoch: 4, role: "unattached", ...shown }));
    }
  };
  show(shownUntil(4900));
  invariant.onVote({ voterId: 1, epoch: 4, candidateId: 2, stored: { epoch: 4, votedId: 2 } });
  show([{ atMs: 5200 }, { atMs: 6100 }]);
});

test("whoever comes back from a long pause begins to wait anew", () => {
  story(...shownUntil(4900), { atMs: 5901 }, { atMs: 6800 });
});

test("a clock that is set forward makes nobody wait longer", () => {
  story({ atMs: 1000, clockMs: 1000 }, { atMs: 1001, clockMs: 31_000 });
});

test("a controller that has lost its disk has no vote to campaign with", () => {
  const hasLostDisk = true;
  story(...shownUntil(20_000, { hasLostDisk }));
});
