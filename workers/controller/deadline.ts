// The one timer of a controller. A setTimeout keeps the time; an alarm, renewed while there is a
// deadline at all, only brings the object back after its process died. No deadline, no alarm: an
// idle controller is evicted and costs nothing.

const WAKE_UP_MS = 10_000;
// A setTimeout beyond 2^31 ms fires at once.
const MAX_TIMER_MS = 3_600_000;

/** Turns the node's next deadline into a timer and a safety net. */
export class Deadline {
  readonly #storage: DurableObjectStorage;
  readonly #now: () => number;
  readonly #onDue: () => void;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerMs = Number.POSITIVE_INFINITY;
  // Until it is known, because replacing an alarm that is about to ring cancels it.
  #hasAlarm = true;

  /** `now` is the clock that deadlines are named by. */
  constructor(storage: DurableObjectStorage, now: () => number, onDue: () => void) {
    this.#storage = storage;
    this.#now = now;
    this.#onDue = onDue;
    void this.#lookForAlarm();
  }

  /** Sets the deadline; Infinity clears it. */
  set(deadlineMs: number, nowMs: number): void {
    this.#deadlineMs = deadlineMs;
    if (deadlineMs === Number.POSITIVE_INFINITY) this.#stopTimer();
    // A timer that rings too early finds the deadline moved; that is cheaper than moving it along.
    else if (deadlineMs < this.#timerMs) this.#startTimer(nowMs);
    if (!this.#hasAlarm) this.#setAlarm();
  }

  /** The alarm rang: sets the next one while there is a deadline, and catches a lost timer. */
  onAlarm(): void {
    this.#setAlarm();
    if (this.#now() >= this.#deadlineMs) this.#onDue();
  }

  #startTimer(nowMs: number): void {
    this.#stopTimer();
    const waitMs = Math.min(Math.max(this.#deadlineMs - nowMs, 0), MAX_TIMER_MS);
    this.#timerMs = nowMs + waitMs;
    this.#timer = setTimeout(() => this.#onTimer(this.#now()), waitMs);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerMs = Number.POSITIVE_INFINITY;
  }

  #onTimer(nowMs: number): void {
    this.#stopTimer();
    if (nowMs >= this.#deadlineMs) this.#onDue();
    else if (this.#deadlineMs !== Number.POSITIVE_INFINITY) this.#startTimer(nowMs);
  }

  async #lookForAlarm(): Promise<void> {
    if ((await this.#storage.getAlarm()) === null) this.#setAlarm();
  }

  /** Sets the alarm while there is a deadline. */
  #setAlarm(): void {
    this.#hasAlarm = this.#deadlineMs !== Number.POSITIVE_INFINITY;
    if (!this.#hasAlarm) return;
    // Well ahead, because an alarm at the running alarm's own time would be lost. The output gate
    // waits for this write like for any other; a failure resets the object.
    void this.#storage.setAlarm(Date.now() + WAKE_UP_MS);
  }
}
