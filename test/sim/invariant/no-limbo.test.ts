/** A voter without a leader must not wait longer than an election timeout. */

import { expect, test } from "vitest";
import type { ReplicaView } from "../observation.ts";
import { broken, view } from "./histories.ts";
import { NoLimbo } from "./no-limbo.ts";

function story(...views: readonly Partial<ReplicaView>[]): void {
  const invariant = new NoLimbo();
  for (const shown of views) invariant.onReplica(view({ epoch: 4, role: "unattached", ...shown }));
}

test.each(["unattached", "candidate", "resigned"])("%s for four seconds is accepted", (role) => {
  story({ role, clockMs: 1000 }, { role, clockMs: 3001 }, { role, clockMs: 5001 });
});

test.each(["unattached", "candidate", "resigned"])("%s for longer is found", (role) => {
  const tell = () =>
    story({ role, clockMs: 1000 }, { role, clockMs: 3001 }, { role, clockMs: 5002 });
  expect(broken(tell)).toEqual(["no-limbo", `1 is ${role} in epoch 4 for 4002 ms`]);
});

test.each(["follower", "leader", "prospective"])("%s for ever is accepted", (role) => {
  story({ role, clockMs: 1000 }, { role, clockMs: 3001 }, { role, clockMs: 90_000 });
});

test.each<[string, Partial<ReplicaView>]>([
  ["epoch", { epoch: 5 }],
  ["role", { role: "candidate" }],
  ["life", { life: 2 }],
])("a new %s begins to wait anew", (_, change) => {
  story(
    { clockMs: 1000 },
    { clockMs: 3001 },
    { clockMs: 5002, ...change },
    { clockMs: 7001, ...change },
  );
});

test("a voter that has found a leader meanwhile begins to wait anew", () => {
  story(
    { clockMs: 1000 },
    { clockMs: 3001 },
    { role: "follower", clockMs: 3100 },
    { clockMs: 5002 },
    { clockMs: 7000 },
  );
});

test("a clock that is set forward is given time to be noticed", () => {
  story({ clockMs: 1000 }, { clockMs: 31_000 }, { clockMs: 33_000 });
});

test("a controller that has lost its disk has no vote to campaign with", () => {
  const hasLostDisk = true;
  story(
    { clockMs: 1000, hasLostDisk },
    { clockMs: 3001, hasLostDisk },
    { clockMs: 90_000, hasLostDisk },
  );
});
