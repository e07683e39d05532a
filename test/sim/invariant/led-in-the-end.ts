/**
 * Once all brokers are back every partition that can be led is led; by its first replica where that is in sync, if
 * leaders are balanced (KIP-460, KIP-966).
 */

import {
  type CommittedEntry,
  type FinalPartition,
  type FinalWorld,
  type Invariant,
  InvariantBroken,
} from "../observation.ts";

const NO_CHANGE = -2;
const NONE = -1;
/** For a batch to be committed. */
const MARGIN_MS = 500;

export class LedInTheEnd implements Invariant {
  readonly name = "led-in-the-end";
  /** Leaderless when one of their replicas was put into another directory: nobody is elected for that, as in Kafka. */
  readonly #placed = new Set<string>();

  onCommitted({ records }: CommittedEntry): void {
    for (const { type, data } of records) {
      if (type !== "partitionChange") continue;
      const key = `${data.topicId}-${data.partitionId}`;
      if (data.leader !== NO_CHANGE) this.#placed.delete(key);
      else if (data.directories !== null) this.#placed.add(key);
    }
  }

  onEnd({ partitions, leader }: FinalWorld): void {
    for (const partition of partitions) {
      const { leader: leaderId, isr, elr, able } = partition;
      const candidate = (isr.length > 0 ? isr : elr).find((id) => able.includes(id));
      const { topicId, partitionIndex } = partition;
      const isPlaced = this.#placed.has(`${topicId}-${partitionIndex}`);
      if (leaderId === NONE && candidate !== undefined && !isPlaced) {
        this.#fail(partition, `has no leader, and ${candidate} could be`);
      }
    }
    const everyMs = leader?.balancesEveryMs ?? null;
    if (leader === null || everyMs === null || leader.undisturbedMs < 2 * everyMs + MARGIN_MS)
      return;
    for (const partition of partitions) {
      const { leader: leaderId, isr, able, replicas } = partition;
      const [preferred = NONE] = replicas;
      if (leaderId === preferred || !isr.includes(preferred) || !able.includes(preferred)) continue;
      this.#fail(partition, `is led by ${leaderId}, and ${preferred} is in sync`);
    }
  }

  #fail({ topicId, partitionIndex }: FinalPartition, fact: string): never {
    throw new InvariantBroken(this.name, `partition ${topicId}-${partitionIndex} ${fact}`);
  }
}
