/** What holds for every placement of replicas. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Prng } from "../../src/base/prng.ts";
import { placeReplicas } from "../../src/state/placement.ts";
import { type BrokerInTest, clusterState, uuid } from "./cluster-state.ts";

function place(
  brokers: readonly BrokerInTest[],
  { partitions = 1, replicationFactor = 1, seed = 1 } = {},
) {
  const view = clusterState(brokers).view();
  return placeReplicas(view, { partitions, replicationFactor }, Prng.fromNumber(seed));
}

function placed(...args: Parameters<typeof place>): readonly (readonly number[])[] {
  const placement = place(...args);
  if (placement.kind === "refused") throw new Error(placement.message);
  return placement.replicas;
}

function counts(ids: readonly (number | string | undefined)[]): number[] {
  const byId = new Map<unknown, number>();
  for (const id of ids) byId.set(id, (byId.get(id) ?? 0) + 1);
  return [...byId.values()];
}

const brokersAndWish = fc
  .record({
    brokers: fc.array(
      fc.record({
        rack: fc.constantFrom(undefined, "a", "b", "c"),
        fenced: fc.boolean(),
        inControlledShutdown: fc.constantFrom(false, false, false, true),
      }),
      { minLength: 1, maxLength: 9 },
    ),
    partitions: fc.integer({ min: 1, max: 40 }),
    replicationFactor: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(),
  })
  .map(({ brokers, ...wish }) => ({
    brokers: brokers.map(({ rack, ...flags }, id) => ({
      id,
      ...flags,
      ...(rack === undefined ? {} : { rack }),
    })),
    ...wish,
  }));

it("places distinct replicas on brokers that stay, the first of them on one that lives", () => {
  fc.assert(
    fc.property(brokersAndWish, ({ brokers, ...wish }) => {
      const usable = brokers.filter((broker) => broker.fenced || !broker.inControlledShutdown);
      const living = usable.filter((broker) => !broker.fenced).map(({ id }) => id);
      fc.pre(living.length > 0 && wish.replicationFactor <= usable.length);
      const partitions = placed(brokers, wish);
      expect(partitions).toHaveLength(wish.partitions);
      for (const replicas of partitions) {
        expect(new Set(replicas).size).toBe(wish.replicationFactor);
        expect(usable.map(({ id }) => id)).toEqual(expect.arrayContaining([...replicas]));
        expect(living).toContain(replicas[0]);
      }
      expect(placed(brokers, wish)).toEqual(partitions);
    }),
    { numRuns: 100 },
  );
});

it("spreads the replicas of a partition over racks as evenly as the racks allow", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(),
      (racks, perRack, seed) => {
        const brokers = Array.from({ length: racks * perRack }, (_, id) => ({
          id,
          rack: `rack-${id % racks}`,
        }));
        for (let replicationFactor = 1; replicationFactor <= brokers.length; replicationFactor++) {
          for (const replicas of placed(brokers, { partitions: 20, replicationFactor, seed })) {
            const perRackUsed = counts(replicas.map((id) => brokers[id]?.rack));
            expect(perRackUsed).toHaveLength(Math.min(racks, replicationFactor));
            expect(Math.max(...perRackUsed)).toBe(Math.ceil(replicationFactor / racks));
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});

it("spreads leaders and replicas evenly over brokers", () => {
  const brokers = [0, 1, 2, 3, 4, 5].map((id) => ({ id, rack: `rack-${id % 3}` }));
  for (let seed = 0; seed < 20; seed++) {
    const partitions = placed(brokers, { partitions: 60, replicationFactor: 3, seed });
    expect(counts(partitions.map(([leader]) => leader))).toEqual([10, 10, 10, 10, 10, 10]);
    const all = counts(partitions.flat());
    expect(all).toHaveLength(6);
    expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(12);
  }
});

it("places by what it drew: other seeds, other placements", () => {
  const brokers = [1, 2, 3, 4, 5, 6, 7].map((id) => ({ id }));
  const placements = Array.from({ length: 30 }, (_, seed) =>
    JSON.stringify(placed(brokers, { replicationFactor: 3, seed })),
  );
  expect(new Set(placements).size).toBeGreaterThan(4);
});

it("gives a replica to a fenced broker only when its rack has no other", () => {
  const brokers = [{ id: 1 }, { id: 2, fenced: true }, { id: 3 }];
  for (const replicas of placed(brokers, { partitions: 30, replicationFactor: 2 })) {
    expect([...replicas].sort()).toEqual([1, 3]);
  }
  for (const replicas of placed(brokers, { partitions: 30, replicationFactor: 3 })) {
    expect(replicas[2]).toBe(2);
  }
});

describe("refuses in Kafka's words", () => {
  const cordoned = { logDirs: [uuid(1)], cordonedLogDirs: [uuid(1)] };
  it.each([
    [
      "no replicas",
      [{ id: 1 }],
      0,
      "Invalid replication factor 0: the replication factor must be positive.",
    ],
    [
      "a cluster in which no broker lives",
      [
        { id: 1, fenced: true },
        { id: 2, inControlledShutdown: true },
        { id: 3, ...cordoned },
      ],
      1,
      "All brokers are currently fenced, or have all their log directories cordoned.",
    ],
    [
      "more replicas than brokers that may get one",
      [{ id: 1 }, { id: 2, fenced: true }, { id: 3, ...cordoned }],
      3,
      "The target replication factor of 3 cannot be reached because only 2 broker(s) are registered or some brokers have all their log directories cordoned.",
    ],
  ])("%s", (_case, brokers, replicationFactor, message) => {
    expect(place(brokers, { replicationFactor })).toEqual({ kind: "refused", message });
  });
});

it("uses a broker that has one directory left that is not cordoned (KIP-1066)", () => {
  const broker = { id: 1, logDirs: [uuid(1), uuid(2)], cordonedLogDirs: [uuid(1)] };
  expect(placed([broker])).toEqual([[1]]);
});
