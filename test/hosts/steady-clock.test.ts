/** The clock that controllers live by, when the clock of their machine is set. */
import { expect, test } from "vitest";
import { SteadyClock } from "../../workers/controller/steady-clock.ts";

test("a clock that nobody sets is taken as it is", () => {
  const clock = new SteadyClock();
  expect([1000, 1001, 1001, 1500].map((wallMs) => clock.read(wallMs))).toEqual([
    1000, 1001, 1001, 1500,
  ]);
});

test("time goes on from where it was when the clock is set back, once or twice", () => {
  const clock = new SteadyClock();
  const readings = [1000, 400, 450, 100, 160].map((wallMs) => clock.read(wallMs));
  expect(readings).toEqual([1000, 1000, 1050, 1050, 1110]);
});

test("time jumps with a clock that is set forward, and does not come back with it", () => {
  const clock = new SteadyClock();
  expect([1000, 31_000, 1000, 1100].map((wallMs) => clock.read(wallMs))).toEqual([
    1000, 31_000, 31_000, 31_100,
  ]);
});
