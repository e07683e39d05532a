/** The benchmark still runs: a little of every case, on both sides, and each leaves a number of ours and of Apache's. */

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { EVERY_CASE } from "../../bench/case/every-case.ts";
import type { Run } from "../../bench/json.ts";

/** A minute where nothing else runs, three where a dozen other processes want the same two cores. */
const RUN_TIMEOUT_MS = 600_000;
const MAIN = new URL("../../bench/main.ts", import.meta.url).pathname;

test("a little of every case can be measured, and becomes a table and a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "quorate-bench-smoke-"));
  const jsonPath = join(folder, "run.json");
  try {
    const args = ["--disable-warning=ExperimentalWarning", MAIN, "--smoke", "--json", jsonPath];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      timeout: RUN_TIMEOUT_MS,
    });
    const run = JSON.parse(readFileSync(jsonPath, "utf8")) as Run;
    for (const { id } of EVERY_CASE) {
      const rows = run.rows.filter((row) => row.case === id);
      expect(rows.length, id).toBeGreaterThan(0);
      for (const { metric, ours } of rows) expect(Number.isFinite(ours), metric).toBe(true);
      expect(stdout).toContain(`| ${id} |`);
    }
    for (const { id, profiled } of EVERY_CASE) {
      if (profiled === undefined) continue;
      const parts = run.samples.filter(
        (one) => one.case === id && one.metric.startsWith("profile"),
      );
      const whole = parts.reduce((sum, { value }) => sum + value, 0);
      expect(whole, `the profile of ${profiled.what}`).toBeCloseTo(1, 6);
    }
    const compared = run.rows.filter(({ against }) => against === "apache");
    expect(new Set(compared.map((row) => row.case))).toEqual(
      new Set(["P1", "P2", "P3", "P4", "P5", "P6", "P8", "P9"]),
    );
    for (const { metric, theirs } of compared) expect(theirs, metric).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 620_000);
