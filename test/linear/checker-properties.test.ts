/** The checker and the brute force decide alike, whatever the history of a register. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { isLinearizableByBruteForce } from "./brute-force.ts";
import { checkLinearizable } from "./checker.ts";
import type { Model } from "./history.ts";
import {
  REGISTER,
  type RegisterInput,
  type RegisterOperation,
  type RegisterOutput,
} from "./register-model.ts";
import { ARBITRARY_HISTORY, DAMAGED_HISTORY, SIMULATED_HISTORY } from "./simulated-register.ts";

/** The same register to a checker that is not told which operations are observations. */
const OPAQUE_REGISTER: Model<number, RegisterInput, RegisterOutput> = {
  initial: REGISTER.initial,
  step: REGISTER.step,
  key: REGISTER.key,
};

/** Compares the two on each history and counts the verdicts. */
function compareOn(
  histories: fc.Arbitrary<RegisterOperation[]>,
  numRuns: number,
): { linearizable: number; "not-linearizable": number } {
  const seen = { linearizable: 0, "not-linearizable": 0 };
  const property = fc.property(histories, (history) => {
    const isLinearizable = isLinearizableByBruteForce(REGISTER, history);
    const expected = isLinearizable ? "linearizable" : "not-linearizable";
    expect(checkLinearizable(REGISTER, history).verdict).toBe(expected);
    expect(checkLinearizable(OPAQUE_REGISTER, history).verdict).toBe(expected);
    seen[expected] += 1;
  });
  fc.assert(property, { numRuns });
  return seen;
}

test("a history that a register went through is linearizable", () => {
  expect(compareOn(SIMULATED_HISTORY, 2000)).toEqual({ linearizable: 2000, "not-linearizable": 0 });
});

test("a history with one change is linearizable or not, as the brute force says", () => {
  const seen = compareOn(DAMAGED_HISTORY, 5000);
  expect(seen.linearizable).toBeGreaterThan(500);
  expect(seen["not-linearizable"]).toBeGreaterThan(500);
});

test("an arbitrary history is linearizable or not, as the brute force says", () => {
  const seen = compareOn(ARBITRARY_HISTORY, 5000);
  expect(seen.linearizable).toBeGreaterThan(500);
  expect(seen["not-linearizable"]).toBeGreaterThan(500);
});
