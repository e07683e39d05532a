/** A leader holds everything that is committed in epochs before its own (Raft). */

import { isSameEntry } from "../ledger.ts";
import {
  type CommittedEntry,
  type Invariant,
  InvariantBroken,
  type ReplicaView,
} from "../observation.ts";

export class LeaderCompleteness implements Invariant {
  readonly name = "leader-completeness";
  readonly #committed: CommittedEntry[] = [];
  #newestEpoch = 0;

  onReleased(view: ReplicaView): void {
    if (view.role !== "leader" || view.epoch <= this.#newestEpoch) return;
    this.#newestEpoch = view.epoch;
    for (const entry of this.#committed) this.#check(view, entry);
  }

  /** A leader of an older epoch may commit when a newer one is there already. */
  onCommitted(entry: CommittedEntry, by: ReplicaView, all: readonly ReplicaView[]): void {
    this.#committed.push(entry);
    for (const view of all) {
      if (view.role === "leader" && view.epoch > by.epoch) this.#check(view, entry);
    }
  }

  #check({ id, epoch, log }: ReplicaView, entry: CommittedEntry): void {
    if (isSameEntry(log.entryAt(entry.baseOffset), entry)) return;
    const fact = `leader ${id} of epoch ${epoch} lacks committed offset ${entry.baseOffset}`;
    throw new InvariantBroken(this.name, fact);
  }
}
