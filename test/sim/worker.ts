/** Runs jobs in a thread of its own, one after the other. */

import { parentPort, workerData } from "node:worker_threads";
import { CodeCoverage } from "./code-coverage.ts";
import type { Job } from "./job.ts";

/** What a thread may be asked: to run a job, or what it has not reached. */
export type Question = Job | "unreached";

const coverage = (workerData as { countsCode: boolean }).countsCode ? new CodeCoverage() : null;
await coverage?.start();
// Only now, so that what is run while modules are loaded counts as well.
const { runJob } = await import("./job.ts");

async function answer(question: Question): Promise<unknown> {
  return question === "unreached" ? ((await coverage?.unreached()) ?? {}) : runJob(question);
}

parentPort?.on("message", (question: Question) => {
  answer(question).then(
    (value) => parentPort?.postMessage({ value }),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parentPort?.postMessage({ error: `${JSON.stringify(question).slice(0, 200)}: ${text}` });
    },
  );
});
