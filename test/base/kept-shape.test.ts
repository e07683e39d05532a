import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { shapeKeeper } from "../../src/base/kept-shape.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

test("the newest object of a shape outlives a collection, an older one does not", async () => {
  const kept = shapeKeeper<{ n: number }>();
  const older = new WeakRef(kept({ n: 1 }));
  const newest = new WeakRef(kept({ n: 2 }));
  // What a WeakRef was made of lives until the turn is over.
  await setImmediate();
  collectGarbage();
  expect(older.deref()).toBeUndefined();
  expect(newest.deref()).toEqual({ n: 2 });
});

test("what is kept is handed on as it is", () => {
  const made = { n: 1 };
  expect(shapeKeeper<typeof made>()(made)).toBe(made);
});
