/** Many worlds with faults, each of 10,000 events or more, in which no invariant may break. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { Pool } from "../pool.ts";
import { NOT_EXPLAINED, unreachedStates, wronglyExplained } from "../reachable.ts";
import onceBroken from "../seeds.json" with { type: "json" };
import { Tally } from "../tally.ts";
import { tellBriefly } from "../tell-failure.ts";

const SEEDS = 2000;

const pool = new Pool();
const tally = new Tally();

beforeAll(async () => {
  const seeds = [...onceBroken.map(({ seed }) => seed).filter((seed) => seed > SEEDS)];
  for (let seed = 1; seed <= SEEDS; seed++) seeds.push(seed);
  const left = seeds.values();
  await pool.runAll(
    () => {
      const { value, done } = left.next();
      return done ? null : { plan: value, mutant: null, keepLines: false };
    },
    (run) => tally.add(run),
  );
  process.stdout.write(`${tally.tell()}\n`);
}, 600_000);

afterAll(() => pool.close());

test(`${SEEDS} seeds and every seed that once broke something break nothing`, () => {
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
