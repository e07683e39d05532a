/** A leader commits nothing before a batch of its own epoch is committed with it (Raft 5.4.2; KAFKA-12619). */

import {
  type CommittedEntry,
  type Invariant,
  InvariantBroken,
  type ReplicaView,
} from "../observation.ts";

export class OwnEpochFirst implements Invariant {
  readonly name = "own-epoch-first";

  onCommitted(entry: CommittedEntry, by: ReplicaView): void {
    // Epochs grow along the log, so the last batch tells whether any is of the leader's own epoch.
    const isLast = entry.lastOffset + 1 >= by.highWatermark;
    if (by.role !== "leader" || !isLast || entry.epoch === by.epoch) return;
    const fact = `leader ${by.id} of epoch ${by.epoch} commits up to offset ${entry.lastOffset} of epoch ${entry.epoch}, and nothing of its own epoch`;
    throw new InvariantBroken(this.name, fact);
  }
}
