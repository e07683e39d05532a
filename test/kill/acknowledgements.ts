/** Tells when clients make progress: whoever waits hears of writes that were asked for after a moment and acknowledged. */

import { realTimers, withDeadline } from "../../workers/gateway/timers.ts";

interface Waiter {
  readonly sinceMs: number;
  left: number;
  resolve(returnedAt: number): void;
}

export class Acknowledgements {
  #waiters: Waiter[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(invokedAt: number, returnedAt: number): void {
    this.#count += 1;
    this.#waiters = this.#waiters.filter((waiter) => {
      if (invokedAt < waiter.sinceMs) return true;
      waiter.left -= 1;
      if (waiter.left > 0) return true;
      waiter.resolve(returnedAt);
      return false;
    });
  }

  /** When the `count`th of the writes that were asked for at or after `sinceMs` was acknowledged. */
  wait(count: number, sinceMs: number): Promise<number> {
    return new Promise((resolve) => {
      this.#waiters.push({ sinceMs, left: count, resolve });
    });
  }

  /** The same, but it rejects when that takes too long; `after` says what is waited out. */
  waitAtMost(timeoutMs: number, count: number, sinceMs: number, after: string): Promise<number> {
    const inTime = withDeadline(realTimers, timeoutMs, this.wait(count, sinceMs)).catch(() => {
      throw new Error(`no write was acknowledged within ${timeoutMs} ms after ${after}`);
    });
    // Whoever asked may fail before it looks.
    inTime.catch(() => {});
    return inTime;
  }
}
