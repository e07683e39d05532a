/** The orders of Apache's hash tables, as its own tables of 4.4.0 (and a java.util.HashSet) had them. */

import { expect, it } from "vitest";
import {
  hashSetOrder,
  hashSetOrderBy,
  partitionOrder,
  stringHashCode,
  timelineOrder,
} from "../../src/state/hash-order.ts";
import { partitionHashCode } from "../../src/state/topic-order.ts";
import { uuid } from "./cluster-state.ts";

it("walks a java.util.HashSet by bucket, and in a bucket as members came", () => {
  expect(hashSetOrder([3, 1], [2, 1])).toEqual([1, 2, 3]);
  expect(hashSetOrder([50, 4], [17, 33, 1])).toEqual([17, 33, 1, 50, 4]);
  const first = [
    40492, 21100, 375, 83998, 31363, 55710, 54693, 63213, 76856, 12114, 37060, 55316, 88905,
  ];
  const then = [
    77155, 19162, 48154, 68044, 31769, 84860, 36024, 36523, 96478, 39452, 15869, 11640, 69937,
  ];
  expect(hashSetOrder(first, then)).toEqual([
    31363, 37060, 88905, 68044, 12114, 55316, 31769, 19162, 48154, 39452, 55710, 83998, 96478,
    77155, 54693, 36523, 40492, 21100, 63213, 69937, 375, 36024, 11640, 76856, 84860, 15869,
  ]);
});

it("walks a java.util.HashSet of partitions", () => {
  const partitions = [1, 0, 17, 16, 4].flatMap((index) =>
    [uuid(1), uuid(200)].map((id) => ({ id, index })),
  );
  const inOrder = hashSetOrderBy(partitions, ({ id, index }) => partitionHashCode(id, index));
  expect(inOrder.map(({ id, index }) => `${id === uuid(1) ? "a" : "b"}${index}`)).toEqual([
    "a0",
    "b0",
    "a16",
    "b16",
    "a1",
    "b1",
    "a17",
    "b17",
    "a4",
    "b4",
  ]);
});

it("hashes a partition as Java hashes a record", () => {
  expect(partitionHashCode("Y00ARqVlROmuhzXPU8PQCw", 3)).toBe(841452536);
});

it("walks the partitions of a topic by slot, and in a slot from the last to the first", () => {
  expect(partitionOrder(0)).toEqual([]);
  expect(partitionOrder(1)).toEqual([0]);
  expect(partitionOrder(3)).toEqual([2, 0, 1]);
  expect(partitionOrder(5)).toEqual([0, 2, 4, 1, 3]);
  expect(partitionOrder(20)).toEqual([
    13, 0, 18, 5, 10, 2, 15, 7, 12, 4, 17, 9, 1, 14, 19, 6, 11, 3, 16, 8,
  ]);
  const digest = partitionOrder(1000).reduce((hash, id) => (Math.imul(hash, 31) + id) | 0, 7);
  expect(digest).toBe(427031111);
});

it("places texts as Java hashes them", () => {
  expect(["", "a", "orders", "__consumer_offsets"].map(stringHashCode)).toEqual([
    0, 97, -1008770331, -970371369,
  ]);
  const names = ["payments", "orders", "a", "b"];
  const inOrder = names.sort((a, b) =>
    timelineOrder(stringHashCode(a)) < timelineOrder(stringHashCode(b)) ? -1 : 1,
  );
  expect(inOrder).toEqual(["b", "orders", "payments", "a"]);
});
