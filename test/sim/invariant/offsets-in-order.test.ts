/** The offsets of answers must agree with time, and no two writes may share one. */

import { beforeEach, expect, test } from "vitest";
import { answered, broken } from "./histories.ts";
import { OffsetsInOrder } from "./offsets-in-order.ts";

const DELETE = { kind: "delete", name: "orders" } as const;
const DELETED = { kind: "deleted", topicId: null } as const;
const DESCRIBE = { kind: "describe", name: "users" } as const;
const DESCRIBED = { kind: "described", topic: null } as const;

let invariant: OffsetsInOrder;

/** A write that took from moment 1 to moment 2 and was at offset 8. */
beforeEach(() => {
  invariant = new OffsetsInOrder();
  invariant.onAcknowledged(answered(DELETE, DELETED, { offset: 8 }));
});

test("answers at the same or later offsets are accepted", () => {
  invariant.onAcknowledged(
    answered(DESCRIBE, DESCRIBED, { offset: 8, invokedAt: 3, returnedAt: 4 }),
  );
  invariant.onAcknowledged(answered(DELETE, DELETED, { offset: 9, invokedAt: 5, returnedAt: 6 }));
  invariant.onEnd();
});

test("answers that tell no offset, or that overlap, say nothing of the order", () => {
  invariant.onAcknowledged(answered(DELETE, DELETED, { invokedAt: 3, returnedAt: 4 }));
  invariant.onAcknowledged(
    answered(DESCRIBE, DESCRIBED, { offset: 2, invokedAt: 1, returnedAt: 5 }),
  );
  invariant.onEnd();
});

test("an answer from before one that had returned already is found", () => {
  invariant.onAcknowledged(
    answered(DESCRIBE, DESCRIBED, { offset: 7, invokedAt: 3, returnedAt: 4 }),
  );
  expect(broken(() => invariant.onEnd())).toEqual([
    "offsets-in-order",
    "describe of users of client 1000 (3 to 4) at offset 7 was invoked after delete of orders of client 1000 (1 to 2) at offset 8 returned",
  ]);
});

test("two writes at one offset are found", () => {
  invariant.onAcknowledged(answered(DELETE, DELETED, { offset: 8, invokedAt: 1, returnedAt: 3 }));
  expect(broken(() => invariant.onEnd())).toEqual([
    "offsets-in-order",
    "Two writes are at 8: delete of orders of client 1000 (1 to 2) at offset 8 and delete of orders of client 1000 (1 to 3) at offset 8",
  ]);
});
