/** Topics. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type {
  GuardedOptions,
  ListOptions,
  TaggedOptions,
  WriteOptions,
} from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type { KafkaTopic, KafkaTopicList, NewTopic, PartitionsCount } from "../types/topics.ts";
import type { DescribeOptions } from "./cluster.ts";

export class TopicsArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** In name order, without those that the caller may not see. */
  list(options: ListOptions = {}): Listing<KafkaTopicList> {
    return this.#calls.list("listTopics", {}, options);
  }

  get(topic: string, options: TaggedOptions & DescribeOptions = {}): Promise<Answer<KafkaTopic>> {
    const query = { include_authorized_operations: options.includeAuthorizedOperations };
    return this.#calls.call("getTopic", { params: { topic_name: topic }, query }, options);
  }

  create(topic: NewTopic, options: WriteOptions = {}): Promise<Answer<KafkaTopic>> {
    return this.#calls.call("createTopic", { body: topic }, options);
  }

  addPartitions(
    topic: string,
    body: PartitionsCount,
    options: GuardedOptions = {},
  ): Promise<Answer<KafkaTopic>> {
    return this.#calls.call(
      "updateTopicPartitions",
      { params: { topic_name: topic }, body },
      options,
    );
  }

  delete(topic: string, options: GuardedOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("deleteTopic", { params: { topic_name: topic } }, options);
  }
}
