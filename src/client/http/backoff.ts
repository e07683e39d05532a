/** How long to wait before something is tried again. */

const FIRST_MS = 100;
const MAX_MS = 2000;

/** Twice as long after each try, up to a bound; half of it is chance, so that many clients do not come back at once. */
export function backoffMs(tries: number): number {
  const ceilingMs = Math.min(FIRST_MS * 2 ** (tries - 1), MAX_MS);
  return (ceilingMs / 2) * (1 + chance());
}

/** At least 0, below 1. */
function chance(): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value / 2 ** 32;
}

/** Waits; less when the signal says so, which the caller has to look at. */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
  });
}
