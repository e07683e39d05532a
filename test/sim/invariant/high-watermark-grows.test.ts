/** A high watermark must not go back in a life, and must not pass the end of the log. */

import { expect, test } from "vitest";
import { HighWatermarkGrows } from "./high-watermark-grows.ts";
import { broken, logOf, view } from "./histories.ts";

const LOG = logOf(1, 1, 1);

test("a high watermark that grows up to the end of the log is accepted", () => {
  const invariant = new HighWatermarkGrows();
  for (const highWatermark of [-1, 0, 2, 2, 3])
    invariant.onReplica(view({ log: LOG, highWatermark }));
});

test("a restart may begin with an unknown high watermark", () => {
  const invariant = new HighWatermarkGrows();
  invariant.onReplica(view({ log: LOG, highWatermark: 3 }));
  invariant.onReplica(view({ life: 2, log: LOG, highWatermark: -1 }));
});

test("a high watermark beyond the log is found", () => {
  const invariant = new HighWatermarkGrows();
  expect(broken(() => invariant.onReplica(view({ log: LOG, highWatermark: 4 })))).toEqual([
    "high-watermark-grows",
    "1 has committed 4 of 3",
  ]);
});

test("a high watermark that goes back is found", () => {
  const invariant = new HighWatermarkGrows();
  invariant.onReplica(view({ id: 2, log: LOG, highWatermark: 3 }));
  expect(broken(() => invariant.onReplica(view({ id: 2, log: LOG, highWatermark: 2 })))).toEqual([
    "high-watermark-grows",
    "the high watermark of 2 goes from 3 to 2",
  ]);
});
