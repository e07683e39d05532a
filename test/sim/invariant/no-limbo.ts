/** A voter that has no leader does something about it in time: it never waits longer than an election timeout. */

import { type Invariant, InvariantBroken, type ReplicaView, type Vote } from "../observation.ts";

/**
 * Twice the election timeout is the longest that is drawn, and a clock that is set back makes a controller wait anew for
 * what had passed since it last looked.
 */
const LONGEST_MS = 4000;
/** Whoever did nothing for so long was paused, and may have done several things at once after it. */
const PAUSE_MS = 1000;
const WAITING: readonly string[] = ["unattached", "candidate", "resigned"];

interface Since {
  readonly life: number;
  readonly role: string;
  readonly epoch: number;
  readonly atMs: number;
  lastSeenMs: number;
}

export class NoLimbo implements Invariant {
  readonly name = "no-limbo";
  readonly #since = new Map<number, Since>();

  /** Whoever gives its vote, or gives it again, waits anew for the candidate to win. */
  onVote({ voterId }: Vote): void {
    this.#since.delete(voterId);
  }

  /** Measured in the world's time: a timer rings when it is due, whatever the clock of its controller is set to. */
  onReplica({ id, life, role, epoch, atMs, hasLostDisk }: ReplicaView): void {
    if (!WAITING.includes(role) || hasLostDisk) {
      this.#since.delete(id);
      return;
    }
    const since = this.#since.get(id);
    const isSame = since?.life === life && since.role === role && since.epoch === epoch;
    if (!isSame || atMs - since.lastSeenMs > PAUSE_MS) {
      this.#since.set(id, { life, role, epoch, atMs, lastSeenMs: atMs });
      return;
    }
    since.lastSeenMs = atMs;
    const waitedMs = atMs - since.atMs;
    if (waitedMs <= LONGEST_MS) return;
    throw new InvariantBroken(
      this.name,
      `${id} is ${role} in epoch ${epoch} for ${Math.round(waitedMs)} ms`,
    );
  }
}
