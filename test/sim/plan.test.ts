/** A seed must stand for one plan, and many seeds for every kind of world. */

import { expect, test } from "vitest";
import { controllerConfig } from "../../src/controller/controller-config.ts";
import {
  drawPlan,
  FAULT_KINDS,
  FIRST_BROKER_ID,
  type Rates,
  SUPER_USERS,
  withoutHeld,
  withoutKeys,
} from "./plan.ts";

const PLANS = Array.from({ length: 300 }, (_, i) => drawPlan(i + 1));

test("a seed has the same plan every time, and another seed another one", () => {
  for (const plan of PLANS) expect(drawPlan(plan.seed)).toEqual(plan);
  const bodies = new Set(PLANS.map(({ seed, ...plan }) => JSON.stringify(plan)));
  expect(bodies.size).toBe(PLANS.length);
});

test("a plan survives being written to a file", () => {
  for (const plan of PLANS) expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test.each(FAULT_KINDS)("the fault %s strikes in some worlds and is missing in others", (kind) => {
  const worlds = PLANS.filter(({ faults }) => faults.some((fault) => fault.kind === kind)).length;
  expect(worlds).toBeGreaterThanOrEqual(15);
  expect(worlds).toBeLessThanOrEqual(285);
});

test.each(Object.keys(drawPlan(1).rates) as (keyof Rates)[])(
  "the rate of %s is zero in about half of the worlds",
  (rate) => {
    const zero = PLANS.filter(({ rates }) => rates[rate] === 0).length;
    expect(zero).toBeGreaterThanOrEqual(105);
    expect(zero).toBeLessThanOrEqual(195);
  },
);

test("slow tails and older builds occur, and so does their absence", () => {
  const has = [
    PLANS.filter(({ speeds }) => speeds.tailPerMille > 0),
    PLANS.filter(({ olderBuilds }) => olderBuilds.length > 0),
  ];
  for (const worlds of has) {
    expect(worlds.length).toBeGreaterThanOrEqual(15);
    expect(worlds.length).toBeLessThanOrEqual(285);
  }
});

test("worlds with and without administrators occur, and with and without ACLs and delegation tokens", () => {
  const counts = new Set(PLANS.map(({ administrators }) => administrators));
  expect(counts).toEqual(new Set([0, 1, 2, 3]));
  for (const name of ["authorizer.class.name", "delegation.token.secret.key"]) {
    const worlds = PLANS.filter(({ properties }) => name in properties).length;
    expect(worlds).toBeGreaterThanOrEqual(105);
    expect(worlds).toBeLessThanOrEqual(285);
  }
});

test("rows are held back in most worlds, one at a time in some and many in others", () => {
  const held = PLANS.flatMap((plan) => (plan.held === undefined ? [] : [plan.held]));
  expect(held.length).toBeGreaterThanOrEqual(195);
  expect(held.length).toBeLessThanOrEqual(255);
  for (const least of [1, 10, 100]) {
    const few = held.filter(({ rows, records }) => rows <= least && records <= least).length;
    expect(few).toBeGreaterThan(0);
  }
  expect(held.some(({ rows, records, bytes }) => rows > 50 && records > 50 && bytes > 1e5)).toBe(
    true,
  );
  expect(held.some(({ tailBytes }) => tailBytes < 100)).toBe(true);
  expect(held.some(({ tailBytes }) => tailBytes === 1_000_000)).toBe(true);
});

test("taking out what is held back or has keys leaves the rest of a plan as it was drawn", () => {
  for (const plan of PLANS) {
    expect({ ...withoutHeld(plan), held: plan.held }).toEqual(plan);
    expect({ ...withoutKeys(plan), keys: plan.keys }).toEqual(plan);
    expect([withoutHeld(plan).held, withoutKeys(plan).keys]).toEqual([undefined, undefined]);
  }
});

test("controllers accept the properties of every plan, and brokers keep their rights", () => {
  for (const { properties } of PLANS) {
    const { authorizerEnabled, superUsers } = controllerConfig(properties);
    if (authorizerEnabled) expect([...superUsers]).toEqual(SUPER_USERS);
  }
});

test("one, three and five controllers occur, and whatever names one names one that exists", () => {
  expect(new Set(PLANS.map(({ controllers }) => controllers))).toEqual(new Set([1, 3, 5]));
  for (const { seed, controllers, brokers, skewMs, olderBuilds, faults } of PLANS) {
    const ids = [...olderBuilds];
    for (const fault of faults) {
      if ("who" in fault && fault.who !== "leader") ids.push(fault.who);
      if ("from" in fault && fault.from !== "leader") ids.push(fault.from);
      if ("to" in fault && fault.to !== "leader") ids.push(fault.to);
      if ("side" in fault) ids.push(...fault.side);
      if ("order" in fault) ids.push(...fault.order);
    }
    expect([seed, ids.filter((id) => id < 1 || id > controllers)]).toEqual([seed, []]);
    expect(skewMs.length).toBe(controllers);
    for (const fault of faults) {
      if (!("broker" in fault)) continue;
      expect(fault.broker).toBeGreaterThanOrEqual(FIRST_BROKER_ID);
      expect(fault.broker).toBeLessThan(FIRST_BROKER_ID + brokers);
    }
  }
});

test("the faults of a plan are in the order of time", () => {
  for (const { faults } of PLANS) {
    const times = faults.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
});

test("a split leaves somebody on either side", () => {
  const splits = PLANS.flatMap(({ controllers, faults }) =>
    faults.flatMap((fault) =>
      fault.kind === "split" ? [{ controllers, size: fault.side.length }] : [],
    ),
  );
  expect(splits.length).toBeGreaterThan(50);
  expect(splits.filter(({ controllers, size }) => size < 1 || size >= controllers)).toEqual([]);
});
