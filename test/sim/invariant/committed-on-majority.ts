/**
 * What is committed is on the disks of a majority of the voters at that moment, whoever leads. A disk that was lost
 * counts with what it held when it was: its voter had said so.
 */

import { isSameEntry } from "../ledger.ts";
import {
  type CommittedEntry,
  type Invariant,
  InvariantBroken,
  type ReplicaView,
} from "../observation.ts";

export class CommittedOnMajority implements Invariant {
  readonly name = "committed-on-majority";
  /** The newest view of each controller that shows the disk with which it has its vote. */
  readonly #views = new Map<number, ReplicaView>();

  onReplica(view: ReplicaView): void {
    if (!view.hasLostDisk) this.#views.set(view.id, view);
  }

  onCommitted(entry: CommittedEntry, by: ReplicaView): void {
    const holders = [...this.#views.values()].filter(
      ({ id, log, durableEndOffset }) =>
        by.voters.includes(id) &&
        entry.lastOffset < durableEndOffset &&
        isSameEntry(log.entryAt(entry.baseOffset), entry),
    );
    if (holders.length * 2 > by.voters.length) return;
    const where = holders.map(({ id }) => id).join(", ") || "nobody";
    const fact = `${by.id} commits offset ${entry.baseOffset}, which only ${where} of ${by.voters.length} has on disk`;
    throw new InvariantBroken(this.name, fact);
  }
}
