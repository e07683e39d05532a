/** A small model of a cluster, kept from the records of its log; everything in it is under the shared names. */

import type { Json, NormalRecord } from "./normalize.ts";

export interface PartitionState {
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
  readonly removing: readonly number[];
  readonly adding: readonly number[];
  readonly directories: readonly string[];
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly recovery: number;
}

export interface TopicState {
  readonly name: string;
  readonly id: string;
  readonly partitions: Map<number, PartitionState>;
}

export interface BrokerState {
  readonly id: number;
  readonly epoch: string;
  readonly incarnationId: string;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
  readonly rack: string | null;
  readonly logDirs: readonly string[];
  readonly cordonedLogDirs: readonly string[];
}

type Data = Readonly<Record<string, Json>>;

export class ClusterModel {
  readonly topics = new Map<string, TopicState>();
  readonly brokers = new Map<number, BrokerState>();
  readonly controllers = new Set<number>();
  readonly features = new Map<string, number>();
  /** `type/name` to key to value. */
  readonly configs = new Map<string, Map<string, string>>();
  readonly acls = new Map<string, Data>();
  readonly quotas = new Map<string, number>();
  /** `name/mechanism` of each credential. */
  readonly credentials = new Map<string, Data>();
  readonly tokens = new Map<string, Data>();
  nextProducerId = 0;
  readonly #names = new Map<string, string>();

  apply(record: NormalRecord): void {
    const { type, data } = record;
    switch (type) {
      case "topic":
      case "removeTopic":
      case "partition":
      case "partitionChange":
        this.#applyTopic(type, data);
        break;
      case "registerBroker":
      case "unregisterBroker":
      case "fenceBroker":
      case "unfenceBroker":
      case "brokerRegistrationChange":
        this.#applyBroker(type, data);
        break;
      case "clearElr":
        this.#clearElr(String(data.topicName));
        break;
      default:
        this.#applyOther(type, data);
    }
  }

  /** The topic that a record or an answer means by an id. */
  topicById(id: string): TopicState | null {
    return this.topics.get(this.#names.get(id) ?? "") ?? null;
  }

  #applyTopic(type: NormalRecord["type"], data: Data): void {
    const id = String(data.topicId);
    if (type === "topic") {
      const name = String(data.name);
      this.topics.set(name, { name, id, partitions: new Map() });
      this.#names.set(id, name);
      return;
    }
    const topic = this.topicById(id);
    if (topic === null) return;
    if (type === "removeTopic") {
      this.topics.delete(topic.name);
      this.configs.delete(`2/${topic.name}`);
      return;
    }
    const index = Number(data.partitionId);
    const before = topic.partitions.get(index);
    if (type === "partition") topic.partitions.set(index, partitionOf(data));
    else if (before !== undefined) topic.partitions.set(index, changed(before, data));
  }

  #applyBroker(type: NormalRecord["type"], data: Data): void {
    const id = Number(data.brokerId ?? data.id);
    const before = this.brokers.get(id);
    if (type === "registerBroker") this.brokers.set(id, brokerOf(data));
    if (before === undefined) return;
    if (type === "unregisterBroker") this.brokers.delete(id);
    if (type === "fenceBroker") this.brokers.set(id, { ...before, fenced: true });
    if (type === "unfenceBroker") this.brokers.set(id, { ...before, fenced: false });
    if (type === "brokerRegistrationChange") this.brokers.set(id, changedBroker(before, data));
  }

  #clearElr(topicName: string): void {
    for (const topic of this.topics.values()) {
      if (topicName !== "" && topic.name !== topicName) continue;
      for (const [index, partition] of topic.partitions) {
        topic.partitions.set(index, { ...partition, elr: [], lastKnownElr: [] });
      }
    }
  }

  #applyOther(type: NormalRecord["type"], data: Data): void {
    switch (type) {
      case "config":
        this.#applyConfig(data);
        break;
      case "featureLevel":
        this.features.set(String(data.name), Number(data.featureLevel));
        break;
      case "producerIds":
        this.nextProducerId = Number(data.nextProducerId);
        break;
      case "registerController":
        this.controllers.add(Number(data.controllerId));
        break;
      case "unregisterController":
        this.controllers.delete(Number(data.controllerId));
        break;
      case "accessControlEntry":
        this.acls.set(String(data.id), data);
        break;
      case "removeAccessControlEntry":
        this.acls.delete(String(data.id));
        break;
      case "delegationToken":
        this.tokens.set(String(data.tokenId), data);
        break;
      case "removeDelegationToken":
        this.tokens.delete(String(data.tokenId));
        break;
      case "userScramCredential":
        this.credentials.set(`${data.name}/${data.mechanism}`, data);
        break;
      case "removeUserScramCredential":
        this.credentials.delete(`${data.name}/${data.mechanism}`);
        break;
      case "clientQuota":
        this.#applyQuota(data);
        break;
      default:
        break;
    }
  }

  #applyConfig(data: Data): void {
    const resource = `${data.resourceType}/${data.resourceName}`;
    const keys = this.configs.get(resource) ?? new Map<string, string>();
    if (data.value === null) keys.delete(String(data.name));
    else keys.set(String(data.name), String(data.value));
    if (keys.size === 0) this.configs.delete(resource);
    else this.configs.set(resource, keys);
  }

  #applyQuota(data: Data): void {
    const key = `${JSON.stringify(data.entity)} ${data.key}`;
    if (data.remove === true) this.quotas.delete(key);
    else this.quotas.set(key, Number(data.value));
  }

  /** Everything but what each side registers of itself, in a form that can be compared. */
  toText(): string {
    const { topics, brokers, features, configs, acls, quotas, credentials, tokens } = this;
    const parts = { topics, brokers, features, configs, acls, quotas, credentials, tokens };
    return JSON.stringify(
      { ...parts, nextProducerId: this.nextProducerId },
      (_, value: unknown) => {
        return value instanceof Map
          ? [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
          : value;
      },
    );
  }
}

function numbers(value: Json | undefined): readonly number[] {
  return (value ?? []) as readonly number[];
}

function texts(value: Json | undefined): readonly string[] {
  return (value ?? []) as readonly string[];
}

function partitionOf(data: Data): PartitionState {
  return {
    replicas: numbers(data.replicas),
    isr: numbers(data.isr),
    elr: numbers(data.eligibleLeaderReplicas),
    lastKnownElr: numbers(data.lastKnownElr),
    removing: numbers(data.removingReplicas),
    adding: numbers(data.addingReplicas),
    directories: texts(data.directories),
    leader: Number(data.leader),
    leaderEpoch: Number(data.leaderEpoch),
    partitionEpoch: Number(data.partitionEpoch),
    recovery: Number(data.leaderRecoveryState),
  };
}

const NO_LEADER_CHANGE = -2;

function changed(before: PartitionState, data: Data): PartitionState {
  const leader = Number(data.leader);
  const hasLeader = leader !== NO_LEADER_CHANGE;
  return {
    replicas: numbers(data.replicas ?? [...before.replicas]),
    isr: numbers(data.isr ?? [...before.isr]),
    elr: numbers(data.eligibleLeaderReplicas ?? [...before.elr]),
    lastKnownElr: numbers(data.lastKnownElr ?? [...before.lastKnownElr]),
    removing: numbers(data.removingReplicas ?? [...before.removing]),
    adding: numbers(data.addingReplicas ?? [...before.adding]),
    directories: texts(data.directories ?? [...before.directories]),
    leader: hasLeader ? leader : before.leader,
    leaderEpoch: before.leaderEpoch + (hasLeader ? 1 : 0),
    partitionEpoch: before.partitionEpoch + 1,
    recovery: data.leaderRecoveryState === -1 ? before.recovery : Number(data.leaderRecoveryState),
  };
}

function brokerOf(data: Data): BrokerState {
  return {
    id: Number(data.brokerId),
    epoch: String(data.brokerEpoch),
    incarnationId: String(data.incarnationId),
    fenced: data.fenced === true,
    inControlledShutdown: data.inControlledShutdown === true,
    rack: data.rack === null ? null : String(data.rack),
    logDirs: texts(data.logDirs),
    cordonedLogDirs: texts(data.cordonedLogDirs),
  };
}

function changedBroker(before: BrokerState, data: Data): BrokerState {
  const fenced = Number(data.fenced);
  return {
    ...before,
    fenced: fenced === 0 ? before.fenced : fenced > 0,
    inControlledShutdown: before.inControlledShutdown || Number(data.inControlledShutdown) > 0,
    logDirs: texts(data.logDirs).length === 0 ? before.logDirs : texts(data.logDirs),
    cordonedLogDirs: texts(data.cordonedLogDirs ?? [...before.cordonedLogDirs]),
  };
}
