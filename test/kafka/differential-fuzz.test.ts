/**
 * Random requests, the same to a stock controller and to ours: answers and records must agree, but for what
 * test/differential/explained.ts explains. QUORATE_SEED tries others, QUORATE_REQUESTS as many as one likes.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { coverageGaps } from "../differential/coverage.ts";
import { EXPLAINED } from "../differential/explained.ts";
import { reportText } from "../differential/report.ts";
import { type RunReport, runDifferential } from "../differential/run.ts";
import type { Level } from "../differential/start.ts";

const SEED = Number(process.env.QUORATE_SEED ?? 1);
const REQUESTS = Number(process.env.QUORATE_REQUESTS ?? 5000);

/** What ours formats a new cluster at, and the newest there is. */
const LEVELS: readonly Level[] = [
  { release: "4.0", features: {} },
  { release: "4.4", features: {} },
];

const reports: RunReport[] = [];

test.each(LEVELS)(
  "both decide alike at the level of $release",
  { timeout: 600_000 },
  async (level) => {
    const requests = Math.ceil(REQUESTS / LEVELS.length);
    const report = await runDifferential({
      seed: SEED,
      requests,
      level,
      only: null,
      keepGoing: false,
    });
    reports.push(report);
    process.stdout.write(`${reportText(report)}\n`);
    expect(report.found.length, reportText(report)).toBe(0);
    expect(report.unserved).toEqual([]);
  },
);

test("every difference that is explained is told of in the docs", () => {
  const docs = readFileSync(join(import.meta.dirname, "../../docs/kafka-differences.md"), "utf8");
  const untold = EXPLAINED.filter(({ row }) => !docs.includes(`| ${row}`));
  expect(untold.map(({ row }) => row)).toEqual([]);
});

test("every API and every error code was reached, or it is said why not", () => {
  expect(reports).toHaveLength(LEVELS.length);
  expect(coverageGaps(reports)).toEqual([]);
});
