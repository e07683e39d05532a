/** A side with brokers that heartbeat, and the changes that every case makes to it. */

import { ErrorCode, errorName } from "../src/base/error-code.ts";
import type { KafkaClient } from "../test/support/kafka-client.ts";
import { SimulatedBroker } from "../test/support/simulated-broker.ts";
import { activeMember, connectActive, type KafkaSide, type Member } from "./side/kafka-side.ts";
import { waitMs } from "./wait.ts";

export const REPLICATION_FACTOR = 3;
const BROKER_IDS = [101, 102, 103];
const MAX_PARTITIONS_PER_TOPIC = 2000;
const MAX_DELETED_TOGETHER = 1000;
const TIMEOUT_MS = 60_000;
const RETRY_MS = 50;
/** Names are used once: what is there, or gone, by the second try was created, or deleted, by the first one. */
const CREATED: readonly number[] = [ErrorCode.NONE, ErrorCode.TOPIC_ALREADY_EXISTS];
const DELETED: readonly number[] = [ErrorCode.NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION];

export class Cluster {
  readonly side: KafkaSide;
  readonly #brokers = new Map<number, SimulatedBroker>();
  /** Partitions that were created by `fill` and `createOn`, and are all that there are but for those of single topics. */
  partitions = 0;
  #names = 0;
  #client: KafkaClient | null = null;

  private constructor(side: KafkaSide) {
    this.side = side;
  }

  /** Closes the side when no brokers can join it. */
  static async on(side: KafkaSide): Promise<Cluster> {
    const cluster = new Cluster(side);
    try {
      for (const id of BROKER_IDS) await cluster.addBroker(id);
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  active(): Promise<Member> {
    return activeMember(this.side);
  }

  connect(): Promise<KafkaClient> {
    return connectActive(this.side);
  }

  async addBroker(id: number): Promise<SimulatedBroker> {
    const home = { clusterId: this.side.clusterId, connect: () => this.connect() };
    const broker = await SimulatedBroker.start(home, id);
    this.#brokers.set(id, broker);
    return broker;
  }

  broker(id: number): SimulatedBroker {
    const broker = this.#brokers.get(id);
    if (broker === undefined) throw new Error(`There is no broker ${id}`);
    return broker;
  }

  /** A prefix that no topic of this cluster has yet. */
  newPrefix(what: string): string {
    this.#names += 1;
    return `${what}-${this.#names}`;
  }

  /** Creates partitions of three replicas, in topics of 2,000, one after the other, until there are so many. */
  async fill(partitions: number): Promise<void> {
    const prefix = this.newPrefix("fill");
    for (let i = 0; this.partitions < partitions; i++) {
      const numPartitions = Math.min(MAX_PARTITIONS_PER_TOPIC, partitions - this.partitions);
      const topic = {
        name: `${prefix}-${i}`,
        numPartitions,
        replicationFactor: REPLICATION_FACTOR,
      };
      await this.#create(topic);
      this.partitions += numPartitions;
    }
    this.#disconnect();
  }

  /** Creates partitions whose only replica is on one broker. */
  async createOn(brokerId: number, partitions: number): Promise<void> {
    const prefix = this.newPrefix(`on-${brokerId}`);
    for (let left = partitions, i = 0; left > 0; i++) {
      const count = Math.min(left, MAX_PARTITIONS_PER_TOPIC);
      const assignments = Array.from({ length: count }, (_, partitionIndex) => ({
        partitionIndex,
        brokerIds: [brokerId],
      }));
      const name = `${prefix}-${i}`;
      await this.#create({ name, numPartitions: -1, replicationFactor: -1, assignments });
      left -= count;
    }
    this.partitions += partitions;
    this.#disconnect();
  }

  async deleteTopics(names: readonly string[]): Promise<void> {
    for (let start = 0; start < names.length; start += MAX_DELETED_TOGETHER) {
      const topics = names.slice(start, start + MAX_DELETED_TOGETHER).map((name) => ({ name }));
      await this.#change(`delete ${topics.length} topics`, DELETED, async (client) => {
        const request = { topics, timeoutMs: TIMEOUT_MS };
        return (await client.call("deleteTopics", request)).responses;
      });
    }
    this.#disconnect();
  }

  async #create(topic: NewTopic): Promise<void> {
    await this.#change(`create ${topic.name}`, CREATED, async (client) => {
      const request = { topics: [topic], timeoutMs: TIMEOUT_MS };
      return (await client.call("createTopics", request)).topics;
    });
  }

  /** Asks again where the leadership has moved meanwhile, as every client of Kafka does; `done` is what may be answered. */
  async #change(
    what: string,
    done: readonly number[],
    ask: (client: KafkaClient) => Promise<readonly TopicAnswer[]>,
  ): Promise<void> {
    for (const endMs = performance.now() + TIMEOUT_MS; ; await waitMs(RETRY_MS)) {
      this.#client ??= await this.connect();
      const refused = (await ask(this.#client)).find(({ errorCode }) => !done.includes(errorCode));
      if (refused === undefined) return;
      this.#disconnect();
      if (refused.errorCode === ErrorCode.NOT_CONTROLLER && performance.now() < endMs) continue;
      throw new Error(`Cannot ${what}: ${errorName(refused.errorCode)} ${refused.errorMessage}`);
    }
  }

  #disconnect(): void {
    this.#client?.close();
    this.#client = null;
  }

  /** The controllers first: a broker that waits for one that does not answer would never stop. */
  async close(): Promise<void> {
    const stopped = [...this.#brokers.values()].map((broker) => broker.stop());
    await this.side.close();
    await Promise.all(stopped);
  }
}

interface NewTopic {
  readonly name: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly assignments?: { partitionIndex: number; brokerIds: number[] }[];
}

interface TopicAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}
