/** What a controller calls committed is what any other ever called committed there, and it stays. */

import { isSameEntry, Ledger } from "../ledger.ts";
import {
  type CommittedEntry,
  type Invariant,
  InvariantBroken,
  type ReplicaView,
} from "../observation.ts";

export class CommittedStays implements Invariant {
  readonly name = "committed-stays";
  readonly #ledger = new Ledger();
  /** By controller: the life, and up to where its committed log was compared. */
  readonly #compared = new Map<number, { life: number; endOffset: number }>();

  onReplica({ id, life, log, highWatermark, changes }: ReplicaView): void {
    let compared = this.#compared.get(id);
    if (compared?.life !== life) {
      compared = { life, endOffset: 0 };
      this.#compared.set(id, compared);
    }
    for (const change of changes) {
      if (change.kind === "truncated" && change.endOffset < compared.endOffset) {
        this.#fail(
          `${id} cuts its log at ${change.endOffset}, committed up to ${compared.endOffset}`,
        );
      }
    }
    const endOffset = Math.min(highWatermark, this.#ledger.endOffset);
    for (let offset = compared.endOffset; offset < endOffset; ) {
      const committed = this.#ledger.entryAt(offset);
      const own = log.entryAt(offset);
      if (committed === null || !isSameEntry(own, committed)) {
        this.#fail(`${id} has something else committed at ${offset}`);
      }
      offset = committed.lastOffset + 1;
    }
    compared.endOffset = Math.max(compared.endOffset, endOffset);
  }

  onCommitted(entry: CommittedEntry): void {
    this.#ledger.add(entry);
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
