/** A write is answered only once it is committed, and what it did is then in the log, at the offset that is told. */

import type { MetadataRecord } from "../../../src/protocol/metadata-record.ts";
import type { TopicOperation } from "../../linear/topic-model.ts";
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
  readonly #topicNames = new Map<string, string>();
  /** What was done, by itself and with the last offset of its batch. */
  readonly #done = new Set<string>();

  onCommitted(entry: CommittedEntry): void {
    this.#ledger.add(entry);
    for (const record of entry.records) {
      const deed = this.#deedOf(record);
      if (deed !== null) this.#done.add(deed).add(`${deed} at ${entry.lastOffset}`);
    }
  }

  onAcknowledged({ operation, offset }: Acknowledgement, committedEndOffset: number): void {
    const { kind, name } = operation.input;
    const what = `${kind} of ${name}`;
    if (offset !== null && offset >= committedEndOffset) {
      this.#fail(`${what} is answered at offset ${offset}, committed up to ${committedEndOffset}`);
    }
    const deed = acknowledgedDeed(operation);
    if (deed === null) return;
    const told = offset === null ? deed : `${deed} at ${offset}`;
    if (!this.#done.has(told)) this.#fail(`${what} is answered and not in the log: ${told}`);
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

  #deedOf({ type, data }: MetadataRecord): string | null {
    switch (type) {
      case "topic":
        this.#topicNames.set(data.topicId, data.name);
        return `${data.name} made as ${data.topicId}`;
      case "removeTopic":
        return `${data.topicId} removed`;
      case "partition":
        return `${this.#topicNames.get(data.topicId)} grown to ${data.partitionId + 1}`;
      default:
        return null;
    }
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}

/** Null when the answer does not say that anything was done, or to what. */
function acknowledgedDeed({ input, output }: TopicOperation): string | null {
  if (output?.kind === "created") return `${input.name} made as ${output.topicId}`;
  if (output?.kind === "deleted" && output.topicId !== null) return `${output.topicId} removed`;
  if (output?.kind === "grown" && input.kind === "grow")
    return `${input.name} grown to ${input.count}`;
  return null;
}
