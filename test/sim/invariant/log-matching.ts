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

  /** What is appended must fit to what is known, also before it is on disk. */
  onReplica(view: ReplicaView): void {
    for (const entry of appendedIn(view)) this.#compare(view.id, entry);
  }

  onReleased(view: ReplicaView): void {
    const { id, life, log } = view;
    if (this.#lives.get(id) !== life) {
      this.#lives.set(id, life);
      this.#compareAll(id, log);
    }
    for (const entry of appendedIn(view)) this.#learn(id, entry);
  }

  /** A life begins with what the one before had written, whether that was ever released or not. */
  #compareAll(id: number, log: LogOfEntries): void {
    let epochBefore = 0;
    for (let offset = 0; offset < log.endOffset; ) {
      const entry = log.entryAt(offset);
      if (entry === null) return;
      this.#learn(id, { ...entry, epochBefore });
      epochBefore = entry.epoch;
      offset = entry.lastOffset + 1;
    }
  }

  #learn(id: number, entry: Known): void {
    this.#compare(id, entry);
    this.#entries.set(keyOf(entry), entry);
  }

  #compare(id: number, entry: Known): void {
    const known = this.#entries.get(keyOf(entry));
    if (known === undefined) return;
    const isSame =
      known.checksum === entry.checksum &&
      known.lastOffset === entry.lastOffset &&
      known.epochBefore === entry.epochBefore;
    if (isSame) return;
    const at = `offset ${entry.baseOffset} of epoch ${entry.epoch}`;
    throw new InvariantBroken(this.name, `the batch at ${at} of ${id} differs from another one's`);
  }
}

function keyOf({ epoch, baseOffset }: Entry): number {
  return epoch * 2 ** 32 + baseOffset;
}

/** What a transaction has appended and not cut off again. */
function appendedIn({ log, changes }: ReplicaView): Known[] {
  const entries: Known[] = [];
  for (const change of changes) {
    if (change.kind !== "appended") continue;
    const entry = log.entryAt(change.batch.baseOffset);
    if (entry === null || entry.epoch !== change.batch.leaderEpoch) continue;
    entries.push({ ...entry, epochBefore: log.entryBefore(entry.baseOffset)?.epoch ?? 0 });
  }
  return entries;
}
