/** Histories of thousands of operations on one topic are decided in a bounded number of steps. */

import { describe, expect, test } from "vitest";
import { Prng } from "../../src/base/prng.ts";
import { type CheckResult, checkLinearizable } from "./checker.ts";
import { simulateTopics } from "./simulated-topics.ts";
import {
  type TopicInput,
  type TopicOperation,
  type TopicOutput,
  type TopicState,
  topicModel,
} from "./topic-model.ts";

function check(
  operations: readonly TopicOperation[],
): CheckResult<TopicState, TopicInput, TopicOutput> {
  return checkLinearizable(topicModel(operations), operations);
}

function drawHistory(
  workload: { operations: number; clients: number; unknownPercent: number },
  seed: number,
): TopicOperation[] {
  return simulateTopics({ ...workload, names: ["t"] }, Prng.fromNumber(seed));
}

/** A description that was true once, told long after. */
function makeStale(operations: readonly TopicOperation[]): TopicOperation[] {
  const index = operations.findIndex(
    ({ output }, position) =>
      position > operations.length / 2 && output?.kind === "described" && output.topic !== null,
  );
  const operation = operations[index]!;
  return operations.with(index, {
    ...operation,
    invokedAt: operation.invokedAt + 5000,
    returnedAt: operation.returnedAt + 5000,
  });
}

/** Goes through the order as the model says, and holds every operation to its call and its return. */
function expectOrderExplains(
  operations: readonly TopicOperation[],
  order: readonly TopicOperation[],
): void {
  const placed = new Set(order);
  expect(placed.size).toBe(order.length);
  expect(operations.filter((each) => each.output !== null && !placed.has(each))).toEqual([]);
  const model = topicModel(operations);
  let states: readonly TopicState[] = [model.initial];
  let latestCall = 0;
  for (const { input, output, invokedAt, returnedAt } of order) {
    latestCall = Math.max(latestCall, invokedAt);
    expect(returnedAt).toBeGreaterThanOrEqual(latestCall);
    states = states.flatMap((state) => model.step(state, input, output));
    expect(states).not.toEqual([]);
  }
}

describe.each([1, 2, 3])("with seed %i", (seed) => {
  test("5,000 operations of 32 clients are put in order", () => {
    const history = drawHistory({ operations: 5000, clients: 32, unknownPercent: 0 }, seed);
    const result = check(history);
    if (result.verdict !== "linearizable") throw new Error(result.verdict);
    expect(result.visited).toBeLessThan(20_000);
    expectOrderExplains(history, result.order);
  });

  test("3,000 operations of 32 clients, 200 of unknown outcome, are put in order", () => {
    const history = drawHistory({ operations: 3000, clients: 32, unknownPercent: 7 }, seed);
    expect(history.filter(({ output }) => output === null).length).toBeGreaterThan(170);
    const result = check(history);
    if (result.verdict !== "linearizable") throw new Error(result.verdict);
    expect(result.visited).toBeLessThan(100_000);
    expectOrderExplains(history, result.order);
  });

  test("a stale description among 5,000 operations of 32 clients is found", () => {
    const history = drawHistory({ operations: 5000, clients: 32, unknownPercent: 0 }, seed);
    const result = check(makeStale(history));
    expect(result.verdict).toBe("not-linearizable");
    expect(result.visited).toBeLessThan(100_000);
  });

  test("a stale description is found among 3,000 operations of 8 clients, 200 of unknown outcome", () => {
    const history = drawHistory({ operations: 3000, clients: 8, unknownPercent: 7 }, seed);
    const result = check(makeStale(history));
    expect(result.verdict).toBe("not-linearizable");
    expect(result.visited).toBeLessThan(200_000);
  });
});
