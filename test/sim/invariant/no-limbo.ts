/** A voter that has no leader does something about it in time: it never waits longer than an election timeout. */

import { type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

/** Twice the election timeout is the longest that is drawn. */
const LONGEST_MS = 2000;
/** A clock that is set forward is noticed when the next timer rings. */
const NOTICED_WITHIN_MS = 2000;
const WAITING: readonly string[] = ["unattached", "candidate", "resigned"];

interface Since {
  readonly life: number;
  readonly role: string;
  readonly epoch: number;
  readonly clockMs: number;
  /** When it was first seen to be overdue. */
  overdueMs: number | null;
}

export class NoLimbo implements Invariant {
  readonly name = "no-limbo";
  readonly #since = new Map<number, Since>();

  onReplica({ id, life, role, epoch, clockMs, hasLostDisk }: ReplicaView): void {
    if (!WAITING.includes(role) || hasLostDisk) {
      this.#since.delete(id);
      return;
    }
    const since = this.#since.get(id);
    if (since?.life !== life || since.role !== role || since.epoch !== epoch) {
      this.#since.set(id, { life, role, epoch, clockMs, overdueMs: null });
      return;
    }
    const waitedMs = clockMs - since.clockMs;
    if (waitedMs <= LONGEST_MS) return;
    since.overdueMs ??= clockMs;
    if (clockMs - since.overdueMs <= NOTICED_WITHIN_MS) return;
    throw new InvariantBroken(this.name, `${id} is ${role} in epoch ${epoch} for ${waitedMs} ms`);
  }
}
