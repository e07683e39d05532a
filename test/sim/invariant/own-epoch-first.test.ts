/** A leader must not commit anything of older epochs alone. */

import { expect, test } from "vitest";
import { broken, committedOf, logOf, view } from "./histories.ts";
import { OwnEpochFirst } from "./own-epoch-first.ts";

const LOG = logOf(1, { epoch: 1, size: 2 }, 3);

/** Commits what the high watermark covers, in offset order. */
function commit(highWatermark: number, role = "leader"): void {
  const invariant = new OwnEpochFirst();
  const by = view({ id: 2, role, epoch: 3, epochStartOffset: 0, log: LOG, highWatermark });
  for (const { baseOffset, lastOffset } of LOG.entries) {
    if (lastOffset < highWatermark) invariant.onCommitted(committedOf(LOG, baseOffset), by);
  }
}

test("older epochs that are committed together with the leader's own are accepted", () => {
  commit(4);
});

test("a follower may tell first what was committed in an older epoch", () => {
  commit(3, "follower");
});

test("older epochs that a leader commits alone are found, whatever it says of its own start", () => {
  expect(broken(() => commit(3))).toEqual([
    "own-epoch-first",
    "leader 2 of epoch 3 commits up to offset 2 of epoch 1, and nothing of its own epoch",
  ]);
});
