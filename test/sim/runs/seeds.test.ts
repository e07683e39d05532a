/** Many worlds with faults, each of 10,000 events or more, in which no invariant may break. */

import { globSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Job } from "../job.ts";
import type { Plan } from "../plan.ts";
import { Pool } from "../pool.ts";
import { NOT_EXPLAINED, unreachedStates, wronglyExplained } from "../reachable.ts";
import { Tally } from "../tally.ts";
import { tellBriefly } from "../tell-failure.ts";

const SEEDS = 2000;

const pool = new Pool();
const tally = new Tally();

/** Plans in which something broke once. */
function plansOnceBroken(): Plan[] {
  const folder = new URL("../once-broken/", import.meta.url);
  return globSync("*.json", { cwd: folder }).map((file) => {
    const { plan } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { plan: Plan };
    return plan;
  });
}

beforeAll(async () => {
  const plans: (number | Plan)[] = plansOnceBroken();
  for (let seed = 1; seed <= SEEDS; seed++) plans.push(seed);
  const left = plans.values();
  const next = (): Job | null => {
    const { value, done } = left.next();
    return done ? null : { plan: value, mutant: null, keepLines: false };
  };
  await pool.runAll(next, (run) => tally.add(run));
  process.stdout.write(`${tally.tell()}\n`);
}, 1_800_000);

afterAll(() => pool.close());

test(`${SEEDS} seeds and every plan that once broke something break nothing`, () => {
  expect(plansOnceBroken().length).toBeGreaterThan(0);
  expect(tally.broken.map((run) => tellBriefly(run))).toEqual([]);
});

test("each seed ran for 10,000 events or more", () => {
  expect(tally.seeds).toBeGreaterThanOrEqual(SEEDS);
  expect(tally.fewestEvents).toBeGreaterThanOrEqual(10_000);
});

test("clients were answered and elections were held in every kind of world", () => {
  expect(tally.acknowledged / tally.seeds).toBeGreaterThan(100);
  expect(tally.epochs / tally.seeds).toBeGreaterThan(5);
});

test("every role, fault, record type and error code was reached, but for those that cannot be", () => {
  const unexplained = unreachedStates(tally.counts).filter(({ why }) => why === NOT_EXPLAINED);
  expect(unexplained).toEqual([]);
  expect(wronglyExplained(tally.counts)).toEqual([]);
});
