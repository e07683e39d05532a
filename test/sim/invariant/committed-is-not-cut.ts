/**
 * No controller truncates what is committed: nothing below its own high watermark (KAFKA-12460), and nothing that it
 * had and that was committed in its epoch or before, even if it does not know that yet.
 */

import { isSameEntry, Ledger } from "../ledger.ts";
import {
  type CommittedEntry,
  type Invariant,
  InvariantBroken,
  type LogOfEntries,
  type ReplicaView,
} from "../observation.ts";

interface Before {
  readonly life: number;
  readonly epoch: number;
  readonly highWatermark: number;
  /** Up to here its log was the committed one. */
  readonly sameEndOffset: number;
}

export class CommittedIsNotCut implements Invariant {
  readonly name = "committed-is-not-cut";
  readonly #ledger = new Ledger();
  /** By base offset: the epoch of whoever first called a batch committed. */
  readonly #committedIn = new Map<number, number>();
  readonly #before = new Map<number, Before>();

  onReplica({ id, life, epoch, highWatermark, log, changes }: ReplicaView): void {
    const known = this.#before.get(id);
    const before = known?.life === life ? known : null;
    let sameEndOffset = before?.sameEndOffset ?? 0;
    for (const change of changes) {
      if (change.kind !== "truncated" || before === null) continue;
      this.#check(id, change.endOffset, before);
      sameEndOffset = Math.min(sameEndOffset, change.endOffset);
    }
    sameEndOffset = this.#compare(log, sameEndOffset);
    this.#before.set(id, { life, epoch, highWatermark, sameEndOffset });
  }

  onCommitted(entry: CommittedEntry, by: ReplicaView): void {
    this.#ledger.add(entry);
    this.#committedIn.set(entry.baseOffset, by.epoch);
  }

  #check(id: number, endOffset: number, { epoch, highWatermark, sameEndOffset }: Before): void {
    const cuts = `${id} cuts its log at ${endOffset}`;
    if (endOffset < highWatermark) {
      this.#fail(`${cuts}, below its high watermark ${highWatermark}`);
    }
    // Who follows a leader of an older epoch may still have to cut what a newer one has committed.
    const committedIn = this.#committedIn.get(endOffset) ?? Number.POSITIVE_INFINITY;
    if (endOffset < sameEndOffset && committedIn <= epoch) {
      this.#fail(`${cuts} in epoch ${epoch}, which was committed in epoch ${committedIn}`);
    }
  }

  /** How far the log is the committed one, which it is up to `from`. */
  #compare(log: LogOfEntries, from: number): number {
    let endOffset = from;
    for (;;) {
      const committed = this.#ledger.entryAt(endOffset);
      if (committed === null || !isSameEntry(log.entryAt(endOffset), committed)) return endOffset;
      endOffset = committed.lastOffset + 1;
    }
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
