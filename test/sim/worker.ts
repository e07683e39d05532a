/** Runs jobs in a thread of its own, one after the other. */

import { parentPort } from "node:worker_threads";
import { type Job, runJob } from "./job.ts";

parentPort?.on("message", (job: Job) => {
  runJob(job).then(
    (run) => parentPort?.postMessage({ run }),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parentPort?.postMessage({ error: `${JSON.stringify(job).slice(0, 200)}: ${text}` });
    },
  );
});
