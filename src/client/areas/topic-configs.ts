/** The configs of topics. */

import { type Calls, failuresOf } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { ListOptions, WriteOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  KafkaTopicConfigList,
  TopicConfigChanges,
  TopicConfigFailures,
} from "../types/configs.ts";
import { type ConfigOperations, ResourceConfigs } from "./configs.ts";

const OF_TOPICS = {
  parameter: "topic_name",
  list: "listTopicConfigs",
  get: "getTopicConfig",
  set: "setTopicConfig",
  reset: "resetTopicConfig",
  alter: "alterTopicConfigs",
} as const satisfies ConfigOperations;

export class TopicConfigsArea extends ResourceConfigs<typeof OF_TOPICS, string> {
  constructor(calls: Calls) {
    super(calls, OF_TOPICS);
  }

  /** Those of all topics; a page has the configs of `pageSize` topics. */
  listAll(options: ListOptions = {}): Listing<KafkaTopicConfigList> {
    return this.calls.list("listAllTopicConfigs", {}, options);
  }

  /** Of each topic all of the changes or none. The answer has what failed; nothing when all is done. */
  alterMany(
    changes: TopicConfigChanges,
    options: WriteOptions = {},
  ): Promise<Answer<TopicConfigFailures["failures"]>> {
    return failuresOf(this.calls.call("alterConfigsOfTopics", { body: changes }, options));
  }
}
