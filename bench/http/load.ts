/** The HTTP load generator: a thread that is started once and takes one job at a time. */

import { Worker } from "node:worker_threads";
import type { HttpJob, HttpLoadResult } from "./job.ts";

export class HttpLoad {
  readonly #thread = new Worker(new URL("./load-thread.ts", import.meta.url));

  run(job: HttpJob): Promise<HttpLoadResult> {
    return new Promise((resolve, reject) => {
      this.#thread.once("error", reject);
      this.#thread.once("message", (told: { result?: HttpLoadResult; error?: string }) => {
        this.#thread.off("error", reject);
        if (told.result === undefined) reject(new Error(`Cannot make load: ${told.error}`));
        else resolve(told.result);
      });
      this.#thread.postMessage(job);
    });
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}
