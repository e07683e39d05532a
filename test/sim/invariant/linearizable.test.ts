/** What clients saw must fit one order; the checker behind it has tests of its own. */

import { expect, test } from "vitest";
import type { TopicOperation } from "../../linear/topic-model.ts";
import { answered, broken, finalWorld, TOPIC_A } from "./histories.ts";
import { Linearizable } from "./linearizable.ts";

const CREATE = { kind: "create", name: "orders", partitions: 2 } as const;
const DESCRIBE = { kind: "describe", name: "orders" } as const;
const NO_TOPIC = { kind: "described", topic: null } as const;
const THE_TOPIC = { kind: "described", topic: { topicId: TOPIC_A, partitions: 2 } } as const;

const created = operation(CREATE, { kind: "created", topicId: TOPIC_A }, 1, 2);

function operation(
  input: TopicOperation["input"],
  output: NonNullable<TopicOperation["output"]>,
  invokedAt: number,
  returnedAt: number,
): TopicOperation {
  return answered(input, output, { invokedAt, returnedAt }).operation;
}

function endWith(...operations: readonly TopicOperation[]): void {
  new Linearizable().onEnd(finalWorld({ operations }));
}

test("a read that sees a topic created before it is accepted", () => {
  endWith(created, operation(DESCRIBE, THE_TOPIC, 3, 4));
});

test("a read that misses a topic which is being created is accepted", () => {
  endWith(created, operation(DESCRIBE, NO_TOPIC, 1, 4));
});

test("a read that misses a topic created before it is found", () => {
  expect(broken(() => endWith(created, operation(DESCRIBE, NO_TOPIC, 3, 4)))).toEqual([
    "linearizable",
    expect.stringMatching(/^not-linearizable\nTopic orders is not linearizable: 1 operations fit/),
  ]);
});

test("a topic id that two creations were given is found", () => {
  const again = operation(CREATE, { kind: "created", topicId: TOPIC_A }, 3, 4);
  expect(broken(() => endWith(created, again))).toEqual([
    "linearizable",
    `not-linearizable\nTopic id ${TOPIC_A} was given to 2 creations: orders, orders`,
  ]);
});
