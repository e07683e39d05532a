/** Owns waiting: every wait polls a condition and ends at a deadline with a message that says what it waited for. */

/** Polls `check` until it returns something truthy and returns that; throws at the deadline. */
export async function waitUntil<T>(
  what: string,
  timeoutMs: number,
  check: () => T | Promise<T>,
  intervalMs = 50,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() >= deadline) {
      throw new Error(`Cannot reach "${what}": not so after ${timeoutMs} ms.`);
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
