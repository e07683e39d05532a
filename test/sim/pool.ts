/** As many workers as there are cores, each with one job at a time. */

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Job } from "./job.ts";
import type { Run } from "./simulate.ts";

interface Answer {
  readonly run?: Run;
  readonly error?: string;
}

export class Pool {
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  constructor(size: number = availableParallelism()) {
    for (let i = 0; i < size; i++) {
      const worker = new Worker(new URL("./worker.ts", import.meta.url));
      // Each job listens while it waits, and closing ends them all.
      worker.setMaxListeners(0);
      this.#all.push(worker);
      this.#idle.push(worker);
    }
  }

  get size(): number {
    return this.#all.length;
  }

  async run(job: Job): Promise<Run> {
    const worker = await this.#take();
    try {
      return await ask(worker, job);
    } finally {
      this.#give(worker);
    }
  }

  /** Runs jobs as workers become free and hands each result on; `next` returns null when there is nothing more to do. */
  async runAll(next: () => Job | null, onRun: (run: Run, job: Job) => void): Promise<void> {
    const lanes = this.#all.map(async () => {
      for (let job = next(); job !== null; job = next()) onRun(await this.run(job), job);
    });
    await Promise.all(lanes);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  #take(): Promise<Worker> {
    const worker = this.#idle.pop();
    if (worker !== undefined) return Promise.resolve(worker);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(worker: Worker): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#idle.push(worker);
    else waiting(worker);
  }
}

function ask(worker: Worker, job: Job): Promise<Run> {
  return new Promise((resolve, reject) => {
    const onMessage = ({ run, error }: Answer): void => {
      worker.off("error", onError);
      if (run === undefined) reject(new Error(error ?? "a worker said nothing"));
      else resolve(run);
    };
    const onError = (error: Error): void => {
      worker.off("message", onMessage);
      reject(error);
    };
    worker.once("message", onMessage);
    worker.once("error", onError);
    worker.postMessage(job);
  });
}
