// When to handle what clients ask. What is handled together shares one transaction, one flush of the disk and one round to
// the followers, which cost far more than one change does. So whoever asks while others are about to ask as well waits
// for them, but never long; whoever is alone never waits.

// Two groups of this or more take turns: one is written while the followers write the other.
const MIN_SHARED_GROUP = 16;
/** Events in one transaction, at most. */
export const MAX_GROUP = 128;
const MAX_COMMIT_WAIT_MS = 10;
const MAX_GATHER_WAIT_MS = 2;
// What the crowd shrinks by with every group: clients come and go.
const FORGETTING = 7 / 8;

/** How many have asked and are not handled, and how many changes wait for other controllers. */
export interface Waiting {
  readonly queued: number;
  readonly pending: number;
}

/** Knows how many ask at the same time, as it has been lately. */
export class Gathering {
  #crowd = 0;
  #sinceMs = 0;

  /** The first of a group has come, or others were answered and may ask again. */
  begin(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** Whether as many have come as are likely to come. */
  isFull({ queued }: Waiting): boolean {
    return queued >= this.#groupSize();
  }

  /** Whether those who are queued are to be handled now. */
  isOver(waiting: Waiting, nowMs: number): boolean {
    if (this.isFull(waiting)) return true;
    // What is asked during a round to the followers cannot be committed by it.
    const maxWaitMs = waiting.pending > 0 ? MAX_COMMIT_WAIT_MS : MAX_GATHER_WAIT_MS;
    return nowMs - this.#sinceMs >= maxWaitMs;
  }

  /** Those who are queued are handled; what is left of them is the next group. */
  end({ queued, pending }: Waiting, nowMs: number): void {
    this.#crowd = Math.max(queued + pending, Math.floor(this.#crowd * FORGETTING));
    this.#sinceMs = nowMs;
  }

  /** Few share one group, many make two. */
  #groupSize(): number {
    const half = Math.ceil(this.#crowd / 2);
    return Math.min(this.#crowd, Math.max(half, MIN_SHARED_GROUP), MAX_GROUP);
  }
}
