/** Ends a try when its time is up, or when the caller wants no more of it. */
export class TryClock {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#controller.abort(this.#outer?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer;
    outer?.addEventListener("abort", this.#onAbort);
    if (outer?.aborted) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on there is so much time, whatever there was before. */
  restart(timeoutMs: number): void {
    clearTimeout(this.#timer);
    if (timeoutMs > MAX_TIMER_MS) return;
    const tooLate = new Error(`no answer within ${Math.ceil(timeoutMs)} ms`);
    this.#timer = setTimeout(() => this.#controller.abort(tooLate), timeoutMs);
  }

  /** From now on there is any amount of time. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Ends what still runs, and lets go of the caller's signal. */
  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#onAbort);
    this.#controller.abort(new Error("nobody wants the rest"));
  }
}

/** Longer ones would be due at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
