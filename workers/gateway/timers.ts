/** Time for the gateway; tests bring their own. */

export interface Timers {
  nowMs(): number;
  /** Runs something once after `delayMs`; the function returned calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** A timer that is called off and due sooner is left to run out. */
const MAX_LEFT_MS = 500;

export const realTimers: Timers = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    let isOff = false;
    const timer = setTimeout(() => {
      if (!isOff) run();
    }, delayMs);
    return () => {
      isOff = true;
      // The platform drops the timers of a request with it, which costs less than to take one back.
      if (delayMs > MAX_LEFT_MS) clearTimeout(timer);
    };
  },
};

export function wait(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
}

/** Rejects when `promise` has not settled after `timeoutMs`; what it was waiting for may still happen. */
export function withDeadline<T>(
  timers: Timers,
  timeoutMs: number,
  promise: Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(timeoutMs, () => reject(new Error(`no answer in ${timeoutMs} ms`)));
    promise.then(resolve, reject).finally(cancel);
  });
}
