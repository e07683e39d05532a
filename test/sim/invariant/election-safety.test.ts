/** An epoch must not have two leaders, and none must lead it twice. */

import { expect, test } from "vitest";
import { ElectionSafety } from "./election-safety.ts";
import { broken, view } from "./histories.ts";

test("one leader in each epoch is accepted", () => {
  const invariant = new ElectionSafety();
  invariant.onReleased(view({ id: 1, role: "leader", epoch: 1 }));
  invariant.onReleased(view({ id: 1, role: "leader", epoch: 1 }));
  invariant.onReleased(view({ id: 2, role: "follower", epoch: 1 }));
  invariant.onReleased(view({ id: 2, role: "leader", epoch: 2 }));
  invariant.onReleased(view({ id: 1, life: 2, role: "leader", epoch: 3 }));
});

test("two leaders of an epoch are found, however long ago the first one was", () => {
  const invariant = new ElectionSafety();
  invariant.onReleased(view({ id: 1, role: "leader", epoch: 1 }));
  invariant.onReleased(view({ id: 1, role: "leader", epoch: 2 }));
  expect(broken(() => invariant.onReleased(view({ id: 3, role: "leader", epoch: 1 })))).toEqual([
    "election-safety",
    "1 and 3 lead epoch 1",
  ]);
});

test("a leader that leads its epoch again after a restart is found", () => {
  const invariant = new ElectionSafety();
  invariant.onReleased(view({ id: 1, role: "leader", epoch: 4 }));
  invariant.onReleased(view({ id: 1, life: 2, role: "resigned", epoch: 4 }));
  expect(
    broken(() => invariant.onReleased(view({ id: 1, life: 2, role: "leader", epoch: 4 }))),
  ).toEqual(["election-safety", "1 leads epoch 4 again after a restart"]);
});
