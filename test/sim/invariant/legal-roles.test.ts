/** What a role stands for must hold, and roles must change only as KRaft lets them. */

import { expect, test } from "vitest";
import type { ReplicaView } from "../observation.ts";
import { broken, view } from "./histories.ts";
import { LegalRoles } from "./legal-roles.ts";

/** One life in epoch 4 that has these roles, one after the other. */
function story(...roles: readonly string[]): void {
  const invariant = new LegalRoles();
  for (const role of roles) invariant.onReplica(view({ epoch: 4, role }));
}

test.each([
  [["unattached", "prospective", "follower", "prospective", "unattached", "follower"]],
  [["candidate", "leader", "resigned"]],
  [["candidate", "prospective"]],
  [["candidate", "follower"]],
  // Between two transactions a role may come and go.
  [["candidate", "resigned"]],
])("in one epoch %j is accepted", (roles) => {
  story(...roles);
});

test("every new epoch and every new life may begin with any role", () => {
  const invariant = new LegalRoles();
  invariant.onReplica(view({ epoch: 4, role: "leader" }));
  invariant.onReplica(view({ epoch: 5, role: "candidate" }));
  invariant.onReplica(view({ epoch: 5, role: "leader" }));
  invariant.onReplica(view({ epoch: 6, role: "follower" }));
  invariant.onReplica(view({ epoch: 6, role: "candidate", life: 2 }));
});

test.each([
  ["follower", "leader"],
  ["unattached", "leader"],
  ["prospective", "leader"],
  ["leader", "follower"],
  ["leader", "unattached"],
  ["leader", "candidate"],
  ["resigned", "leader"],
  ["resigned", "follower"],
  ["resigned", "candidate"],
  ["follower", "candidate"],
  ["follower", "resigned"],
])("%s to %s within one epoch is found", (from, to) => {
  expect(broken(() => story(from, to))).toEqual([
    "legal-roles",
    `1 goes from ${from} to ${to} in epoch 4`,
  ]);
});

test.each<[Partial<ReplicaView> & { readonly role: string }, string]>([
  [{ role: "leader", voters: [2, 3] }, "has no vote"],
  [{ role: "leader", leaderId: 2 }, "calls 2 the leader"],
  [{ role: "leader", hasLostDisk: true }, "has lost its disk"],
  [{ role: "candidate", voters: [2, 3] }, "has no vote"],
  [{ role: "candidate", leaderId: 2 }, "knows leader 2"],
  [{ role: "candidate", votedId: 3 }, "has voted for 3"],
  [{ role: "prospective", voters: [2, 3] }, "has no vote"],
  [{ role: "follower", leaderId: -1 }, "follows -1"],
  [{ role: "follower", leaderId: 1 }, "follows 1"],
])("%j is found", (overrides, problem) => {
  expect(broken(() => new LegalRoles().onReplica(view({ epoch: 4, ...overrides })))).toEqual([
    "legal-roles",
    `1 is ${overrides.role} in epoch 4 and ${problem}`,
  ]);
});
