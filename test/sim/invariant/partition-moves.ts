/**
 * ISR, leader and epochs of a partition move only as Kafka allows: the leader is in the ISR, the ISR among the
 * replicas, nobody joins it or leads while fenced, nobody who may lack records is elected unless that is configured or
 * asked for, a partition epoch counts every change and a leader epoch every new leader (KIP-497, KIP-841, KIP-966).
 * Known without any of the code that decides.
 */

import {
  type CommittedEntry,
  type FinalWorld,
  type Invariant,
  InvariantBroken,
  type UncleanElection,
} from "../observation.ts";
import { Registers } from "../registers.ts";
import { configKey, featureKey } from "../setting.ts";

interface Partition {
  replicas: readonly number[];
  isr: readonly number[];
  elr: readonly number[];
  lastKnownElr: readonly number[];
  /** Replicas that come and go. */
  adding: readonly number[];
  removing: readonly number[];
  leader: number;
  leaderEpoch: number;
  partitionEpoch: number;
}

const NO_CHANGE = -2;
const NONE = -1;
const TOPIC = 2;
const BROKER = 4;
const UNCLEAN = "unclean.leader.election.enable";
const MIN_ISR = "min.insync.replicas";
const ELR = featureKey("eligible.leader.replicas.version");

export class PartitionMoves implements Invariant {
  readonly name = "partition-moves";
  readonly #partitions = new Map<string, Partition>();
  /** Registered brokers, and whether each may serve. */
  readonly #active = new Map<number, { fenced: boolean; leaving: boolean }>();
  readonly #names = new Map<string, string>();
  readonly #settings = new Registers();
  /** Asked for, and not known to be over. */
  readonly #uncleanElections = new Map<number, UncleanElection>();

  onUncleanAsked(election: UncleanElection): void {
    this.#uncleanElections.set(election.id, election);
  }

  onUncleanAnswered(id: number): void {
    this.#uncleanElections.delete(id);
  }

  onCommitted(entry: CommittedEntry): void {
    const { records, baseOffset } = entry;
    const changed = this.#settings.apply(entry);
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
      if (type === "topic") this.#names.set(data.topicId, data.name);
      else if (type === "partition") this.#create(data, baseOffset);
      else if (type === "partitionChange") this.#move(data, baseOffset);
      else if (type === "clearElr") this.#clearElr(data.topicName);
      else if (type === "removeTopic") this.#removeAll(data.topicId);
    }
    for (const { key } of changed) this.#checkElrIsCleared(key, baseOffset);
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
      adding: data.addingReplicas,
      removing: data.removingReplicas,
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
      adding: data.addingReplicas ?? before.adding,
      removing: data.removingReplicas ?? before.removing,
      leader: data.leader === NO_CHANGE ? before.leader : data.leader,
      leaderEpoch: before.leaderEpoch + (data.leader === NO_CHANGE ? 0 : 1),
      partitionEpoch: before.partitionEpoch + 1,
    };
    this.#checkShape(key, at, after);
    this.#checkElr(key, at, before, after);
    const isUnclean = this.#mayBeUnclean(data.topicId, data.partitionId, at);
    const isOver = isMoving(before) && !isMoving(after);
    // Taking a move back may leave nobody in sync; then the first replica is taken, where that is allowed.
    const isTakenBack = isOver && before.adding.some((id) => !after.replicas.includes(id));
    for (const id of after.isr) {
      if (before.isr.includes(id)) continue;
      if (isTakenBack && isUnclean && after.isr.length === 1) continue;
      // Elected from among those who may lead without being in sync; at the end of a move it came into sync.
      const isElected = after.leader === id && after.isr.length === 1 && (!isOver || isTakenBack);
      if (!isElected && before.isr.length === 0 && before.leader === NONE) {
        this.#fail(key, at, `takes ${id} into the ISR without electing it`);
      }
      if (!this.#mayServe(id) && !isElected)
        this.#fail(key, at, `takes ${id} into the ISR, which may not serve`);
      if (isElected && !isUnclean) this.#checkEligible(key, at, before, id);
    }
    this.#partitions.set(key, after);
  }

  /** Configured for the topic or for all, or asked for. */
  #mayBeUnclean(topicId: string, partitionIndex: number, at: number): boolean {
    const topic = this.#names.get(topicId) ?? "";
    if (this.#configOf(topic, UNCLEAN, at) === "true") return true;
    for (const { partitions } of this.#uncleanElections.values()) {
      const isMeant =
        partitions === null ||
        partitions.some((one) => one.topic === topic && one.partitionIndex === partitionIndex);
      if (isMeant) return true;
    }
    return false;
  }

  /** What whoever decided on the batch at this offset knew. */
  #configOf(topic: string, name: string, at: number): string | null {
    const ofTopic = this.#settings.valueBefore(configKey(TOPIC, topic, name), at);
    return ofTopic ?? this.#settings.valueBefore(configKey(BROKER, "", name), at);
  }

  /** Only who was in sync is eligible, and nobody needs to be while enough are in sync. */
  #checkElr(key: string, at: number, before: Partition, after: Partition): void {
    for (const id of after.elr) {
      if (before.elr.includes(id) || before.isr.includes(id)) continue;
      this.#fail(key, at, `has ${id} in the ELR, which was in neither ISR nor ELR`);
    }
    const minIsr = Number(this.#configOf(this.#nameOf(key), MIN_ISR, at) ?? "1");
    if (after.elr.length > 0 && after.isr.length >= minIsr)
      this.#fail(key, at, `has ELR ${after.elr} beside ISR ${after.isr}, and ${minIsr} are enough`);
  }

  #clearElr(topicName: string): void {
    for (const [key, partition] of this.#partitions) {
      if (topicName !== "" && this.#nameOf(key) !== topicName) continue;
      if (partition.elr.length + partition.lastKnownElr.length === 0) continue;
      const partitionEpoch = partition.partitionEpoch + 1;
      this.#partitions.set(key, { ...partition, elr: [], lastKnownElr: [], partitionEpoch });
    }
  }

  /** Who is eligible depends on how many must be in sync: when that changes, nobody is. */
  #checkElrIsCleared(changedKey: string, at: number): void {
    if (!changedKey.startsWith("config ") || !changedKey.endsWith(` ${MIN_ISR}`)) return;
    if (this.#settings.valueBefore(ELR, at) === null || this.#settings.current(ELR) === null)
      return;
    for (const [key, { elr }] of this.#partitions) {
      const concerns = [
        configKey(BROKER, "", MIN_ISR),
        configKey(TOPIC, this.#nameOf(key), MIN_ISR),
      ];
      if (elr.length > 0 && concerns.includes(changedKey))
        this.#fail(key, at, `keeps ELR ${elr} although ${changedKey} changed`);
    }
  }

  #nameOf(key: string): string {
    return this.#names.get(key.slice(0, key.lastIndexOf("-"))) ?? "";
  }

  /** No broker from outside of the ISR is elected that may lack records: only one eligible, or the last that led. */
  #checkEligible(key: string, at: number, before: Partition, id: number): void {
    const { isr, elr, lastKnownElr } = before;
    if (elr.includes(id) || lastKnownElr.includes(id)) return;
    const others = `ISR ${isr}, ELR ${elr}, last known ELR ${lastKnownElr}`;
    this.#fail(key, at, `elects ${id} from outside of ${others}`);
  }

  #checkShape(key: string, at: number, { replicas, isr, elr, leader }: Partition): void {
    if (new Set(replicas).size !== replicas.length) this.#fail(key, at, "has a replica twice");
    if (new Set(isr).size !== isr.length) this.#fail(key, at, "has a broker in the ISR twice");
    // An eligible one may stay so although a move took its replica away.
    for (const id of isr) {
      if (!replicas.includes(id)) this.#fail(key, at, `has ${id} in the ISR, which is no replica`);
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

function isMoving({ adding, removing }: Partition): boolean {
  return adding.length > 0 || removing.length > 0;
}
