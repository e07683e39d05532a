/** A controller must not have ever more calls under way. */

import { expect, test } from "vitest";
import { Bounded } from "./bounded.ts";
import { broken, view } from "./histories.ts";

test("32 calls under way are accepted", () => {
  new Bounded().onReplica(view({ openCalls: 32 }));
});

test("33 calls under way are found", () => {
  expect(broken(() => new Bounded().onReplica(view({ id: 3, openCalls: 33 })))).toEqual([
    "bounded",
    "3 has 33 calls under way",
  ]);
});
