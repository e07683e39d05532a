/** Two logs that hold a batch with the same offset and epoch are equal up to it (Raft). */

import { type Entry, type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

interface Known extends Entry {
  readonly epochBefore: number;
}

export class LogMatching implements Invariant {
  readonly name = "log-matching";
  readonly #entries = new Map<number, Known>();

  onReleased({ id, log, changes }: ReplicaView): void {
    for (const change of changes) {
      if (change.kind !== "appended") continue;
      const entry = log.entryAt(change.batch.baseOffset);
      // Appended and cut off again in one transaction.
      if (entry === null || entry.epoch !== change.batch.leaderEpoch) continue;
      this.#compare(id, { ...entry, epochBefore: log.entryBefore(entry.baseOffset)?.epoch ?? 0 });
    }
  }

  #compare(id: number, entry: Known): void {
    const key = entry.epoch * 2 ** 32 + entry.baseOffset;
    const known = this.#entries.get(key);
    if (known === undefined) {
      this.#entries.set(key, entry);
      return;
    }
    const isSame =
      known.checksum === entry.checksum &&
      known.lastOffset === entry.lastOffset &&
      known.epochBefore === entry.epochBefore;
    if (isSame) return;
    const at = `offset ${entry.baseOffset} of epoch ${entry.epoch}`;
    throw new InvariantBroken(this.name, `the batch at ${at} of ${id} differs from another one's`);
  }
}
