/** A controller must not truncate what is committed, whether it knows that or not. */

import { beforeEach, expect, test } from "vitest";
import { CommittedIsNotCut } from "./committed-is-not-cut.ts";
import { broken, committedOf, logOf, truncated, view } from "./histories.ts";

const LEADER_LOG = logOf(1, 1, 2);

let invariant: CommittedIsNotCut;

beforeEach(() => {
  invariant = new CommittedIsNotCut();
});

/** Leader 2 commits the whole of its log in epoch 2. */
function commitAll(): void {
  const leader = view({ id: 2, role: "leader", epoch: 2, log: LEADER_LOG, highWatermark: 3 });
  for (const offset of [0, 1, 2]) invariant.onCommitted(committedOf(LEADER_LOG, offset), leader);
}

test("a cut at or above the high watermark is accepted", () => {
  invariant.onReplica(view({ highWatermark: 2, log: logOf(1, 1, 1) }));
  invariant.onReplica(view({ highWatermark: 2, log: logOf(1, 1), changes: [truncated(2)] }));
});

test("a cut below the high watermark is found", () => {
  invariant.onReplica(view({ highWatermark: 2, log: logOf(1, 1, 1) }));
  const after = view({ highWatermark: 2, log: logOf(1), changes: [truncated(1)] });
  expect(broken(() => invariant.onReplica(after))).toEqual([
    "committed-is-not-cut",
    "1 cuts its log at 1, below its high watermark 2",
  ]);
});

test("a restart that has lost the end of the log is accepted", () => {
  commitAll();
  invariant.onReplica(view({ highWatermark: 3, epoch: 2, log: logOf(1, 1, 2) }));
  invariant.onReplica(view({ life: 2, epoch: 2, log: logOf(1, 1) }));
  invariant.onReplica(view({ life: 2, epoch: 2, log: logOf(1, 1, 2) }));
});

test("a cut of what others have committed in the same epoch is found, even after a restart", () => {
  commitAll();
  invariant.onReplica(view({ highWatermark: 3, epoch: 2, log: logOf(1, 1, 2) }));
  invariant.onReplica(view({ life: 2, highWatermark: -1, epoch: 2, log: logOf(1, 1, 2) }));
  const changes = [truncated(1)];
  const after = view({ life: 2, highWatermark: -1, epoch: 2, log: logOf(1), changes });
  expect(broken(() => invariant.onReplica(after))).toEqual([
    "committed-is-not-cut",
    "1 cuts its log at 1 in epoch 2, which was committed in epoch 2",
  ]);
});

test("a cut of a tail that is not the committed one is accepted", () => {
  commitAll();
  invariant.onReplica(view({ epoch: 2, log: logOf(1, 1, 1) }));
  invariant.onReplica(view({ epoch: 2, log: logOf(1, 1), changes: [truncated(2)] }));
  invariant.onReplica(view({ epoch: 2, log: logOf(1, 1, 2) }));
});

test("a follower of an older epoch may cut what a newer one has committed", () => {
  commitAll();
  invariant.onReplica(view({ epoch: 1, log: logOf(1, 1, 2) }));
  invariant.onReplica(view({ epoch: 1, log: logOf(1, 1), changes: [truncated(2)] }));
});
