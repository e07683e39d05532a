/** Everything in a simulation happens in the scheduler's order, which must be one order. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { broken } from "./invariant/histories.ts";
import { type Item, Scheduler } from "./scheduler.ts";

function runAll(scheduler: Scheduler): void {
  while (scheduler.step());
}

test("items run in the order of time, and the clock shows when each was due", () => {
  const scheduler = new Scheduler(100);
  const seen: [string, number][] = [];
  const say = (what: string) => () => seen.push([what, scheduler.nowMs]);
  scheduler.at(130, say("third"));
  scheduler.at(110.5, say("first"));
  scheduler.after(20, say("second"));
  runAll(scheduler);
  expect(seen).toEqual([
    ["first", 110.5],
    ["second", 120],
    ["third", 130],
  ]);
});

test("items of one moment run in the order in which they were asked for", () => {
  const scheduler = new Scheduler(0);
  const seen: number[] = [];
  for (let i = 0; i < 50; i++) scheduler.at(i % 2, () => seen.push(i));
  runAll(scheduler);
  const even = Array.from({ length: 25 }, (_, i) => 2 * i);
  expect(seen).toEqual([...even, ...even.map((i) => i + 1)]);
});

test("items that are asked for again and again at the same moment are found", () => {
  const scheduler = new Scheduler(0);
  const again = (): void => {
    scheduler.after(0, again);
  };
  again();
  expect(broken(() => runAll(scheduler))).toEqual(["calm", "time stands still for 10000 events"]);
  expect([scheduler.nowMs, scheduler.events]).toEqual([0, 10_000]);
});

test("an item asked for in the past runs next, and time does not go back", () => {
  const scheduler = new Scheduler(0);
  const seen: [string, number][] = [];
  const say = (what: string) => () => seen.push([what, scheduler.nowMs]);
  scheduler.at(10, () => {
    say("now")();
    scheduler.at(3, say("late"));
  });
  scheduler.at(11, say("later"));
  runAll(scheduler);
  expect(seen).toEqual([
    ["now", 10],
    ["late", 10],
    ["later", 11],
  ]);
});

test("what is cancelled neither happens nor counts, nor does it move the clock", () => {
  const scheduler = new Scheduler(0);
  const seen: string[] = [];
  scheduler.at(1, () => seen.push("kept"));
  const dropped = scheduler.at(5, () => seen.push("dropped"));
  scheduler.cancel(dropped);
  expect(scheduler.step()).toBe(true);
  expect(scheduler.step()).toBe(false);
  expect(seen).toEqual(["kept"]);
  expect(scheduler.events).toBe(1);
  expect(scheduler.nowMs).toBe(1);
});

test("an item may cancel one of the same moment", () => {
  const scheduler = new Scheduler(0);
  const seen: string[] = [];
  let second: Item | null = null;
  scheduler.at(1, () => {
    seen.push("first");
    if (second !== null) scheduler.cancel(second);
  });
  second = scheduler.at(1, () => seen.push("second"));
  runAll(scheduler);
  expect(seen).toEqual(["first"]);
});

test("an empty scheduler has no next item", () => {
  const scheduler = new Scheduler(7);
  expect(scheduler.step()).toBe(false);
  expect(scheduler.events).toBe(0);
  expect(scheduler.nowMs).toBe(7);
});

test("any items, some of them cancelled, run as if they were sorted by time and order", () => {
  const asked = fc.array(fc.record({ atMs: fc.nat(20), isCancelled: fc.boolean() }));
  fc.assert(
    fc.property(asked, (items) => {
      const scheduler = new Scheduler(0);
      const seen: number[] = [];
      const scheduled = items.map(({ atMs }, i) => scheduler.at(atMs, () => seen.push(i)));
      items.forEach(({ isCancelled }, i) => {
        if (isCancelled) scheduler.cancel(scheduled[i]!);
      });
      runAll(scheduler);
      const expected = items
        .map(({ atMs, isCancelled }, i) => ({ atMs, isCancelled, i }))
        .filter(({ isCancelled }) => !isCancelled)
        .toSorted((a, b) => a.atMs - b.atMs || a.i - b.i);
      expect(seen).toEqual(expected.map(({ i }) => i));
      expect(scheduler.events).toBe(expected.length);
    }),
  );
});
