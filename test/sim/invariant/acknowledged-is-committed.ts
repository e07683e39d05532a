/** A write is answered only once it is committed, and what it created is then in the log at that offset. */

import { Ledger } from "../ledger.ts";
import {
  type Acknowledgement,
  type CommittedEntry,
  type FinalWorld,
  type Invariant,
  InvariantBroken,
} from "../observation.ts";

export class AcknowledgedIsCommitted implements Invariant {
  readonly name = "acknowledged-is-committed";
  readonly #ledger = new Ledger();
  /** Acknowledged creations: the topic's id by name and id. */
  readonly #created = new Set<string>();
  readonly #committed = new Set<string>();

  onCommitted(entry: CommittedEntry): void {
    this.#ledger.add(entry);
    for (const record of entry.records) {
      if (record.type === "topic")
        this.#committed.add(`${record.data.name}/${record.data.topicId}`);
    }
  }

  onAcknowledged({ operation, offset }: Acknowledgement, committedEndOffset: number): void {
    const { input, output } = operation;
    const what = `${input.kind} of ${input.name}`;
    if (offset !== null && offset >= committedEndOffset) {
      this.#fail(`${what} is answered at offset ${offset}, committed up to ${committedEndOffset}`);
    }
    if (output?.kind !== "created") return;
    const topic = `${input.name}/${output.topicId}`;
    if (!this.#committed.has(topic))
      this.#fail(`${what} is answered and ${topic} is not committed`);
    this.#created.add(topic);
  }

  onEnd({ replicas }: FinalWorld): void {
    for (const { id, highWatermark } of replicas) {
      if (highWatermark < this.#ledger.endOffset) {
        this.#fail(
          `${id} has lost offset ${highWatermark} of ${this.#ledger.endOffset} committed ones`,
        );
      }
    }
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
