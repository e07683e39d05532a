/** An index that is wrong on any controller must be told. */

import { expect, test } from "vitest";
import { broken, finalReplica, finalWorld } from "./histories.ts";
import { Indexes } from "./indexes.ts";

test("controllers without a wrong index are accepted", () => {
  new Indexes().onEnd(finalWorld());
});

test("the first wrong index of a controller is told", () => {
  const wrong = finalReplica({ id: 2, wrongIndexes: ["the mark elr lacks t-0", "more"] });
  const end = finalWorld({ replicas: [finalReplica(), wrong] });
  expect(broken(() => new Indexes().onEnd(end))).toEqual([
    "indexes",
    "controller 2: the mark elr lacks t-0",
  ]);
});
