/** Which failures of an attempt are excused by what was done to the processes, and which are not. */

import { expect, test } from "vitest";
import { avoidableErrors } from "./avoidable-errors.ts";
import { Downtimes } from "./downtimes.ts";
import type { Attempt, AttemptEnd } from "./exchanges.ts";

const PATIENT_MS = 15_000;

function attempt(end: AttemptEnd, invokedAt: number, endedAt: number, controllerId = 1): Attempt {
  return { controllerId, invokedAt, endedAt, end };
}

const answered = (status: number): AttemptEnd => ({ kind: "answered", status, message: "so" });
const broken: AttemptEnd = { kind: "broken", reason: "reset" };

function judge(attempts: readonly Attempt[], patienceMs: number | null = PATIENT_MS) {
  const downtimes = new Downtimes();
  downtimes.begin(1, "killed", 1000);
  downtimes.end(1, 2000);
  downtimes.begin(2, "stopped", 1000);
  return avoidableErrors([{ name: "c", patienceMs, attempts }], downtimes);
}

test("answers below 500 are nobody's fault, and so is a connection to a process that was killed", () => {
  const reset = attempt(broken, 900, 1001);
  const refused = attempt({ kind: "refused" }, 1500, 1501);
  const fine = [204, 404, 412].map((status) => attempt(answered(status), 5000, 5001));
  expect(judge([reset, refused, ...fine])).toEqual({ violations: [], excused: 0 });
});

test("a connection that breaks without a kill is a violation", () => {
  const violations = [
    "c lost the connection (reset) from controller 1 at 500 to 900 ms",
    "c was refused a connection from controller 3 at 1500 to 1501 ms",
    "c lost the connection (reset) from controller 2 at 1500 to 1600 ms",
  ];
  const attempts = [
    attempt(broken, 500, 900),
    attempt({ kind: "refused" }, 1500, 1501, 3),
    attempt(broken, 1500, 1600, 2),
  ];
  expect(judge(attempts)).toEqual({ violations, excused: 0 });
});

test("a 503 is excused only when it took the bound and nobody else was served", () => {
  const early = attempt(answered(503), 3000, 7000, 3);
  expect(judge([early]).violations).toEqual([
    "c got 503 (so) from controller 3 at 3000 to 7000 ms",
  ]);
  const late = attempt(answered(503), 3000, 8000, 3);
  expect(judge([late])).toEqual({ violations: [], excused: 1 });
  const served = attempt(answered(200), 3001, 7400, 3);
  expect(judge([late, served]).violations).toHaveLength(1);
  const justBefore = attempt(answered(200), 3001, 7600, 3);
  expect(judge([late, justBefore])).toEqual({ violations: [], excused: 1 });
  const atFrozen = attempt(answered(503), 3000, 8000, 2);
  expect(judge([atFrozen, served])).toEqual({ violations: [], excused: 1 });
});

test("an error that is no 503 is never excused", () => {
  expect(judge([attempt(answered(500), 3000, 9000, 3)]).violations).toHaveLength(1);
});

test("whoever waits in vain may do so at a frozen process, or because it is impatient", () => {
  const atFrozen = attempt({ kind: "given-up" }, 1500, 16_500, 2);
  const atLiving = attempt({ kind: "given-up" }, 3000, 18_000, 3);
  expect(judge([atFrozen]).violations).toEqual([]);
  expect(judge([atLiving]).violations).toEqual([
    "c waited in vain for an answer from controller 3 at 3000 to 18000 ms",
  ]);
  expect(judge([atLiving], 300).violations).toEqual([]);
});
