/** A record that a subscriber missed, saw twice, too early or otherwise than it is, is found. */

import { expect, test } from "vitest";
import { EventStream } from "./event-stream.ts";
import { aboutTopic, feedViolation, ofTypes } from "./feed-check.ts";
import type { LogRecord } from "./log-record.ts";
import { type Bodies, SeenEvents } from "./seen-events.ts";

const LOG: LogRecord[] = [0, 1, 2, 3, 4].map((offset) => ({
  offset,
  type: "NO_OP_RECORD",
  data: { at: offset },
}));

const bodyOf = (offset: number) => JSON.stringify(LOG[offset]);

function seenBy(offsets: readonly number[], bodies: Bodies = new Map()): SeenEvents {
  const seen = new SeenEvents(bodies);
  for (const offset of offsets) seen.add(offset, bodyOf(offset) ?? "{}");
  return seen;
}

function violation(offsets: readonly number[], [fromOffset, lastOffset] = [0, 4]): string | null {
  return feedViolation({ name: "s", seen: seenBy(offsets), fromOffset, lastOffset }, LOG);
}

test("who saw its part of the log, once and in order, has nothing to complain about", () => {
  expect(violation([0, 1, 2, 3, 4])).toBe(null);
  expect(violation([2, 3], [2, 3])).toBe(null);
  expect(violation([0, 1, 2, 3, 4, 5], [0, 4])).toBe(null);
});

test("a skipped record is found, in the middle, at the beginning and at the end", () => {
  expect(violation([0, 1, 3, 4])).toBe("s saw 3 after 1, when 2 was next and never came");
  expect(violation([1, 2, 3, 4])).toBe("s saw 1 after nothing, when 0 was next and never came");
  expect(violation([0, 1, 2, 3])).toBe("s did not see 1 records from 4 on");
  expect(violation([])).toBe("s did not see 5 records from 0 on");
});

test("a repeated record and one out of order are found", () => {
  expect(violation([0, 1, 1, 2, 3, 4])).toBe("s saw 1 again after 1, when 2 was next");
  expect(violation([0, 1, 2, 3, 4, 4])).toBe("s saw 4 again after 4, when nothing was next");
  expect(violation([0, 2, 1, 3, 4])).toBe("s saw 2 out of order after 0, when 1 was next");
});

test("a record that a filter should have kept away is found", () => {
  const seen = seenBy([0, 1, 2]);
  const followed = { name: "s", seen, fromOffset: 0, lastOffset: 4 };
  expect(feedViolation(followed, [LOG[0]!, LOG[2]!])).toBe(
    "s saw 1, which is not in its part of the log, after 0, when 2 was next",
  );
});

test("a body that is not that of the log is found, whether one subscriber saw it or all", () => {
  const bodies: Bodies = new Map();
  seenBy([0, 1, 2, 3, 4], bodies);
  const odd = new SeenEvents(bodies);
  for (const offset of [0, 1, 2, 3, 4]) odd.add(offset, offset === 2 ? "{}" : bodyOf(offset)!);
  const followed = { name: "s", fromOffset: 0, lastOffset: 4 };
  const expected = `s saw {} at 2, where the log has ${bodyOf(2)}`;
  expect(feedViolation({ ...followed, seen: odd }, LOG)).toBe(expected);
  const wrong = new SeenEvents(new Map([[2, "{}"]]));
  for (const offset of [0, 1, 2, 3, 4]) wrong.add(offset, offset === 2 ? "{}" : bodyOf(offset)!);
  expect(feedViolation({ ...followed, seen: wrong }, LOG)).toBe(expected);
});

test("the part of the log that is about a topic has what names it, and what names one of its ids", () => {
  const types = ["TOPIC_RECORD", "PARTITION_RECORD", "CONFIG_RECORD", "REMOVE_TOPIC_RECORD"];
  const entries = [
    [0, { name: "t", topicId: "A" }],
    [0, { name: "u", topicId: "B" }],
    [1, { topicId: "A" }],
    [1, { topicId: "B" }],
    [2, { resourceType: 2, resourceName: "t" }],
    [2, { resourceType: 4, resourceName: "t" }],
    [3, { topicId: "A" }],
    [0, { name: "t", topicId: "C" }],
    [1, { topicId: "C" }],
  ] as const;
  const log = entries.map(([type, data], offset) => ({ offset, type: types[type]!, data }));
  expect(aboutTopic(log, "t").map(({ offset }) => offset)).toEqual([0, 2, 4, 6, 7, 8]);
  expect(ofTypes(log, ["CONFIG_RECORD"]).map(({ offset }) => offset)).toEqual([4, 5]);
});

test("events are read in whole blocks, and an id without data counts", () => {
  const stream = new EventStream("6");
  const push = (text: string) => stream.push(new TextEncoder().encode(text));
  expect(push("retry: 1000\n\nid: 7\nda")).toEqual([]);
  expect(stream.lastEventId).toBe("6");
  expect(push('ta: {"a":1}\n\n: heartbeat\nid: 9\n\nid: 10\ndata: x')).toEqual([
    { id: "7", data: '{"a":1}' },
  ]);
  expect(stream.lastEventId).toBe("9");
});
