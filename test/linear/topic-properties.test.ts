/** The check of topic histories and a brute force over the whole catalogue decide alike. */

import { expect, test } from "vitest";
import { Prng } from "../../src/base/prng.ts";
import { isLinearizableByBruteForce } from "./brute-force.ts";
import { catalogueModel } from "./catalogue-model.ts";
import { simulateTopics } from "./simulated-topics.ts";
import { checkTopicHistory, type TopicOperation, type TopicOutput } from "./topic-model.ts";

const SEED = Number(process.env.QUORATE_SEED ?? 1);
const HISTORIES = 6000;
const IDS = ["id-0", "id-1", "id-2"];

function drawHistory(prng: Prng): TopicOperation[] {
  const workload = {
    operations: 2 + prng.below(6),
    clients: 1 + prng.below(3),
    names: ["t", "t", "t", "u"],
    unknownPercent: 30,
  };
  return simulateTopics(workload, prng);
}

/** Changes one operation: its time, its answer or whether there was one. */
function damage(history: TopicOperation[], prng: Prng): TopicOperation[] {
  const index = prng.below(history.length);
  const operation = history[index]!;
  const other = history[prng.below(history.length)]!;
  switch (prng.below(4)) {
    case 0: {
      const by = prng.below(200) - 100;
      const { invokedAt, returnedAt } = operation;
      return history.with(index, {
        ...operation,
        invokedAt: invokedAt + by,
        returnedAt: returnedAt + by,
      });
    }
    case 1:
      return history.with(index, { ...operation, output: null, returnedAt: Infinity });
    case 2:
      // The answer of another request, which may be one that this request cannot get at all.
      if (operation.output === null || other.output === null) return history;
      return history.with(index, { ...operation, output: other.output });
    default:
      if (operation.output === null) return history;
      return history.with(index, { ...operation, output: alter(operation.output, prng) });
  }
}

function alter(output: TopicOutput, prng: Prng): TopicOutput {
  const topicId = IDS[prng.below(IDS.length)]!;
  if (output.kind === "created") return { kind: "created", topicId };
  if (output.kind === "deleted") {
    return { kind: "deleted", topicId: prng.below(2) === 0 ? null : topicId };
  }
  if (output.kind !== "described") return { kind: "no-effect" };
  if (prng.below(4) === 0) return { kind: "described", topic: null };
  return { kind: "described", topic: { topicId, partitions: 1 + prng.below(3) } };
}

/** Compares the two on one history and returns what they agree on. */
function compare(history: TopicOperation[]): "linearizable" | "not-linearizable" {
  const isLinearizable = isLinearizableByBruteForce(catalogueModel(history), history);
  const expected = isLinearizable ? "linearizable" : "not-linearizable";
  expect(checkTopicHistory(history).verdict, JSON.stringify(history)).toBe(expected);
  return expected;
}

test("a history that topics went through is linearizable", () => {
  const prng = Prng.fromNumber(SEED);
  for (let i = 0; i < HISTORIES; i++) expect(compare(drawHistory(prng))).toBe("linearizable");
});

test("a history with a few changes is linearizable or not, as the brute force says", () => {
  const prng = Prng.fromNumber(SEED);
  const count = { linearizable: 0, "not-linearizable": 0 };
  for (let i = 0; i < HISTORIES; i++) {
    let history = drawHistory(prng);
    for (let changes = 1 + prng.below(3); changes > 0; changes--) history = damage(history, prng);
    count[compare(history)] += 1;
  }
  expect(count.linearizable).toBeGreaterThan(1000);
  expect(count["not-linearizable"]).toBeGreaterThan(1000);
});
