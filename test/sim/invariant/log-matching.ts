/** Two logs that hold a batch with the same offset and epoch are equal up to it (Raft). */

import {
  type Entry,
  type Invariant,
  InvariantBroken,
  type LogOfEntries,
  type ReplicaView,
} from "../observation.ts";

interface Known extends Entry {
  readonly epochBefore: number;
}

export class LogMatching implements Invariant {
  readonly name = "log-matching";
  readonly #entries = new Map<number, Known>();
  readonly #lives = new Map<number, number>();

  onReleased({ id, life, log, changes }: ReplicaView): void {
    if (this.#lives.get(id) !== life) {
      this.#lives.set(id, life);
      this.#compareAll(id, log);
    }
    for (const change of changes) {
      if (change.kind !== "appended") continue;
      const entry = log.entryAt(change.batch.baseOffset);
      // Appended and cut off again in one transaction.
      if (entry === null || entry.epoch !== change.batch.leaderEpoch) continue;
      this.#compare(id, { ...entry, epochBefore: log.entryBefore(entry.baseOffset)?.epoch ?? 0 });
    }
  }

  /** A life begins with what the one before had written, whether that was ever released or not. */
  #compareAll(id: number, log: LogOfEntries): void {
    let epochBefore = 0;
    for (let offset = 0; offset < log.endOffset; ) {
      const entry = log.entryAt(offset);
      if (entry === null) return;
      this.#compare(id, { ...entry, epochBefore });
      epochBefore = entry.epoch;
      offset = entry.lastOffset + 1;
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
