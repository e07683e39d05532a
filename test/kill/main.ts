/**
 * The long form of the test beside it: `node test/kill/main.ts --kills 1000 --seed 1`. Ends with exit code 1 when it
 * finds anything wrong, and says where it left the history, the logs and the data of the processes.
 */

import { parseArgs } from "node:util";
import { print, printCounts, seconds, summary, wholeNumber } from "./report-text.ts";
import { type Progress, type Report, runKills } from "./run.ts";

const PROGRESS_INTERVAL_MS = 30_000;

const { kills, seed } = options();

// Without this the controllers, which are in process groups of their own, would outlive an interrupted run.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

const startMs = performance.now();
let printedMs = startMs;
const report = await runKills({ seed, kills, onFault: printProgress });
printReport(report);
process.exitCode = report.violations.length === 0 ? 0 : 1;

function options(): { kills: number; seed: number } {
  try {
    const { values } = parseArgs({
      options: {
        kills: { type: "string", default: "1000" },
        seed: { type: "string", default: "1" },
      },
    });
    return { kills: wholeNumber("kills", values.kills), seed: wholeNumber("seed", values.seed) };
  } catch (error) {
    print((error as Error).message);
    print("usage: npm run test:kill -- [--kills N, default 1000] [--seed N, default 1]");
    process.exit(2);
  }
}

function printProgress(progress: Progress): void {
  const nowMs = performance.now();
  if (nowMs - printedMs < PROGRESS_INTERVAL_MS) return;
  printedMs = nowMs;
  const { kills: killed, stops, operations, acknowledgedWrites } = progress;
  print(
    `${seconds(nowMs - startMs)}: ${killed} kills, ${stops} stops, ${operations} operations, ` +
      `${acknowledgedWrites} writes acknowledged`,
  );
}

function printReport(report: Report): void {
  const { elapsedMs, stops, restarts, operations, names, acknowledgedWrites } = report;
  print(
    `seed ${report.seed}, ${seconds(elapsedMs)}: ${report.kills} kills, ${stops} stops, ${restarts} restarts`,
  );
  print(`${operations} operations on ${names} names, ${acknowledgedWrites} writes acknowledged`);
  printCounts("fault", report.struck);
  printCounts("operation", report.outcomes);
  print(`no write after the leader was killed: ${summary(report.unavailableMs.killed)}`);
  print(`no write after the leader was stopped: ${summary(report.unavailableMs.stopped)}`);
  for (const violation of report.violations) print(`VIOLATION ${violation}`);
  print(
    report.evidence === null ? "linearizable, nothing lost" : `everything is in ${report.evidence}`,
  );
}
