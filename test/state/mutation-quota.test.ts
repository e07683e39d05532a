/** Buckets of partitions: who may create and delete how many, and who has to wait. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { MutationQuotas, UNLIMITED } from "../../src/state/mutation-quota.ts";
import { clusterState } from "./cluster-state.ts";
import { record, type StateUnderTest } from "./records.ts";

const SETTINGS = { windowNum: 11, windowSizeMs: 1000 };
const ALICE = { user: "alice", clientId: "app" };
const NOW_MS = 1_700_000_000_000;

function setRate(state: StateUnderTest, user: string | null, rate: number | null): void {
  const entity = [{ entityType: "user", entityName: user }];
  const data = { entity, key: "controller_mutation_rate", value: rate ?? 0, remove: rate === null };
  state.apply(record("clientQuota", data));
}

/** One partition a second for every user, so that a bucket holds eleven. */
function everybodyHasOne(): StateUnderTest {
  const state = clusterState([]);
  setRate(state, null, 1);
  return state;
}

/** What is still in use once the garbage is collected. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Asks for the quota of a request `afterMs` into the test. */
function asking(quotas: MutationQuotas, state = everybodyHasOne(), strict = true) {
  return (afterMs = 0, client = ALICE) =>
    quotas.of(client, state.view(), { strict, nowMs: NOW_MS + afterMs });
}

describe("a strict quota", () => {
  it("lets the last topic overdraw the bucket and refuses those behind it", () => {
    const quota = asking(new MutationQuotas(SETTINGS))();
    expect([5, 7, 1, 1].map((partitions) => quota.accepts(partitions))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(quota.throttleTimeMs).toBe(1000);
  });

  it("asks nobody to wait who was refused nothing", () => {
    const quota = asking(new MutationQuotas(SETTINGS))();
    expect(quota.accepts(100)).toBe(true);
    expect(quota.throttleTimeMs).toBe(0);
  });

  it("accepts again when the bucket is not overdrawn any more", () => {
    const of = asking(new MutationQuotas(SETTINGS));
    of().accepts(13);
    expect(of(1999).accepts(1)).toBe(false);
    expect(of(2000).accepts(1)).toBe(true);
    expect(of(2000).accepts(1)).toBe(false);
  });

  it("takes nothing for what it refuses", () => {
    const of = asking(new MutationQuotas(SETTINGS));
    of().accepts(12);
    for (let i = 0; i < 5; i++) of(500).accepts(1);
    expect(of(1000).accepts(1)).toBe(true);
  });
});

describe("a permissive quota", () => {
  it("accepts everything and says how long it takes until the bucket is not overdrawn", () => {
    const quota = asking(new MutationQuotas(SETTINGS), everybodyHasOne(), false)();
    expect(quota.accepts(11)).toBe(true);
    expect(quota.throttleTimeMs).toBe(0);
    expect(quota.accepts(3)).toBe(true);
    expect(quota.throttleTimeMs).toBe(3000);
    expect(quota.accepts(1)).toBe(true);
    expect(quota.throttleTimeMs).toBe(4000);
  });

  it("rounds to a whole millisecond, and an answer can hold it", () => {
    const state = clusterState([]);
    setRate(state, null, 0.0003);
    const quota = asking(new MutationQuotas(SETTINGS), state, false)();
    quota.accepts(1);
    expect(quota.throttleTimeMs).toBe(Math.round(((1 - 0.0033) / 0.0003) * 1000));
    quota.accepts(1_000_000);
    expect(quota.throttleTimeMs).toBe(2 ** 31 - 1);
  });
});

describe("a bucket", () => {
  it("holds what its windows are good for, however long nobody takes from it", () => {
    const of = asking(new MutationQuotas({ windowNum: 3, windowSizeMs: 2000 }));
    of().accepts(1);
    const quota = of(3_600_000);
    expect([quota.accepts(6), quota.accepts(1), quota.accepts(1)]).toEqual([true, true, false]);
    expect(quota.throttleTimeMs).toBe(1000);
  });

  it("is one's own", () => {
    const of = asking(new MutationQuotas(SETTINGS));
    of().accepts(20);
    expect(of(0, { user: "bob", clientId: "app" }).accepts(1)).toBe(true);
    expect(of(0, { user: "alice", clientId: "other" }).accepts(1)).toBe(false);
  });

  it("is not emptied by a clock that goes backwards", () => {
    const of = asking(new MutationQuotas(SETTINGS));
    of(60_000).accepts(5);
    expect([of().accepts(6), of().accepts(1), of().accepts(1)]).toEqual([true, true, false]);
  });

  it("is full when its client was forgotten, and the least recent client is", () => {
    const quotas = new MutationQuotas(SETTINGS, { maxBuckets: 2 });
    const of = asking(quotas);
    const clients = ["alice", "bob"].map((user) => ({ user, clientId: "app" }));
    for (const client of clients) of(0, client).accepts(20);
    expect(of(1, ALICE).accepts(1)).toBe(false);
    of(2, { user: "carol", clientId: "app" }).accepts(20);
    expect(quotas.size).toBe(2);
    expect(of(3, ALICE).accepts(1)).toBe(false);
    expect(of(3, { user: "bob", clientId: "app" }).accepts(1)).toBe(true);
  });

  it("costs the same memory whatever its client calls itself", () => {
    const entity = [{ entityType: "client-id", entityName: null }];
    const data = { entity, key: "controller_mutation_rate", value: 1, remove: false };
    const clientsOnly = clusterState([]);
    clientsOnly.apply(record("clientQuota", data));
    const quotas = new MutationQuotas(SETTINGS);
    const of = asking(quotas, clientsOnly);
    const before = heapBytes();
    for (let i = 0; i < 500; i++) of(0, { user: "alice", clientId: `${i}`.padEnd(32_000, "x") });
    expect(quotas.size).toBe(500);
    expect(heapBytes() - before).toBeLessThan(4_000_000);
  });

  it("is full for a controller that has just become active", () => {
    const quotas = new MutationQuotas(SETTINGS);
    const of = asking(quotas);
    of().accepts(20);
    quotas.clear();
    expect(quotas.size).toBe(0);
    expect(of().accepts(1)).toBe(true);
  });
});

describe("a change of quotas", () => {
  it("counts at once, for what is in the bucket too", () => {
    const state = everybodyHasOne();
    const of = asking(new MutationQuotas(SETTINGS), state);
    of().accepts(21);
    setRate(state, null, 100);
    expect(of(99).accepts(1)).toBe(false);
    expect(of(101).accepts(1)).toBe(true);
  });

  it("frees who has none any more", () => {
    const state = everybodyHasOne();
    const of = asking(new MutationQuotas(SETTINGS), state);
    of().accepts(21);
    setRate(state, null, null);
    expect(of()).toBe(UNLIMITED);
    expect([UNLIMITED.accepts(1_000_000), UNLIMITED.throttleTimeMs]).toEqual([true, 0]);
  });
});
