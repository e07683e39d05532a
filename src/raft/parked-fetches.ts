/** Fetches that wait at this replica for something to happen. */

import type { ReplicaKey } from "./voter-set.ts";

/** A fetch that passed the checks which do not depend on the role. */
export interface FetchAsked {
  readonly token: unknown;
  readonly version: number;
  readonly replica: ReplicaKey;
  readonly epoch: number;
  readonly fetchOffset: number;
  readonly lastFetchedEpoch: number;
  readonly maxBytes: number;
  /** What the replica says it knows, or null when its version cannot say. */
  readonly highWatermark: number | null;
  /** Answered by then, with whatever there is. */
  dueMs: number;
  /** Waits with an answer that cannot name a leader. */
  isHeldBack: boolean;
}

/** All that the answer to a parked fetch depends on, apart from the time. */
export interface Situation {
  /** Of the state of the quorum, counted. */
  readonly quorumChanges: number;
  readonly endOffset: number;
  readonly highWatermark: number;
}

/** Beyond this the oldest is answered at once. */
const MAX_PARKED = 10_000;

export class ParkedFetches {
  readonly #byToken = new Map<unknown, FetchAsked>();
  /** What it was like when the parked fetches were last looked at. */
  #situation: Situation = { quorumChanges: -1, endOffset: -1, highWatermark: -1 };
  #nextDueMs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#byToken.size;
  }

  /** Parks a fetch; returns the oldest one when there are too many, which has to be answered now. */
  park(fetch: FetchAsked, situation: Situation): FetchAsked | null {
    if (this.#byToken.size === 0) this.#situation = situation;
    this.#byToken.set(fetch.token, fetch);
    this.#nextDueMs = Math.min(this.#nextDueMs, fetch.dueMs);
    if (this.#byToken.size <= MAX_PARKED) return null;
    const [oldest = null] = this.#byToken.values();
    if (oldest !== null) this.#byToken.delete(oldest.token);
    return oldest;
  }

  /** Takes out all fetches when something has changed, else those that are due. */
  takeAffected(situation: Situation, nowMs: number): FetchAsked[] {
    const isChanged = !isSame(situation, this.#situation);
    if (this.#byToken.size === 0 || (!isChanged && nowMs < this.#nextDueMs)) return [];
    this.#situation = situation;
    const taken: FetchAsked[] = [];
    this.#nextDueMs = Number.POSITIVE_INFINITY;
    // A map may lose what is gone through.
    for (const fetch of this.#byToken.values()) {
      if (isChanged || nowMs >= fetch.dueMs) {
        this.#byToken.delete(fetch.token);
        taken.push(fetch);
      } else {
        this.#nextDueMs = Math.min(this.#nextDueMs, fetch.dueMs);
      }
    }
    return taken;
  }

  forget(token: unknown): void {
    this.#byToken.delete(token);
  }

  /** Infinity when nothing is parked; may be early, never late. */
  nextDeadlineMs(): number {
    return this.#byToken.size === 0 ? Number.POSITIVE_INFINITY : this.#nextDueMs;
  }
}

function isSame(a: Situation, b: Situation): boolean {
  return (
    a.quorumChanges === b.quorumChanges &&
    a.endOffset === b.endOffset &&
    a.highWatermark === b.highWatermark
  );
}
