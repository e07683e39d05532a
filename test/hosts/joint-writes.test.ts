/** When the host begins to write what one event has for many connections. */

import { expect, test } from "vitest";
import { JointWrites } from "../../workers/controller/joint-writes.ts";

/** Writes of one event; `stored` lets what was stored before them be on disk. */
function jointly(count: number) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const begun: number[] = [];
  const writes = new JointWrites(() => promise);
  for (let i = 0; i < count; i++) writes.add(() => void begun.push(i));
  expect(begun).toEqual([]);
  writes.begin();
  return { writes, begun, resolve, reject };
}

test("few writes begin at once", () => {
  expect(jointly(3).begun).toEqual([0, 1, 2]);
});

test("many writes wait for the disk together and begin in their order", async () => {
  const { begun, resolve } = jointly(4);
  expect(begun).toEqual([]);
  resolve();
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2, 3]);
});

test("what a later event writes does not wait for them", () => {
  const { writes, begun } = jointly(4);
  writes.add(() => void begun.push(9));
  writes.begin();
  expect(begun).toEqual([9]);
});

test("writes begin also when the storage fails, which ends them itself", async () => {
  const { begun, reject } = jointly(4);
  reject(new Error("the disk is gone"));
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2, 3]);
});
