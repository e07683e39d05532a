/**
 * What each setting was at each offset, read from the records alone: none of the code that decides or applies them is
 * used.
 */

import type { MetadataRecord } from "../../src/protocol/metadata-record.ts";
import type { CommittedEntry } from "./observation.ts";
import {
  aclKey,
  configKey,
  credentialKey,
  credentialValue,
  featureKey,
  movingKey,
  PRESENT,
  placesKey,
  quotaKey,
  type SettingChange,
  tokenKey,
} from "./setting.ts";

const TOPIC = 2;

interface Held {
  /** Last offset of the batch; a batch is visible as a whole. */
  readonly offset: number;
  readonly value: string | null;
}

interface Partition {
  replicas: readonly number[];
  adding: readonly number[];
  removing: readonly number[];
}

interface Topic {
  readonly name: string;
  readonly partitions: Map<number, Partition>;
}

type DataOf<N extends MetadataRecord["type"]> = Extract<MetadataRecord, { type: N }>["data"];

export class Registers {
  readonly #held = new Map<string, Held[]>();
  /** What an entry says, by its id. */
  readonly #acls = new Map<string, string>();
  readonly #topics = new Map<string, Topic>();
  #offset = -1;
  #changed: SettingChange[] = [];

  /** Takes a batch in; returns what it changed. */
  apply({ records, lastOffset }: CommittedEntry): readonly SettingChange[] {
    this.#offset = lastOffset;
    this.#changed = [];
    for (const record of records) this.#apply(record);
    return this.#changed;
  }

  /** The value at the newest offset. */
  current(key: string): string | null {
    return this.#held.get(key)?.at(-1)?.value ?? null;
  }

  /** The value just before an offset. */
  valueBefore(key: string, offset: number): string | null {
    return this.#held.get(key)?.findLast((held) => held.offset < offset)?.value ?? null;
  }

  /** Whether the setting was `value` at some moment from just before offset `from` until just before offset `end`. */
  wasHeld({ key, value }: SettingChange, from: number, end: number): boolean {
    // The replicas that are wanted come first; those that have to go are behind them.
    const isIt = key.startsWith("places ")
      ? (held: string | null) => `${held},`.startsWith(`${value},`)
      : (held: string | null) => held === value;
    if (isIt(this.valueBefore(key, from))) return true;
    const held = this.#held.get(key) ?? [];
    return held.some(({ offset, value: then }) => offset >= from && offset < end && isIt(then));
  }

  /** How often the setting has changed from offset `from` until just before offset `end`. */
  changes(key: string, from: number, end: number): number {
    const held = this.#held.get(key) ?? [];
    return held.filter(({ offset }) => offset >= from && offset < end).length;
  }

  /** Every setting that is not gone. */
  *all(): Iterable<SettingChange> {
    for (const [key, held] of this.#held) {
      const value = held.at(-1)?.value ?? null;
      if (value !== null) yield { key, value };
    }
  }

  #apply({ type, data }: MetadataRecord): void {
    switch (type) {
      case "config":
        this.#set(configKey(data.resourceType, data.resourceName, data.name), data.value);
        return;
      case "clientQuota":
        this.#set(quotaKey(data.entity, data.key), data.remove ? null : String(data.value));
        return;
      case "userScramCredential":
        this.#set(
          credentialKey(data.name, data.mechanism),
          credentialValue(data.iterations, data.salt),
        );
        return;
      case "removeUserScramCredential":
        this.#set(credentialKey(data.name, data.mechanism), null);
        return;
      case "delegationToken":
        this.#set(tokenKey(data.tokenId), String(data.expirationTimestamp));
        return;
      case "removeDelegationToken":
        this.#set(tokenKey(data.tokenId), null);
        return;
      case "accessControlEntry":
        this.#acls.set(data.id, aclKey(data));
        this.#set(aclKey(data), PRESENT);
        return;
      case "removeAccessControlEntry":
        this.#set(this.#acls.get(data.id) ?? `acl of unknown id ${data.id}`, null);
        return;
      case "featureLevel":
        this.#set(featureKey(data.name), data.featureLevel === 0 ? null : `${data.featureLevel}`);
        return;
      default:
        this.#applyToTopic({ type, data } as MetadataRecord);
    }
  }

  #applyToTopic({ type, data }: MetadataRecord): void {
    switch (type) {
      case "topic":
        this.#topics.set(data.topicId, { name: data.name, partitions: new Map() });
        return;
      case "removeTopic":
        this.#removeTopic(data.topicId);
        return;
      case "partition":
        this.#place(data.topicId, data.partitionId, {
          replicas: data.replicas,
          adding: data.addingReplicas,
          removing: data.removingReplicas,
        });
        return;
      case "partitionChange":
        this.#move(data);
    }
  }

  #move(data: DataOf<"partitionChange">): void {
    const { topicId, partitionId, replicas, addingReplicas, removingReplicas } = data;
    const before = this.#topics.get(topicId)?.partitions.get(partitionId);
    if (before === undefined) return;
    this.#place(topicId, partitionId, {
      replicas: replicas ?? before.replicas,
      adding: addingReplicas ?? before.adding,
      removing: removingReplicas ?? before.removing,
    });
  }

  #place(topicId: string, partitionIndex: number, partition: Partition): void {
    const topic = this.#topics.get(topicId);
    if (topic === undefined) return;
    topic.partitions.set(partitionIndex, partition);
    const { replicas, adding, removing } = partition;
    this.#set(placesKey(topic.name, partitionIndex), replicas.join());
    const isMoving = adding.length > 0 || removing.length > 0;
    this.#set(movingKey(topic.name, partitionIndex), isMoving ? "true" : null);
  }

  #removeTopic(topicId: string): void {
    const topic = this.#topics.get(topicId);
    if (topic === undefined) return;
    this.#topics.delete(topicId);
    for (const partitionIndex of topic.partitions.keys()) {
      this.#set(placesKey(topic.name, partitionIndex), null);
      this.#set(movingKey(topic.name, partitionIndex), null);
    }
    const configs = configKey(TOPIC, topic.name, "");
    for (const key of this.#held.keys()) if (key.startsWith(configs)) this.#set(key, null);
  }

  #set(key: string, value: string | null): void {
    if (this.current(key) === value) return;
    const held = this.#held.get(key) ?? [];
    // Within a batch only the last one can be seen.
    if (held.at(-1)?.offset === this.#offset) held.pop();
    held.push({ offset: this.#offset, value });
    this.#held.set(key, held);
    this.#changed.push({ key, value });
  }
}
