// A clock that never goes back. The clock of a machine may be set; deadlines and sessions must not wait for it to
// catch up with itself again. What is set forward cannot be told from a pause and is taken over.

/** The time of one controller, in ms; that of the machine plus whatever that was set back by. */
export class SteadyClock {
  #aheadMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** The time now, when the machine says `wallMs`. */
  read(wallMs: number): number {
    if (wallMs + this.#aheadMs < this.#lastMs) this.#aheadMs = this.#lastMs - wallMs;
    this.#lastMs = wallMs + this.#aheadMs;
    return this.#lastMs;
  }
}
