/** When the host hands to a node what clients have asked. */

import { expect, test } from "vitest";
import { Gathering, MAX_GROUP } from "../../workers/controller/gathering.ts";

/** A gathering that has last handled so many at once. */
function after(queued: number): Gathering {
  const gathering = new Gathering();
  gathering.begin(0);
  gathering.end({ queued, pending: 0 }, 0);
  return gathering;
}

test("whoever asks alone is handled at once, also while another answer is pending", () => {
  expect(new Gathering().isOver({ queued: 1, pending: 0 }, 0)).toBe(true);
  expect(after(1).isOver({ queued: 1, pending: 0 }, 0)).toBe(true);
  expect(after(1).isOver({ queued: 1, pending: 1 }, 0)).toBe(true);
});

test.each([
  [2, 2],
  [8, 8],
  [16, 16],
  [30, 16],
  [40, 20],
  [128, 64],
  [200, 100],
  [384, 128],
])("a crowd of %i is handled when %i have come", (crowd, group) => {
  const gathering = after(crowd);
  for (const pending of [0, 5]) {
    expect(gathering.isOver({ queued: group - 1, pending }, 0)).toBe(false);
    expect(gathering.isOver({ queued: group, pending }, 0)).toBe(true);
  }
  expect(group).toBeLessThanOrEqual(MAX_GROUP);
});

test("nobody waits longer than 2 ms for others to ask, nor than 10 ms for a round to end", () => {
  const gathering = after(8);
  gathering.begin(1000);
  expect(gathering.isOver({ queued: 1, pending: 0 }, 1001)).toBe(false);
  expect(gathering.isOver({ queued: 1, pending: 0 }, 1002)).toBe(true);
  expect(gathering.isOver({ queued: 1, pending: 3 }, 1009)).toBe(false);
  expect(gathering.isOver({ queued: 1, pending: 3 }, 1010)).toBe(true);
});

test("answers that are pending count as a part of the crowd", () => {
  const gathering = after(1);
  gathering.end({ queued: 3, pending: 5 }, 0);
  expect(gathering.isOver({ queued: 7, pending: 0 }, 0)).toBe(false);
  expect(gathering.isOver({ queued: 8, pending: 0 }, 0)).toBe(true);
});

test("a crowd that is gone is forgotten group by group", () => {
  const gathering = after(8);
  let groups = 0;
  while (!gathering.isOver({ queued: 1, pending: 0 }, 0)) {
    gathering.end({ queued: 1, pending: 0 }, 0);
    groups += 1;
  }
  expect(groups).toBe(7);
});
