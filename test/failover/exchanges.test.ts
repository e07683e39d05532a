/** What an answer says of a change that had to be sent more than once. */

import { expect, test } from "vitest";
import { type AttemptEnd, mayStillCome, type Request } from "./exchanges.ts";

const DONE: AttemptEnd = { kind: "answered", status: 204, message: "" };
const UNTOUCHED = "There is no active controller. Nothing was changed.";

function isOpen(ends: readonly AttemptEnd[], method: Request["method"] = "PUT"): boolean {
  const attempts = ends.map((end) => ({ controllerId: 1, invokedAt: 0, endedAt: 1, end }));
  const request = { method, path: "/topics/a", key: "k" };
  const times = { client: 1, patienceMs: 1, invokedAt: 0, endedAt: 1 };
  return mayStillCome({ ...times, request, attempts, answer: null });
}

test.each<AttemptEnd>([
  { kind: "given-up" },
  { kind: "broken", reason: "reset" },
  { kind: "answered", status: 503, message: "The outcome is unknown." },
])("a try that ended with $kind $status may still be on its way", (end) => {
  expect(isOpen([end, DONE])).toBe(true);
  expect(isOpen([end, DONE], "GET")).toBe(false);
});

test.each<AttemptEnd>([{ kind: "refused" }, { kind: "answered", status: 503, message: UNTOUCHED }])(
  "a try that ended with $kind $status is over",
  (end) => {
    expect(isOpen([end, DONE])).toBe(false);
  },
);

test("the last try is judged by its own answer", () => {
  expect(isOpen([{ kind: "given-up" }])).toBe(false);
});
