/** The load generator as the cases see it: a thread that is started once and takes one job at a time. */

import { Worker } from "node:worker_threads";
import type { LoadJob, LoadResult } from "./job.ts";

export class Load {
  readonly #thread = new Worker(new URL("./load-thread.ts", import.meta.url));

  run(job: LoadJob): Promise<LoadResult> {
    return new Promise((resolve, reject) => {
      this.#thread.once("error", reject);
      this.#thread.once("message", ({ result, error }: { result?: LoadResult; error?: string }) => {
        this.#thread.off("error", reject);
        if (result === undefined) reject(new Error(`Cannot make load: ${error}`));
        else resolve(result);
      });
      this.#thread.postMessage(job);
    });
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}
