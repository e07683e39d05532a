/** The dynamic configs of brokers: of one, and of all of them. What a broker's own file says is not among them. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { GuardedOptions, ReadOptions, TaggedOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  ConfigChanges,
  KafkaBrokerConfigList,
  KafkaClusterConfig,
  KafkaClusterConfigList,
} from "../types/configs.ts";
import { type ConfigOperations, type NamedValue, ResourceConfigs } from "./configs.ts";

const OF_BROKERS = {
  parameter: "broker_id",
  list: "listBrokerConfigs",
  get: "getBrokerConfig",
  set: "setBrokerConfig",
  reset: "resetBrokerConfig",
  alter: "alterBrokerConfigs",
} as const satisfies ConfigOperations;

export class BrokerConfigsArea extends ResourceConfigs<typeof OF_BROKERS, number> {
  constructor(calls: Calls) {
    super(calls, OF_BROKERS);
  }

  listAll(options: ReadOptions = {}): Listing<KafkaBrokerConfigList> {
    return this.calls.list("listAllBrokerConfigs", {}, options);
  }
}

/** What is set for all brokers. */
export class ClusterConfigsArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  list(options: TaggedOptions = {}): Listing<KafkaClusterConfigList> {
    return this.#calls.list("listClusterConfigs", {}, options);
  }

  get(name: string, options: TaggedOptions = {}): Promise<Answer<KafkaClusterConfig>> {
    return this.#calls.call("getClusterConfig", { params: { name } }, options);
  }

  set({ name, value }: NamedValue, options: GuardedOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("setClusterConfig", { params: { name }, body: { value } }, options);
  }

  /** It is set no more. */
  reset(name: string, options: GuardedOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("resetClusterConfig", { params: { name } }, options);
  }

  /** All of the changes or none. */
  alter(changes: ConfigChanges, options: GuardedOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("alterClusterConfigs", { body: changes }, options);
  }
}
