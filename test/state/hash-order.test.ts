/** The orders of Java's hash tables and of Apache's own, as 4.4.0 (and a java.util.HashSet) had them. */

import { expect, it } from "vitest";
import {
  hashOrder,
  partitionHashCode,
  partitionOrder,
  stringHashCode,
  timelineOrder,
} from "../../src/state/hash-order.ts";
import { uuid } from "./cluster-state.ts";

function setOf(ids: readonly number[]): number[] {
  return hashOrder(ids, (id) => id);
}

it("walks a java.util.HashSet by bucket, and in a bucket as members came", () => {
  expect(setOf([3, 1, 2])).toEqual([1, 2, 3]);
  expect(setOf([50, 4, 17, 33, 1])).toEqual([17, 33, 1, 50, 4]);
  const many = [
    40492, 21100, 375, 83998, 31363, 55710, 54693, 63213, 76856, 12114, 37060, 55316, 88905, 77155,
    19162, 48154, 68044, 31769, 84860, 36024, 36523, 96478, 39452, 15869, 11640, 69937,
  ];
  expect(setOf(many)).toEqual([
    31363, 37060, 88905, 68044, 12114, 55316, 31769, 19162, 48154, 39452, 55710, 83998, 96478,
    77155, 54693, 36523, 40492, 21100, 63213, 69937, 375, 36024, 11640, 76856, 84860, 15869,
  ]);
});

it("has more buckets from the first when the table was made larger", () => {
  expect(hashOrder([17, 1, 0], (id) => id)).toEqual([0, 17, 1]);
  expect(hashOrder([17, 1, 0], (id) => id, 17)).toEqual([0, 1, 17]);
  expect(hashOrder([3, 4, 1], (id) => id, 2)).toEqual([4, 1, 3]);
});

it("walks the features as Kafka 4.4.0 names them in ApiVersions, however they came", () => {
  const features = [
    "eligible.leader.replicas.version",
    "group.version",
    "kraft.version",
    "metadata.version",
    "share.version",
    "streams.version",
    "transaction.version",
  ];
  const order = [...features.slice(1), "eligible.leader.replicas.version"];
  expect(hashOrder(features, stringHashCode)).toEqual(order);
  expect(hashOrder(features.toReversed(), stringHashCode).at(-1)).toBe(order.at(-1));
});

it("walks a java.util.HashSet of partitions", () => {
  const partitions = [1, 0, 17, 16, 4].flatMap((index) =>
    [uuid(1), uuid(200)].map((id) => ({ id, index })),
  );
  const inOrder = hashOrder(partitions, ({ id, index }) => partitionHashCode(id, index));
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
  expect(timelineOrder(names, stringHashCode)).toEqual(["b", "orders", "payments", "a"]);
});
