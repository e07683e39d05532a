/** What must hold of all replicas after every event. Each rule throws with the facts. */

import type { Replica } from "../../src/raft/replica.ts";
import type { Entry, RecordedLog } from "./recorded-log.ts";

export interface Observed {
  readonly id: number;
  readonly log: RecordedLog;
  readonly replica: Replica | null;
  readonly storedEpoch: number;
}

function fail(fact: string): never {
  throw new Error(`Invariant broken: ${fact}`);
}

export class Invariants {
  readonly #leaderOfEpoch = new Map<number, number>();
  readonly #entries = new Map<string, Entry>();
  readonly #committed: Entry[] = [];
  readonly #seen = new Map<
    number,
    {
      replica: Replica | null;
      epoch: number;
      highWatermark: number;
      end: number;
      last: Entry | undefined;
      leading: number;
    }
  >();

  get committedOffset(): number {
    return (this.#committed.at(-1)?.lastOffset ?? -1) + 1;
  }

  get leaders(): ReadonlyMap<number, number> {
    return this.#leaderOfEpoch;
  }

  /** A replica that lost its disk starts anew. */
  forget(id: number): void {
    this.#seen.delete(id);
  }

  /** Checks the replica that has just acted. */
  check(node: Observed, all: readonly Observed[]): void {
    const { replica, id } = node;
    if (replica === null) return;
    const before = this.#seen.get(id);
    if (before !== undefined && replica.epoch < before.epoch) {
      fail(`epoch of ${id} went from ${before.epoch} to ${replica.epoch}`);
    }
    if (replica.epoch !== node.storedEpoch) {
      fail(`${id} acts in epoch ${replica.epoch} and has stored ${node.storedEpoch}`);
    }
    const isSame = before?.replica === replica;
    const highWatermark = replica.highWatermark;
    if (isSame && highWatermark < before.highWatermark) {
      fail(`high watermark of ${id} went from ${before.highWatermark} to ${highWatermark}`);
    }
    if (highWatermark > node.log.endOffset) {
      fail(`${id} has committed ${highWatermark} of ${node.log.endOffset}`);
    }
    this.#checkLog(node, before?.last);
    if (replica.isLeader) this.#checkLeader(node, before?.leading ?? -1);
    if (!isSame || highWatermark > before.highWatermark) this.#checkCommitted(node, all);
    this.#seen.set(id, {
      replica,
      epoch: replica.epoch,
      highWatermark,
      end: node.log.endOffset,
      last: node.log.entries.at(-1),
      leading: replica.isLeader ? replica.epoch : -1,
    });
  }

  /** Equal (offset, epoch) means equal batch and equal predecessor, hence equal prefix. */
  #checkLog({ id, log }: Observed, last: Entry | undefined): void {
    for (let i = log.entries.length - 1; i >= 0; i--) {
      const entry = log.entries[i]!;
      if (entry === last) return;
      const key = `${entry.baseOffset}/${entry.epoch}`;
      const known = this.#entries.get(key);
      if (known === undefined) {
        this.#entries.set(key, entry);
        continue;
      }
      if (known === entry) return;
      if (known.checksum !== entry.checksum || known.previousEpoch !== entry.previousEpoch) {
        fail(`the batch ${key} of ${id} differs from another replica's`);
      }
    }
  }

  #checkLeader({ id, log, replica }: Observed, leadingBefore: number): void {
    const epoch = replica!.epoch;
    const leader = this.#leaderOfEpoch.get(epoch);
    if (leader !== undefined && leader !== id) fail(`${leader} and ${id} lead epoch ${epoch}`);
    if (leadingBefore === epoch) return;
    if (leader === id) fail(`${id} leads epoch ${epoch} twice`);
    this.#leaderOfEpoch.set(epoch, id);
    for (const entry of this.#committed) {
      if (!sameEntry(log.entryAt(entry.baseOffset), entry)) {
        fail(`leader ${id} of epoch ${epoch} lacks the committed offset ${entry.baseOffset}`);
      }
    }
  }

  #checkCommitted({ id, log, replica }: Observed, all: readonly Observed[]): void {
    const highWatermark = replica!.highWatermark;
    for (const entry of this.#committed) {
      if (entry.baseOffset >= highWatermark) break;
      if (!sameEntry(log.entryAt(entry.baseOffset), entry)) {
        fail(`${id} has something else committed at ${entry.baseOffset}`);
      }
    }
    const from = this.committedOffset;
    if (highWatermark <= from) return;
    for (const entry of log.entries) {
      if (entry.baseOffset < from || entry.lastOffset >= highWatermark) continue;
      const holders = all.filter((node) => sameEntry(node.log.entryAt(entry.baseOffset), entry));
      if (holders.length * 2 <= replica!.voters().length) {
        fail(`offset ${entry.baseOffset} is committed by ${id} and held by ${holders.length}`);
      }
      this.#committed.push(entry);
    }
    if (replica!.isLeader && highWatermark <= replica!.epochStartOffset) {
      fail(`leader ${id} committed ${highWatermark} before its own epoch`);
    }
  }
}

function sameEntry(a: Entry | undefined, b: Entry): boolean {
  return a?.baseOffset === b.baseOffset && a.epoch === b.epoch && a.checksum === b.checksum;
}
