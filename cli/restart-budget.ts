// Decides whether a process that died is started again: a few times a minute, not for ever.

const MAX_RESTARTS = 5;
const PERIOD_MS = 60_000;

/** Counts restarts over the last minute. */
export class RestartBudget {
  #restartsMs: number[] = [];

  /** Whether one more restart is fine; counts it when it is. */
  take(nowMs: number): boolean {
    this.#restartsMs = this.#restartsMs.filter((restartMs) => nowMs - restartMs < PERIOD_MS);
    if (this.#restartsMs.length >= MAX_RESTARTS) return false;
    this.#restartsMs.push(nowMs);
    return true;
  }
}
