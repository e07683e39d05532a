/** Logs that agree on a batch must agree on all before it. */

import { beforeEach, expect, test } from "vitest";
import { appended, broken, logOf, type StoryLog, view } from "./histories.ts";
import { LogMatching } from "./log-matching.ts";

let invariant: LogMatching;

beforeEach(() => {
  invariant = new LogMatching();
});

/** A controller appends the whole of a log to an empty one. */
function appendAll(id: number, log: StoryLog, onDisk = log): void {
  invariant.onReleased(view({ id, log: logOf() }));
  const changes = log.entries.map(({ baseOffset }) => appended(log, baseOffset));
  invariant.onReleased(view({ id, log: onDisk, changes }));
}

const DIFFERS = (at: string) => [
  "log-matching",
  `the batch at ${at} of 2 differs from another one's`,
];

test("equal logs are accepted, and so are logs that part at a newer epoch", () => {
  appendAll(1, logOf(1, 1, 2));
  appendAll(2, logOf(1, 1, 2));
  appendAll(3, logOf(1, 3));
});

test("another batch at the same offset and epoch is found", () => {
  appendAll(1, logOf(1, { epoch: 1, checksum: 5 }));
  expect(broken(() => appendAll(2, logOf(1, { epoch: 1, checksum: 6 })))).toEqual(
    DIFFERS("offset 1 of epoch 1"),
  );
});

test("a batch of another length at the same offset and epoch is found", () => {
  appendAll(1, logOf(1, { epoch: 1, size: 2 }));
  expect(broken(() => appendAll(2, logOf(1, 1)))).toEqual(DIFFERS("offset 1 of epoch 1"));
});

test("the same batch after one of another epoch is found", () => {
  appendAll(1, logOf(1, 3));
  expect(broken(() => appendAll(2, logOf(2, 3)))).toEqual(DIFFERS("offset 1 of epoch 3"));
});

test("a batch that was cut off again in the same transaction does not count", () => {
  appendAll(1, logOf(1, { epoch: 1, checksum: 5 }));
  appendAll(2, logOf(1, { epoch: 1, checksum: 6 }), logOf(1));
  appendAll(2, logOf(1, { epoch: 1, checksum: 6 }), logOf(1, 2));
});

test("what a life finds in its log counts, although nobody saw it being appended", () => {
  invariant.onReleased(view({ id: 1, log: logOf(1, 1, { epoch: 2, checksum: 5 }) }));
  const restarted = view({ id: 2, life: 2, log: logOf(1, 1, { epoch: 2, checksum: 6 }) });
  expect(broken(() => invariant.onReleased(restarted))).toEqual(DIFFERS("offset 2 of epoch 2"));
});

test("another batch is found before it is on disk, but only against what is", () => {
  const mine = logOf(1, { epoch: 1, checksum: 5 });
  const other = logOf(1, { epoch: 1, checksum: 6 });
  const writing = (id: number, log: StoryLog) => view({ id, log, changes: [appended(log, 1)] });
  invariant.onReplica(writing(1, mine));
  // Lost in a crash before anybody could know of it, and written again as something else.
  invariant.onReplica(writing(1, other));
  appendAll(1, other);
  expect(broken(() => invariant.onReplica(writing(2, mine)))).toEqual(
    DIFFERS("offset 1 of epoch 1"),
  );
});
