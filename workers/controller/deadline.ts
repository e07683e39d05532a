// The one timer of a controller. A setTimeout keeps the time; an alarm, renewed while there is a
// deadline at all, only brings the object back after its process died. No deadline, no alarm: an
// idle controller is evicted and costs nothing.

const WAKE_UP_MS = 10_000;
// A setTimeout beyond 2^31 ms fires at once.
const MAX_TIMER_MS = 3_600_000;

/** Turns the node's next deadline into a timer and a safety net. */
export class Deadline {
  readonly #storage: DurableObjectStorage;
  readonly #onDue: () => void;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasAlarm = false;

  constructor(storage: DurableObjectStorage, onDue: () => void) {
    this.#storage = storage;
    this.#onDue = onDue;
  }

  /** Whether the deadline has passed. */
  isDue(nowMs: number): boolean {
    return nowMs >= this.#deadlineMs;
  }

  /** Sets the deadline; Infinity clears it. */
  set(deadlineMs: number, nowMs: number): void {
    if (deadlineMs === this.#deadlineMs && this.#timer !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#deadlineMs = deadlineMs;
    if (deadlineMs === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.min(Math.max(deadlineMs - nowMs, 0), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#onTimer(), waitMs);
    if (!this.#hasAlarm) this.#setAlarm(nowMs + WAKE_UP_MS);
  }

  /** The alarm rang: sets the next one while there is a deadline. */
  onAlarm(nowMs: number): void {
    this.#hasAlarm = false;
    // WAKE_UP_MS ahead also avoids the running alarm's own time, at which a new one would be lost.
    if (this.#deadlineMs !== Number.POSITIVE_INFINITY) this.#setAlarm(nowMs + WAKE_UP_MS);
  }

  #onTimer(): void {
    this.#timer = undefined;
    this.#onDue();
  }

  #setAlarm(atMs: number): void {
    this.#hasAlarm = true;
    // The output gate waits for this write like for any other; a failure resets the object.
    void this.#storage.setAlarm(atMs);
  }
}
