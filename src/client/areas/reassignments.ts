/** Moving partitions to other brokers, and electing their leaders. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { ListOptions, ReadOptions, WriteOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  Election,
  KafkaElectionResultList,
  KafkaReassignment,
  KafkaReassignmentList,
  KafkaReassignmentResultList,
  Reassignments,
} from "../types/topics.ts";

export class ReassignmentsArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Those that are in progress. */
  list(options: ListOptions = {}): Listing<KafkaReassignmentList> {
    return this.#calls.list("listReassignments", {}, options);
  }

  listOfTopic(topic: string, options: ListOptions = {}): Listing<KafkaReassignmentList> {
    return this.#calls.list("listTopicReassignments", { params: { topic_name: topic } }, options);
  }

  /** Fails with status 404 when the partition is not being moved. */
  get(
    topic: string,
    partition: number,
    options: ReadOptions = {},
  ): Promise<Answer<KafkaReassignment>> {
    return this.#calls.call("getReassignment", { params: paramsOf(topic, partition) }, options);
  }

  start(
    {
      topic,
      partition,
      replicas,
    }: { topic: string; partition: number; replicas: readonly number[] },
    options: WriteOptions = {},
  ): Promise<Answer<null>> {
    const asked = { params: paramsOf(topic, partition), body: { replicas } };
    return this.#calls.call("startReassignment", asked, options);
  }

  cancel(topic: string, partition: number, options: WriteOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("cancelReassignment", { params: paramsOf(topic, partition) }, options);
  }

  /** Each by itself: the answer says of each what became of it. */
  alter(
    reassignments: Reassignments,
    options: WriteOptions = {},
  ): Promise<Answer<KafkaReassignmentResultList>> {
    return this.#calls.call("alterReassignments", { body: reassignments }, options);
  }
}

export class ElectionsArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** The answer says of each partition what became of it. */
  elect(election: Election, options: WriteOptions = {}): Promise<Answer<KafkaElectionResultList>> {
    return this.#calls.call("electLeaders", { body: election }, options);
  }
}

function paramsOf(topic: string, partition: number) {
  return { topic_name: topic, partition_id: partition };
}
