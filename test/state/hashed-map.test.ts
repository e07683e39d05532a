/** The order of Java's hash maps, as a 4.4.0 controller showed it in its answers. */

import { expect, it } from "vitest";
import { HashedMap } from "../../src/state/hashed-map.ts";

function orderOf(keys: readonly string[], initialCapacity?: number): string[] {
  const map = new HashedMap<null>(initialCapacity);
  for (const key of keys) map.set(key, null);
  return map.entries().map(([key]) => key);
}

const QUOTAS = [
  "producer_byte_rate",
  "consumer_byte_rate",
  "request_percentage",
  "controller_mutation_rate",
];

it("walks a map that never had to grow by its buckets", () => {
  const users = ["alice", "bob", "carol", "dave"];
  expect(orderOf(users)).toEqual(["carol", "dave", "bob", "alice"]);
});

it("walks a map that grew by the buckets that it has then", () => {
  const users = Array.from({ length: 15 }, (_, i) => `user${i}`);
  expect(orderOf(users)).toEqual(
    [1, 11, 2, 10, 0, 14, 13, 12, 9, 7, 8, 5, 6, 3, 4].map((i) => `user${i}`),
  );
});

it("depends on the capacity that the map began with", () => {
  expect(orderOf(QUOTAS, 4)).toEqual([
    "producer_byte_rate",
    "consumer_byte_rate",
    "controller_mutation_rate",
    "request_percentage",
  ]);
  expect(orderOf(QUOTAS.slice(0, 2), 2)).toEqual(["consumer_byte_rate", "producer_byte_rate"]);
});

it("keeps keys of one bucket as they came, and a key that is set again in its place", () => {
  const map = new HashedMap<number>();
  map.set("first", 1, 5);
  map.set("second", 2, 16 + 5);
  map.set("lower", 3, 4);
  map.set("first", 9, 5);
  expect(map.entries()).toEqual([
    ["lower", 3],
    ["first", 9],
    ["second", 2],
  ]);
  expect([map.has("second"), map.has("third")]).toEqual([true, false]);
});

it("does not shrink when keys are deleted", () => {
  const map = new HashedMap<number>(1);
  map.set("a", 1, 2);
  map.set("b", 2, 1);
  map.set("c", 3, 8);
  expect(map.delete("c")).toBe(true);
  expect(map.delete("c")).toBe(false);
  // There are four buckets still; of two, "a" would be in the first.
  expect(map.values()).toEqual([2, 1]);
});
