/** A write that was answered must be in the committed log, at the offset that was told, and stay there. */

import { expect, test } from "vitest";
import { AcknowledgedIsCommitted } from "./acknowledged-is-committed.ts";
import {
  answered,
  broken,
  committed,
  finalReplica,
  finalWorld,
  record,
  TOPIC_A,
  TOPIC_B,
} from "./histories.ts";

const CREATE = { kind: "create", name: "orders", partitions: 2 } as const;
const CREATED = { kind: "created", topicId: TOPIC_A } as const;
const GROW = { kind: "grow", name: "orders", count: 3 } as const;
const DELETE = { kind: "delete", name: "orders" } as const;

const creation = [
  record("topic", { name: "orders", topicId: TOPIC_A }),
  record("partition", { topicId: TOPIC_A, partitionId: 0 }),
  record("partition", { topicId: TOPIC_A, partitionId: 1 }),
];
const growth = [record("partition", { topicId: TOPIC_A, partitionId: 2 })];
const removal = [record("removeTopic", { topicId: TOPIC_A })];

/** A topic is created at 0 to 2, grown at 3 and removed at 4. */
function afterOneTopic(): AcknowledgedIsCommitted {
  const invariant = new AcknowledgedIsCommitted();
  invariant.onCommitted(committed(creation));
  invariant.onCommitted(committed(growth, { baseOffset: 3, lastOffset: 3 }));
  invariant.onCommitted(committed(removal, { baseOffset: 4, lastOffset: 4 }));
  return invariant;
}

test("answers at the offsets where the log has what they tell are accepted", () => {
  const invariant = afterOneTopic();
  invariant.onAcknowledged(answered(CREATE, CREATED, { offset: 2 }), 5);
  invariant.onAcknowledged(answered(GROW, { kind: "grown" }, { offset: 3 }), 5);
  invariant.onAcknowledged(answered(DELETE, { kind: "deleted", topicId: TOPIC_A }), 5);
  invariant.onAcknowledged(answered(DELETE, { kind: "deleted", topicId: null }), 5);
  invariant.onEnd(finalWorld());
});

test("answers without an offset are accepted when the log has what they tell anywhere", () => {
  const invariant = afterOneTopic();
  invariant.onAcknowledged(answered(CREATE, CREATED), 5);
  invariant.onAcknowledged(answered(GROW, { kind: "grown" }), 5);
});

test("reads and refusals need nothing in the log", () => {
  const invariant = new AcknowledgedIsCommitted();
  const describe = { kind: "describe", name: "orders" } as const;
  invariant.onAcknowledged(answered(describe, { kind: "described", topic: null }), 0);
  invariant.onAcknowledged(answered(CREATE, { kind: "no-effect" }), 0);
});

test("an answer before its offset is committed is found", () => {
  const invariant = afterOneTopic();
  expect(
    broken(() => invariant.onAcknowledged(answered(CREATE, CREATED, { offset: 2 }), 2)),
  ).toEqual([
    "acknowledged-is-committed",
    "create of orders is answered at offset 2, committed up to 2",
  ]);
});

test("a creation that is answered and in no log is found", () => {
  const invariant = afterOneTopic();
  const created = { kind: "created", topicId: TOPIC_B } as const;
  expect(broken(() => invariant.onAcknowledged(answered(CREATE, created), 5))).toEqual([
    "acknowledged-is-committed",
    `create of orders is answered and not in the log: orders made as ${TOPIC_B}`,
  ]);
});

test("a creation that is answered at the offset of something else is found", () => {
  const invariant = afterOneTopic();
  expect(
    broken(() => invariant.onAcknowledged(answered(CREATE, CREATED, { offset: 3 }), 5)),
  ).toEqual([
    "acknowledged-is-committed",
    `create of orders is answered and not in the log: orders made as ${TOPIC_A} at 3`,
  ]);
});

test("a deletion that is answered and in no log is found", () => {
  const invariant = afterOneTopic();
  const deleted = { kind: "deleted", topicId: TOPIC_B } as const;
  expect(broken(() => invariant.onAcknowledged(answered(DELETE, deleted), 5))).toEqual([
    "acknowledged-is-committed",
    `delete of orders is answered and not in the log: ${TOPIC_B} removed`,
  ]);
});

test("a growth that is answered and did not come so far is found", () => {
  const invariant = afterOneTopic();
  const grow = { ...GROW, count: 4 };
  expect(broken(() => invariant.onAcknowledged(answered(grow, { kind: "grown" }), 5))).toEqual([
    "acknowledged-is-committed",
    "grow of orders is answered and not in the log: orders grown to 4",
  ]);
});

test("a controller that ends with less than was committed is found", () => {
  const invariant = afterOneTopic();
  const replicas = [finalReplica(), finalReplica({ id: 2, highWatermark: 4 })];
  expect(broken(() => invariant.onEnd(finalWorld({ replicas })))).toEqual([
    "acknowledged-is-committed",
    "2 has lost offset 4 of 5 committed ones",
  ]);
});
