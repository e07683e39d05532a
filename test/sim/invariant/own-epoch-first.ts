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
    if (by.role !== "leader" || by.highWatermark > by.epochStartOffset) return;
    const fact = `leader ${by.id} of epoch ${by.epoch} commits offset ${entry.baseOffset} of epoch ${entry.epoch} before ${by.epochStartOffset}, where its own epoch begins`;
    throw new InvariantBroken(this.name, fact);
  }
}
