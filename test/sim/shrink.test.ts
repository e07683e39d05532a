/** A plan that breaks something must become as small as it can without breaking something else. */

import { expect, test } from "vitest";
import { drawPlan, type Plan, type ScheduledFault } from "./plan.ts";
import { shrink } from "./shrink.ts";
import type { Failure } from "./simulate.ts";

const SIXTY: readonly ScheduledFault[] = Array.from({ length: 60 }, (_, i) => ({
  kind: "evict",
  who: 1 + (i % 5),
  atMs: 100 * (i + 1),
}));

const BASE = drawPlan(1);
/** A large world in which everything is turned on. */
const PLAN: Plan = {
  ...BASE,
  controllers: 5,
  brokers: 5,
  clients: 4,
  rates: {
    loss: 10,
    duplicate: 10,
    appliedButFailed: 10,
    reset: 2,
    crashAfterTransaction: 2,
    crashBetweenSends: 2,
    splitBytes: 100,
    crashAfterRevocation: 0,
  },
  speeds: { delayMs: 20, spreadMs: 40, tailPerMille: 10, tailMs: 500, syncMs: 12, busyMs: 3 },
  skewMs: [5, -5, 0, 5, -5],
  olderBuilds: [2, 4],
  held: { rows: 40, bytes: 1000, records: 20, tailBytes: 500 },
  faults: SIXTY,
};

function failure(invariant: string, atMs = 1_000_000): Failure {
  return { invariant, fact: "as told", atMs, atEvent: 1 };
}

/** A simulator in which a plan breaks what `find` says, and that keeps count of its runs. */
function simulator(find: (plan: Plan) => Failure | null) {
  const runs: Plan[] = [];
  const attempt = (plan: Plan): Promise<Failure | null> => {
    runs.push(plan);
    return Promise.resolve(find(plan));
  };
  return { attempt, runs };
}

function strikesAt(...times: readonly number[]): (plan: Plan) => boolean {
  return ({ faults }) => times.every((at) => faults.some(({ atMs }) => atMs === at));
}

test("the two faults of sixty that matter are all that is left, in a world without anything else", async () => {
  const breaks = strikesAt(1700, 4200);
  const { attempt, runs } = simulator((plan) => (breaks(plan) ? failure("one-vote") : null));
  const { brokers, clients, ...smallest } = await shrink(PLAN, attempt);
  const { brokers: _brokers, clients: _clients, ...plan } = PLAN;
  expect(smallest).toEqual({
    ...plan,
    properties: {},
    administrators: 0,
    rates: Object.fromEntries(Object.keys(PLAN.rates).map((rate) => [rate, 0])),
    speeds: { delayMs: 1, spreadMs: 0.5, tailPerMille: 0, tailMs: 500, syncMs: 0, busyMs: 0 },
    skewMs: [0, 0, 0, 0, 0],
    olderBuilds: [],
    held: { rows: 1, bytes: 1000, records: 1, tailBytes: 0 },
    faults: [SIXTY[16], SIXTY[41]],
  });
  expect(brokers).toBeLessThanOrEqual(3);
  expect(clients).toBeLessThanOrEqual(2);
  expect(runs.length).toBeLessThan(150);
});

test("a world that breaks with one client and one broker is left with these", async () => {
  const { attempt } = simulator(() => failure("one-vote"));
  const { brokers, clients } = await shrink(PLAN, attempt);
  expect([brokers, clients]).toEqual([1, 1]);
});

test("what the failure needs of the world stays as it is", async () => {
  const { attempt } = simulator((plan) => {
    const { rates, speeds, clients, brokers, olderBuilds } = plan;
    const isThere = rates.loss > 0 && rates.splitBytes > 0 && speeds.syncMs > 0;
    return isThere && clients >= 2 && brokers >= 3 && olderBuilds.length > 0
      ? failure("one-vote")
      : null;
  });
  const smallest = await shrink(PLAN, attempt);
  expect(smallest.faults).toEqual([]);
  expect(smallest.rates).toEqual({
    loss: 10,
    duplicate: 0,
    appliedButFailed: 0,
    reset: 0,
    crashAfterTransaction: 0,
    crashBetweenSends: 0,
    splitBytes: 100,
    crashAfterRevocation: 0,
  });
  expect(smallest.speeds).toEqual({
    ...PLAN.speeds,
    delayMs: 1,
    spreadMs: 0.5,
    tailPerMille: 0,
    busyMs: 0,
  });
  expect([smallest.clients, smallest.brokers, smallest.olderBuilds]).toEqual([2, 3, [2, 4]]);
});

test("faults after the moment of the failure are left out at once", async () => {
  const breaks = strikesAt(300);
  const { attempt, runs } = simulator((plan) => (breaks(plan) ? failure("one-vote", 1000) : null));
  await shrink(PLAN, attempt);
  expect(runs[1]?.faults).toEqual(SIXTY.slice(0, 10));
});

test("a plan that breaks another invariant is not taken for a smaller one", async () => {
  const breaks = strikesAt(1700, 4200);
  const { attempt } = simulator((plan) => failure(breaks(plan) ? "one-vote" : "settles"));
  const { faults } = await shrink(PLAN, attempt);
  expect(faults).toEqual([SIXTY[16], SIXTY[41]]);
});

test("a plan that cannot be made smaller comes back as it is, after a bounded number of runs", async () => {
  const whole = JSON.stringify(PLAN);
  const { attempt, runs } = simulator((plan) => {
    return JSON.stringify(plan) === whole ? failure("one-vote") : null;
  });
  expect(await shrink(PLAN, attempt)).toEqual(PLAN);
  expect(runs.length).toBeLessThan(402);
});

test("a search that would take too long ends with the smallest plan found so far", async () => {
  const faults = Array.from(
    { length: 900 },
    (_, i): ScheduledFault => ({ kind: "evict", who: 1, atMs: i }),
  );
  const isNeeded = ({ atMs }: ScheduledFault): boolean => atMs % 2 === 0;
  const needed = faults.filter(isNeeded).length;
  const { attempt, runs } = simulator((plan) => {
    return plan.faults.filter(isNeeded).length === needed ? failure("one-vote") : null;
  });
  const smallest = await shrink({ ...PLAN, faults }, attempt);
  expect(runs.length).toBe(401);
  expect(smallest.faults.length).toBeLessThan(900);
  expect(smallest.faults.filter(isNeeded).length).toBe(needed);
});

test("a plan that breaks nothing cannot be shrunk", async () => {
  const { attempt } = simulator(() => null);
  await expect(shrink(PLAN, attempt)).rejects.toThrow("Cannot shrink seed 1: nothing breaks");
});
