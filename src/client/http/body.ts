/** The bytes of a body as they come. */

import type { Opened } from "./transport.ts";

/** Ends with the body. Throws when it breaks, and when nothing comes for `silenceMs`. */
export async function* chunksOf(
  { response, clock }: Opened,
  silenceMs: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      clock.restart(silenceMs);
      const { done, value } = await abortable(reader.read(), clock.signal);
      // The time that the reader takes for it is its own.
      clock.stop();
      if (done) return;
      yield value as Uint8Array;
    }
  } finally {
    clock.end();
    // Whoever has ended the try has ended the body with it.
    await reader.cancel().catch(() => undefined);
  }
}

/** Not every body hears of the signal of its request. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (): void => reject(signal.reason);
    const end = (): void => signal.removeEventListener("abort", give);
    signal.addEventListener("abort", give);
    if (signal.aborted) give();
    promise.then(resolve, reject).finally(end);
  });
}
