/** Partitions of a topic and their replicas. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { ListOptions, ReadOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  KafkaPartition,
  KafkaPartitionList,
  KafkaReplica,
  KafkaReplicaList,
} from "../types/topics.ts";

export class PartitionsArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** In index order. */
  list(topic: string, options: ListOptions = {}): Listing<KafkaPartitionList> {
    return this.#calls.list("listPartitions", { params: { topic_name: topic } }, options);
  }

  get(
    topic: string,
    partition: number,
    options: ReadOptions = {},
  ): Promise<Answer<KafkaPartition>> {
    return this.#calls.call("getPartition", { params: paramsOf(topic, partition) }, options);
  }

  /** The preferred leader first. */
  listReplicas(
    topic: string,
    partition: number,
    options: ReadOptions = {},
  ): Listing<KafkaReplicaList> {
    return this.#calls.list("listReplicas", { params: paramsOf(topic, partition) }, options);
  }

  getReplica(
    { topic, partition, broker }: { topic: string; partition: number; broker: number },
    options: ReadOptions = {},
  ): Promise<Answer<KafkaReplica>> {
    const params = { ...paramsOf(topic, partition), broker_id: broker };
    return this.#calls.call("getReplica", { params }, options);
  }
}

function paramsOf(topic: string, partition: number) {
  return { topic_name: topic, partition_id: partition };
}
