/** Histories of the configs of a topic whose verdict is plain to see, checked and tried by brute force. */

import { expect, test } from "vitest";
import { isLinearizableByBruteForce } from "./brute-force.ts";
import {
  CONFIGS,
  type ConfigInput,
  type ConfigOperation,
  type ConfigOutput,
  type ConfigValues,
  checkConfigHistory,
} from "./config-model.ts";

const altered: ConfigOutput = { kind: "altered" };

/** Operations one after the other, each in 1 ms; null is a lost answer. */
function historyOf(...asked: readonly [ConfigInput, ConfigOutput | null][]): ConfigOperation[] {
  return asked.map(([input, output], index) => ({
    client: index,
    input,
    output,
    invokedAt: 10 * index,
    returnedAt: output === null ? Number.POSITIVE_INFINITY : 10 * index + 1,
  }));
}

function set(changes: ConfigValues, expected: ConfigValues | null = null): ConfigInput {
  return { kind: "alter", topic: "t", changes, expected };
}

function read(values: ConfigValues): [ConfigInput, ConfigOutput] {
  return [
    { kind: "read", topic: "t" },
    { kind: "values", values },
  ];
}

function violations(history: readonly ConfigOperation[]): string[] {
  const found = checkConfigHistory(history);
  expect(isLinearizableByBruteForce(CONFIGS, history)).toBe(found.length === 0);
  return found;
}

test("configs are read as they were set and reset", () => {
  const history = historyOf(
    read({ a: null }),
    [set({ a: "1", b: "2" }), altered],
    read({ a: "1", b: "2" }),
    [set({ a: null }), altered],
    read({ a: null, b: "2" }),
  );
  expect(violations(history)).toEqual([]);
});

test("a stale read, a lost write and a change made in half are not linearizable", () => {
  const both = set({ a: "1", b: "2" });
  expect(violations(historyOf([both, altered], read({ a: "1", b: null })))).toHaveLength(1);
  expect(violations(historyOf([both, altered], read({})))).toHaveLength(1);
  const again = historyOf([both, altered], [set({ a: "3" }), altered], read({ a: "1", b: "2" }));
  expect(violations(again)).toHaveLength(1);
});

test("a change that is made twice shows when it comes back", () => {
  const history = historyOf(
    [set({ a: "1" }), altered],
    read({ a: "1" }),
    [set({ a: "2" }), altered],
    read({ a: "2" }),
    read({ a: "1" }),
  );
  expect(violations(history)).toEqual([
    expect.stringContaining("The configs of t are not-linearizable"),
  ]);
});

test("a conditional change is made on what it expects, and refused on anything else", () => {
  const first = [set({ a: "1" }), altered] as const;
  const second = set({ a: "2" }, { a: "1" });
  const stale: ConfigOutput = { kind: "stale", values: { a: "2" } };
  const history = historyOf([...first], [second, altered], [second, stale], read({ a: "2" }));
  expect(violations(history)).toEqual([]);
  expect(violations(historyOf([...first], [set({ a: "2" }, {}), altered]))).toHaveLength(1);
  expect(violations(historyOf([...first], [second, stale]))).toHaveLength(1);
  // It was made, and sent again it was told that somebody else had been faster.
  const told = historyOf([...first], [second, { kind: "stale", values: null }], read({ a: "2" }));
  expect(violations(told)).toHaveLength(1);
});

test("a conditional change of unknown outcome may have been made, where its condition held", () => {
  const lost = [set({ a: "2" }, { a: "1" }), null] as const;
  const first = [set({ a: "1" }), altered] as const;
  expect(violations(historyOf([...first], [...lost], read({ a: "2" })))).toEqual([]);
  expect(violations(historyOf([...first], [...lost], read({ a: "1" })))).toEqual([]);
  expect(violations(historyOf([...lost], read({ a: "2" })))).toHaveLength(1);
});
