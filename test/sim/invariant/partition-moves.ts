/**
 * ISR, leader and epochs of a partition move only as Kafka allows: the leader is in the ISR, the ISR among the
 * replicas, nobody joins it or leads while fenced, a partition epoch counts every change and a leader epoch every new
 * leader (KIP-497, KIP-841, KIP-966). Known without any of the code that decides.
 */

import {
  type CommittedEntry,
  type FinalWorld,
  type Invariant,
  InvariantBroken,
} from "../observation.ts";

interface Partition {
  replicas: readonly number[];
  isr: readonly number[];
  elr: readonly number[];
  lastKnownElr: readonly number[];
  leader: number;
  leaderEpoch: number;
  partitionEpoch: number;
}

const NO_CHANGE = -2;
const NONE = -1;

export class PartitionMoves implements Invariant {
  readonly name = "partition-moves";
  readonly #partitions = new Map<string, Partition>();
  /** Registered brokers, and whether each may serve. */
  readonly #active = new Map<number, { fenced: boolean; leaving: boolean }>();

  onCommitted({ records, baseOffset }: CommittedEntry): void {
    // A batch is visible as a whole, so brokers that it changes count as they are after it.
    for (const { type, data } of records) {
      if (type === "registerBroker") {
        this.#active.set(data.brokerId, {
          fenced: data.fenced,
          leaving: data.inControlledShutdown,
        });
      } else if (type === "unregisterBroker") this.#active.delete(data.brokerId);
      else if (type === "fenceBroker" || type === "unfenceBroker") {
        this.#change(data.id, type === "fenceBroker" ? 1 : -1, 0);
      } else if (type === "brokerRegistrationChange") {
        this.#change(data.brokerId, data.fenced, data.inControlledShutdown);
      }
    }
    for (const { type, data } of records) {
      if (type === "partition") this.#create(data, baseOffset);
      else if (type === "partitionChange") this.#move(data, baseOffset);
      else if (type === "removeTopic") this.#removeAll(data.topicId);
    }
    // Not only those that the batch names: a broker that is fenced must leave what it led in the same batch.
    for (const [key, { leader }] of this.#partitions) {
      if (leader === NONE || this.#active.get(leader)?.fenced === false) continue;
      this.#fail(key, baseOffset, `is led by ${leader}, which is fenced`);
    }
  }

  onEnd({ partitions, replicas }: FinalWorld): void {
    if (partitions.length !== this.#partitions.size) {
      throw new InvariantBroken(
        this.name,
        `${this.#partitions.size} partitions were made, ${partitions.length} are there`,
      );
    }
    const at = Math.max(...replicas.map(({ highWatermark }) => highWatermark)) - 1;
    for (const {
      topicId,
      partitionIndex,
      leader,
      leaderEpoch,
      partitionEpoch,
      isr,
    } of partitions) {
      const key = `${topicId}-${partitionIndex}`;
      const known = this.#partitions.get(key);
      if (known === undefined) this.#fail(key, at, "is not in the log");
      const isSame =
        known.leader === leader &&
        known.leaderEpoch === leaderEpoch &&
        known.partitionEpoch === partitionEpoch &&
        String(known.isr) === String(isr);
      if (isSame) continue;
      const is = `leader ${leader} in epoch ${leaderEpoch}, partition epoch ${partitionEpoch}, ISR ${isr}`;
      const should = `${known.leader}, ${known.leaderEpoch}, ${known.partitionEpoch}, ${known.isr}`;
      this.#fail(key, at, `has ${is}; its records say ${should}`);
    }
  }

  #change(brokerId: number, fenced: number, leaving: number): void {
    const broker = this.#active.get(brokerId);
    if (broker === undefined) return;
    if (fenced !== 0) broker.fenced = fenced > 0;
    if (leaving !== 0) broker.leaving = true;
  }

  #create(
    data: Extract<CommittedEntry["records"][number], { type: "partition" }>["data"],
    at: number,
  ): void {
    const { topicId, partitionId, replicas, isr, leader, leaderEpoch, partitionEpoch } = data;
    const key = `${topicId}-${partitionId}`;
    if (leaderEpoch !== 0 || partitionEpoch !== 0) this.#fail(key, at, "does not begin in epoch 0");
    const partition = {
      replicas,
      isr,
      elr: [],
      lastKnownElr: [],
      leader,
      leaderEpoch,
      partitionEpoch,
    };
    this.#checkShape(key, at, partition);
    if (leader === NONE) this.#fail(key, at, "is created without a leader");
    for (const id of isr)
      if (!this.#mayServe(id)) this.#fail(key, at, `is created with ${id} in sync`);
    this.#partitions.set(key, partition);
  }

  #move(
    data: Extract<CommittedEntry["records"][number], { type: "partitionChange" }>["data"],
    at: number,
  ): void {
    const key = `${data.topicId}-${data.partitionId}`;
    const before = this.#partitions.get(key);
    if (before === undefined) return;
    const after: Partition = {
      replicas: data.replicas ?? before.replicas,
      isr: data.isr ?? before.isr,
      elr: data.eligibleLeaderReplicas ?? before.elr,
      lastKnownElr: data.lastKnownElr ?? before.lastKnownElr,
      leader: data.leader === NO_CHANGE ? before.leader : data.leader,
      leaderEpoch: before.leaderEpoch + (data.leader === NO_CHANGE ? 0 : 1),
      partitionEpoch: before.partitionEpoch + 1,
    };
    this.#checkShape(key, at, after);
    for (const id of after.isr) {
      if (before.isr.includes(id)) continue;
      // Elected from among those who may lead without being in sync.
      const isElected = after.leader === id && after.isr.length === 1;
      if (!isElected && before.isr.length === 0 && before.leader === NONE) {
        this.#fail(key, at, `takes ${id} into the ISR without electing it`);
      }
      if (!this.#mayServe(id) && !isElected)
        this.#fail(key, at, `takes ${id} into the ISR, which may not serve`);
      if (isElected) this.#checkEligible(key, at, before, id);
    }
    this.#partitions.set(key, after);
  }

  /** No broker from outside of the ISR is elected that may lack records: only one eligible, or the last that led. */
  #checkEligible(key: string, at: number, { elr, lastKnownElr }: Partition, id: number): void {
    if (elr.includes(id) || lastKnownElr.includes(id)) return;
    this.#fail(key, at, `elects ${id} from outside of ISR and ELR`);
  }

  #checkShape(key: string, at: number, { replicas, isr, elr, leader }: Partition): void {
    if (new Set(replicas).size !== replicas.length) this.#fail(key, at, "has a replica twice");
    if (new Set(isr).size !== isr.length) this.#fail(key, at, "has a broker in the ISR twice");
    for (const id of [...isr, ...elr]) {
      if (!replicas.includes(id))
        this.#fail(key, at, `has ${id} in ISR or ELR, which is no replica`);
    }
    for (const id of elr) if (isr.includes(id)) this.#fail(key, at, `has ${id} in ISR and ELR`);
    if (leader !== NONE && !isr.includes(leader))
      this.#fail(key, at, `is led by ${leader} from outside of the ISR`);
  }

  #mayServe(id: number): boolean {
    const broker = this.#active.get(id);
    return broker !== undefined && !broker.fenced && !broker.leaving;
  }

  #removeAll(topicId: string): void {
    for (const key of this.#partitions.keys())
      if (key.startsWith(`${topicId}-`)) this.#partitions.delete(key);
  }

  #fail(key: string, at: number, fact: string): never {
    throw new InvariantBroken(this.name, `partition ${key} ${fact} at offset ${at}`);
  }
}
