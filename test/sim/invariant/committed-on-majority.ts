/** What is committed is on the disks of a majority of the voters at that moment; a leader's own copy counts. */

import { isSameEntry } from "../ledger.ts";
import {
  type CommittedEntry,
  type Invariant,
  InvariantBroken,
  type ReplicaView,
} from "../observation.ts";

export class CommittedOnMajority implements Invariant {
  readonly name = "committed-on-majority";

  onCommitted(entry: CommittedEntry, by: ReplicaView, all: readonly ReplicaView[]): void {
    const holders = all.filter(
      ({ id, log, durableEndOffset }) =>
        by.voters.includes(id) &&
        (id === by.id || entry.lastOffset < durableEndOffset) &&
        isSameEntry(log.entryAt(entry.baseOffset), entry),
    );
    if (holders.length * 2 > by.voters.length) return;
    const where = holders.map(({ id }) => id).join(", ") || "nobody";
    const fact = `${by.id} commits offset ${entry.baseOffset}, which only ${where} of ${by.voters.length} has on disk`;
    throw new InvariantBroken(this.name, fact);
  }
}
