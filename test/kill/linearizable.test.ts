/** Clients see one quorum that never forgets, while its processes are killed, frozen and restarted. */

import { expect, test } from "vitest";
import { FAULT_KINDS } from "./nemesis.ts";
import { runKills } from "./run.ts";

const KILLS = 60;
/** A run with fewer has hardly tried anything. */
const MIN_ACKNOWLEDGED_WRITES = 500;
const MIN_STOPS = 6;

test(`topics are linearizable and nothing is lost through ${KILLS} kills, stops and restarts`, async () => {
  const report = await runKills({ seed: 20261127, kills: KILLS });
  expect(report.violations, `everything is kept in ${report.evidence}`).toEqual([]);
  for (const kind of FAULT_KINDS) expect(report.struck[kind], kind).toBeGreaterThan(0);
  expect(report.kills).toBeGreaterThanOrEqual(KILLS);
  expect(report.stops).toBeGreaterThanOrEqual(MIN_STOPS);
  expect(report.acknowledgedWrites).toBeGreaterThanOrEqual(MIN_ACKNOWLEDGED_WRITES);
}, 240_000);
