/** Brokers must be sent what is committed, and nothing else. */

import { beforeEach, expect, test } from "vitest";
import { broken, committedOf, logOf, type StoryLog } from "./histories.ts";
import { ObserversSeeCommitted } from "./observers-see-committed.ts";

let invariant: ObserversSeeCommitted;

/** The first of two batches is committed. */
beforeEach(() => {
  invariant = new ObserversSeeCommitted();
  invariant.onCommitted(committedOf(logOf(1, 1), 0));
});

function serve(log: StoryLog, baseOffset: number): void {
  invariant.onServed(committedOf(log, baseOffset), 101);
}

test("a committed batch is accepted", () => {
  serve(logOf(1, 1), 0);
});

test("a batch that is not committed yet is found", () => {
  expect(broken(() => serve(logOf(1, 1), 1))).toEqual([
    "observers-see-committed",
    "broker 101 is sent offset 1 of epoch 1, which is not committed",
  ]);
});

test.each([
  ["of another epoch", logOf(2), 2],
  ["with other records", logOf({ epoch: 1, checksum: 4 }), 1],
  ["of another length", logOf({ epoch: 1, size: 2 }), 1],
])("a batch %s than the committed one is found", (_, log, epoch) => {
  expect(broken(() => serve(log, 0))).toEqual([
    "observers-see-committed",
    `broker 101 is sent offset 0 of epoch ${epoch}, which is not what was committed`,
  ]);
});
