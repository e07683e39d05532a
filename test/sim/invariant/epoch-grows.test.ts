/** A controller must act in the epoch it has stored, and must never go back to an older one. */

import { beforeEach, expect, test } from "vitest";
import { EpochGrows } from "./epoch-grows.ts";
import { broken, view } from "./histories.ts";

let invariant: EpochGrows;

beforeEach(() => {
  invariant = new EpochGrows();
});

test("epochs that grow are accepted, and so is a restart that forgets what was never durable", () => {
  invariant.onReplica(view({ epoch: 1 }));
  invariant.onDurable({ id: 1, epoch: 1 });
  invariant.onReplica(view({ epoch: 1 }));
  invariant.onReplica(view({ epoch: 4 }));
  invariant.onReplica(view({ life: 2, epoch: 1 }));
  invariant.onReplica(view({ id: 2, epoch: 1 }));
});

test("an epoch that is not the stored one is found", () => {
  expect(broken(() => invariant.onReplica(view({ epoch: 3, storedEpoch: 2 })))).toEqual([
    "epoch-grows",
    "1 acts in epoch 3 and has stored 2",
  ]);
});

test("an epoch that goes back within a life is found", () => {
  invariant.onReplica(view({ epoch: 3 }));
  expect(broken(() => invariant.onReplica(view({ epoch: 2 })))).toEqual([
    "epoch-grows",
    "1 goes from epoch 3 to 2",
  ]);
});

test("a durable epoch that a restart forgets is found", () => {
  invariant.onReplica(view({ epoch: 3 }));
  invariant.onDurable({ id: 1, epoch: 3 });
  expect(broken(() => invariant.onReplica(view({ life: 2, epoch: 2 })))).toEqual([
    "epoch-grows",
    "1 forgot epoch 3, it is in 2",
  ]);
});

test("a lost disk takes the durable epoch with it", () => {
  invariant.onReplica(view({ epoch: 3 }));
  invariant.onDurable({ id: 1, epoch: 3 });
  invariant.onDiskLost(1);
  invariant.onReplica(view({ life: 2, epoch: 0, hasLostDisk: true }));
});
