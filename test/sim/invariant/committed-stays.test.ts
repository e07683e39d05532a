/** What one controller calls committed must be what all call committed, and must stay. */

import { beforeEach, expect, test } from "vitest";
import { CommittedStays } from "./committed-stays.ts";
import { broken, committedOf, logOf, truncated, view } from "./histories.ts";

const LOG = logOf(1, { epoch: 1, size: 2 }, 2);

let invariant: CommittedStays;

/** All four offsets are committed. */
beforeEach(() => {
  invariant = new CommittedStays();
  for (const offset of [0, 1, 3]) invariant.onCommitted(committedOf(LOG, offset));
});

test("a controller that commits step by step what all commit is accepted", () => {
  invariant.onReplica(view({ log: LOG, highWatermark: 1 }));
  invariant.onReplica(view({ log: LOG, highWatermark: 3 }));
  invariant.onReplica(view({ log: LOG, highWatermark: 4, changes: [truncated(4)] }));
});

test("a high watermark beyond what the world knows is compared when that is known", () => {
  const log = logOf(1, { epoch: 1, size: 2 }, 2, 2);
  invariant.onReplica(view({ log, highWatermark: 5 }));
  invariant.onCommitted(committedOf(logOf(1, { epoch: 1, size: 2 }, 2, 3), 4));
  expect(broken(() => invariant.onReplica(view({ log, highWatermark: 5 })))).toEqual([
    "committed-stays",
    "1 has something else committed at 4",
  ]);
});

test("another tail above the high watermark is accepted", () => {
  invariant.onReplica(view({ log: logOf(1, { epoch: 1, size: 2 }, 3), highWatermark: 3 }));
});

test("a cut of what was compared is found", () => {
  invariant.onReplica(view({ log: LOG, highWatermark: 3 }));
  const after = view({ log: logOf(1), highWatermark: 3, changes: [truncated(1)] });
  expect(broken(() => invariant.onReplica(after))).toEqual([
    "committed-stays",
    "1 cuts its log at 1, committed up to 3",
  ]);
});

test.each([
  ["of another epoch", logOf(1, { epoch: 2, size: 2 }, 2)],
  ["with other records", logOf(1, { epoch: 1, size: 2, checksum: 5 }, 2)],
  ["of another length", logOf(1, 1, 1, 2)],
  ["missing", logOf(1)],
])("a committed batch that is %s is found", (_, log) => {
  const after = view({ id: 3, log, highWatermark: 3 });
  expect(broken(() => invariant.onReplica(after))).toEqual([
    "committed-stays",
    "3 has something else committed at 1",
  ]);
});

test("a high watermark inside of a batch is found as soon as it goes on", () => {
  invariant.onReplica(view({ log: LOG, highWatermark: 2 }));
  expect(broken(() => invariant.onReplica(view({ log: LOG, highWatermark: 4 })))).toEqual([
    "committed-stays",
    "1 has something else committed at 2",
  ]);
});

test("a new life is compared from the beginning", () => {
  invariant.onReplica(view({ log: LOG, highWatermark: 4 }));
  const after = view({ life: 2, log: logOf({ epoch: 1, checksum: 5 }), highWatermark: 1 });
  expect(broken(() => invariant.onReplica(after))).toEqual([
    "committed-stays",
    "1 has something else committed at 0",
  ]);
});
