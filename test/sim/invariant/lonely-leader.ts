/** A leader that hears from no majority of the voters gives up, before it promises what it cannot keep (KAFKA-15489). */

import { type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

/** One and a half fetch timeouts. */
const LONGEST_MS = 3000;
/** A clock that is set forward is noticed when the next timer rings. */
const NOTICED_WITHIN_MS = 2000;

interface Since {
  readonly life: number;
  readonly epoch: number;
  readonly clockMs: number;
  /** Since when no majority was heard of. */
  lonelyMs: number | null;
}

export class LonelyLeader implements Invariant {
  readonly name = "lonely-leader";
  /** By controller: since when it leads the epoch it leads, by its own clock. */
  readonly #since = new Map<number, Since>();

  onReplica({ id, life, role, epoch, clockMs, voters, heardMs }: ReplicaView): void {
    if (role !== "leader") return;
    const since = this.#since.get(id);
    if (since?.life !== life || since.epoch !== epoch) {
      this.#since.set(id, { life, epoch, clockMs, lonelyMs: null });
      return;
    }
    const others = voters.filter((voter) => voter !== id);
    const isSilent = (voter: number): boolean =>
      clockMs - Math.max(heardMs.get(voter) ?? 0, since.clockMs) > LONGEST_MS;
    const heard = others.filter((voter) => !isSilent(voter));
    if ((heard.length + 1) * 2 > voters.length) {
      since.lonelyMs = null;
      return;
    }
    since.lonelyMs ??= clockMs;
    if (clockMs - since.lonelyMs <= NOTICED_WITHIN_MS) return;
    const who = heard.length === 0 ? "nobody" : heard.join(", ");
    const silentMs = clockMs - since.lonelyMs + LONGEST_MS;
    const fact = `${id} leads epoch ${epoch} of ${voters.length} voters and has heard of ${who} for ${silentMs} ms`;
    throw new InvariantBroken(this.name, fact);
  }
}
