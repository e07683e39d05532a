/** The order of a Java HashMap with strings as keys. */

import { expect, it } from "vitest";
import { hashMapOrder } from "../../src/state/hash-map-order.ts";

const FEATURES = [
  "eligible.leader.replicas.version",
  "group.version",
  "kraft.version",
  "metadata.version",
  "share.version",
  "streams.version",
  "transaction.version",
];

it("walks the features as Kafka 4.4.0 names them in ApiVersions, however they came", () => {
  const order = [
    "group.version",
    "kraft.version",
    "metadata.version",
    "share.version",
    "streams.version",
    "transaction.version",
    "eligible.leader.replicas.version",
  ];
  expect(hashMapOrder(FEATURES)).toEqual(order);
  expect(hashMapOrder(FEATURES.toReversed()).at(-1)).toBe(order.at(-1));
});
