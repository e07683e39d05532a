/**
 * No broker is fenced for its silence by a controller that has not been active for a whole session: a new one cannot
 * know how long anybody was silent (KIP-631).
 */

import {
  type CommittedEntry,
  type Invariant,
  InvariantBroken,
  type ReplicaView,
} from "../observation.ts";

const SESSION_MS = 9000;
const FENCE = 1;

export class FullSession implements Invariant {
  readonly name = "full-session";
  /** Who leads, since when, and the latest that its clock has shown: it may have been set back since. */
  #leader = { id: -1, life: -1, epoch: -1, sinceMs: 0, latestMs: 0 };
  /** Brokers that have asked to leave: when they did so in this life is not known here. */
  readonly #leaving = new Set<number>();

  onReplica({ id, life, role, epoch, clockMs }: ReplicaView): void {
    if (role !== "leader" || epoch < this.#leader.epoch) return;
    if (epoch > this.#leader.epoch || life !== this.#leader.life || id !== this.#leader.id) {
      this.#leader = { id, life, epoch, sinceMs: clockMs, latestMs: clockMs };
    }
    this.#leader.latestMs = Math.max(this.#leader.latestMs, clockMs);
  }

  onLeaving(brokerId: number): void {
    this.#leaving.add(brokerId);
  }

  onCommitted({ epoch, records, baseOffset }: CommittedEntry): void {
    for (const { type, data } of records) {
      if (type !== "brokerRegistrationChange" || data.fenced !== FENCE) continue;
      const { id, epoch: leaderEpoch, sinceMs, latestMs } = this.#leader;
      if (this.#leaving.has(data.brokerId) || epoch !== leaderEpoch) continue;
      const activeMs = latestMs - sinceMs;
      if (activeMs >= SESSION_MS) continue;
      const fact = `${id} fences broker ${data.brokerId} at offset ${baseOffset} after ${activeMs} ms of leading`;
      throw new InvariantBroken(this.name, fact);
    }
  }
}
