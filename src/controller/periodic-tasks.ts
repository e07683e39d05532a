/** What the active controller does from time to time without being asked. */

import type { Decision } from "../state/decision.ts";

export type Records = Pick<Decision<unknown>, "records" | "atomic">;

export interface PeriodicTask {
  readonly name: string;
  readonly intervalMs: number;
  /** Decides what to write, if anything; `again` has it run once more at once, for work that is cut into pieces. */
  run(nowMs: number): (Records & { readonly again: boolean }) | null;
}

interface Scheduled {
  readonly task: PeriodicTask;
  dueMs: number;
}

export class PeriodicTasks {
  readonly #tasks: readonly PeriodicTask[];
  #scheduled: Scheduled[] = [];
  #nextDueMs = Number.POSITIVE_INFINITY;

  constructor(tasks: readonly PeriodicTask[]) {
    this.#tasks = tasks;
  }

  /** Each task is due an interval from now. */
  start(nowMs: number): void {
    this.#scheduled = this.#tasks.map((task) => ({ task, dueMs: nowMs + task.intervalMs }));
    this.#remember();
  }

  stop(): void {
    this.#scheduled = [];
    this.#remember();
  }

  nextDeadlineMs(): number {
    return this.#nextDueMs;
  }

  /** Runs each task that is due, once, and hands over what it wants written. */
  runDue(nowMs: number, append: (records: Records) => void): void {
    if (nowMs < this.#nextDueMs) return;
    for (const scheduled of this.#scheduled) {
      if (nowMs < scheduled.dueMs) continue;
      const result = scheduled.task.run(nowMs);
      // A piece at a time: heartbeats are answered in between.
      scheduled.dueMs = result?.again === true ? nowMs : nowMs + scheduled.task.intervalMs;
      if (result !== null) append(result);
    }
    this.#remember();
  }

  #remember(): void {
    this.#nextDueMs = this.#scheduled.reduce(
      (earliest, { dueMs }) => Math.min(earliest, dueMs),
      Number.POSITIVE_INFINITY,
    );
  }
}
