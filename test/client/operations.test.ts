/** The client's table of operations is the gateway's route table, seen from the other side. */
import { expect, test } from "vitest";
import { OPERATIONS, type OperationId } from "../../src/client/operations.ts";
import { ROUTES } from "../../workers/gateway/route-table.ts";

/** What only brokers can do is answered with 501 and has no method. */
const SERVED = ROUTES.filter(({ tag }) => tag !== "Data plane");

test("every operation that controllers serve is in the table, and no other one", () => {
  const served = SERVED.map(({ operationId }) => operationId);
  expect(Object.keys(OPERATIONS).sort()).toEqual(served.sort());
});

test.each(SERVED.map((route) => [route.operationId, route] as const))(
  "%s is asked for as its route says",
  (id, route) => {
    const operation = OPERATIONS[id as OperationId];
    expect(operation).toMatchObject({
      method: route.method,
      path: route.path,
      takesKey: route.takesKey,
      takesOffset: "at_offset" in route.query,
    });
  },
);

test("what is sent again after its answer was lost is a read, has a key, or is a revocation", () => {
  const repeated = Object.entries(OPERATIONS).filter(([, one]) => one.repeatAfter === "anything");
  const neither = repeated.filter(([, one]) => one.method !== "GET" && !one.takesKey);
  expect(neither.map(([id]) => id)).toEqual(["revokeAccessToken"]);
});
