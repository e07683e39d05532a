/** A seed decides everything: the same one gives the same run, in another thread and after other runs too. */

import { afterAll, expect, test } from "vitest";
import type { Job } from "../job.ts";
import { Pool } from "../pool.ts";
import type { Run } from "../simulate.ts";

const first = new Pool({ size: 1 });
const second = new Pool({ size: 1 });

afterAll(async () => {
  await first.close();
  await second.close();
});

async function runSeeds(pool: Pool, seeds: readonly number[]): Promise<Map<number, Run>> {
  const left = seeds.values();
  const runs = new Map<number, Run>();
  const next = (): Job | null => {
    const { value, done } = left.next();
    return done ? null : { plan: value, mutant: null, keepLines: false };
  };
  await pool.runAll(next, (run) => runs.set(run.seed, run));
  return runs;
}

test("ten seeds run alike in two threads, whatever ran before", async () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const forwards = await runSeeds(first, seeds);
  const backwards = await runSeeds(second, seeds.toReversed());
  for (const seed of seeds) {
    const { timeline: _, ...run } = forwards.get(seed)!;
    const { timeline: __, ...again } = backwards.get(seed)!;
    expect(again).toEqual(run);
  }
  expect(new Set([...forwards.values()].map(({ traceHash }) => traceHash)).size).toBe(seeds.length);
}, 60_000);

test("keeping a timeline changes nothing in a run", async () => {
  const job = (keepLines: boolean): Job => ({ plan: 12, mutant: null, keepLines });
  const runs: Run[] = [];
  for (const keepLines of [false, true]) {
    let isOver = false;
    const next = (): Job | null => (isOver ? null : job(keepLines));
    await first.runAll(next, (run) => {
      isOver = true;
      runs.push(run);
    });
  }
  const [quiet, told] = runs;
  expect(told?.traceHash).toBe(quiet?.traceHash);
  expect(told?.timeline.length).toBeGreaterThan(100);
}, 60_000);
