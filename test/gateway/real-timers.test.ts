import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { realTimers } from "../../workers/gateway/timers.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test.each([500, 501])("A timer of %i ms runs once, when it is due", (delayMs) => {
  const run = vi.fn();
  realTimers.after(delayMs, run);
  vi.advanceTimersByTime(delayMs - 1);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2000);
  expect(run).toHaveBeenCalledOnce();
});

test.each([
  [500, 1],
  [501, 0],
])("A timer of %i ms that is called off does not run, and leaves %i behind", (delayMs, left) => {
  const run = vi.fn();
  const callOff = realTimers.after(delayMs, run);
  callOff();
  expect(vi.getTimerCount()).toBe(left);
  vi.advanceTimersByTime(2000);
  expect(run).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
