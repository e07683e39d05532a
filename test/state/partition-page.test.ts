/** The packed form of 128 partitions. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { type Uuid, uuidFromBytes } from "../../src/base/uuid.ts";
import { partitionPage } from "../../src/state/rows/partition-page.ts";

const brokerId = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const ids = fc.array(brokerId, { maxLength: 4 });
const directory = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes): Uuid => uuidFromBytes(bytes));
const epoch = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const partition = fc
  .record({
    placed: fc.array(fc.tuple(brokerId, directory), { maxLength: 4 }),
    isr: fc.option(ids),
    elr: ids,
    lastKnownElr: ids,
    removingReplicas: ids,
    addingReplicas: ids,
    leader: fc.oneof(fc.constant(-1), brokerId),
    leaderRecoveryState: fc.integer({ min: 0, max: 1 }),
    leaderEpoch: epoch,
    partitionEpoch: epoch,
  })
  .map(({ placed, isr, ...rest }) => {
    const replicas = placed.map(([id]) => id);
    return { ...rest, replicas, directories: placed.map(([, dir]) => dir), isr: isr ?? replicas };
  });

const topic = fc.record({
  name: fc.string({ unit: "grapheme", maxLength: 249 }),
  partitionCount: epoch,
});

it("gives back every page it was given, and the topic on it", () => {
  const partitions = fc.array(fc.option(partition), { maxLength: 128 });
  fc.assert(
    fc.property(fc.record({ topic: fc.option(topic), partitions }), (page) => {
      const read = partitionPage.decode(partitionPage.encode(page));
      expect({ topic: read.topic, partitions: read.partitions }).toEqual(page);
    }),
  );
});

it("takes 12 bytes for a healthy partition of three replicas", () => {
  const directories = [1, 2, 3].map((n) => uuidFromBytes(new Uint8Array(16).fill(n)));
  const partitions = Array.from({ length: 128 }, () => ({
    replicas: [1, 2, 3],
    directories,
    isr: [1, 2, 3],
    elr: [],
    lastKnownElr: [],
    removingReplicas: [],
    addingReplicas: [],
    leader: 1,
    leaderRecoveryState: 0,
    leaderEpoch: 5,
    partitionEpoch: 9,
  }));
  expect(partitionPage.encode({ topic: null, partitions }).length / 128).toBeLessThan(12);
});
