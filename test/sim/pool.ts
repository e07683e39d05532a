/** As many workers as there are cores, each with one job at a time. */

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Lines, unreachedByBoth } from "./code-coverage.ts";
import type { Job } from "./job.ts";
import type { Run } from "./simulate.ts";
import type { Question } from "./worker.ts";

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

export interface PoolOptions {
  /** One for each core when not given. */
  readonly size?: number;
  /** Whether the workers count which lines of the core are run; it makes them slower. */
  readonly countsCode?: boolean;
}

export class Pool {
  readonly #workers: readonly Worker[];

  constructor({ size = availableParallelism(), countsCode = false }: PoolOptions = {}) {
    this.#workers = Array.from({ length: size }, () => {
      return new Worker(new URL("./worker.ts", import.meta.url), { workerData: { countsCode } });
    });
  }

  get size(): number {
    return this.#workers.length;
  }

  /** Runs jobs as workers become free and hands each result on; `next` returns null when there is nothing more to do. */
  async runAll(next: () => Job | null, onRun: (run: Run, job: Job) => void): Promise<void> {
    const lanes = this.#workers.map(async (worker) => {
      for (let job = next(); job !== null; job = next()) {
        onRun((await ask(worker, job)) as Run, job);
      }
    });
    await Promise.all(lanes);
  }

  /** The lines of the core that no worker has reached, when they count. */
  async unreached(): Promise<Lines> {
    let unreached: Lines | null = null;
    for (const worker of this.#workers) {
      unreached = unreachedByBoth(unreached, (await ask(worker, "unreached")) as Lines);
    }
    return unreached ?? {};
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function ask(worker: Worker, question: Question): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = ({ value, error }: Answer): void => {
      worker.off("error", onError);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    };
    const onError = (error: Error): void => {
      worker.off("message", onMessage);
      reject(error);
    };
    worker.once("message", onMessage);
    worker.once("error", onError);
    worker.postMessage(question);
  });
}
