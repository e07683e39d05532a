/** Whoever becomes leader holds everything that was committed before (Raft). */

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

  onReleased({ id, role, epoch, log }: ReplicaView): void {
    if (role !== "leader" || epoch <= this.#newestEpoch) return;
    this.#newestEpoch = epoch;
    for (const entry of this.#committed) {
      if (isSameEntry(log.entryAt(entry.baseOffset), entry)) continue;
      const fact = `leader ${id} of epoch ${epoch} lacks committed offset ${entry.baseOffset}`;
      throw new InvariantBroken(this.name, fact);
    }
  }

  onCommitted(entry: CommittedEntry): void {
    this.#committed.push(entry);
  }
}
