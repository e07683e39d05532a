/** Brokers, also those that do not speak Kafka's protocol. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { ListOptions, ReadOptions, WriteOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  BrokerRegistration,
  Heartbeat,
  KafkaBroker,
  KafkaBrokerHeartbeat,
  KafkaBrokerList,
  KafkaBrokerRegistration,
} from "../types/brokers.ts";
import type { KafkaReplicaList } from "../types/topics.ts";

export class BrokersArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  list(options: ReadOptions = {}): Listing<KafkaBrokerList> {
    return this.#calls.list("listBrokers", {}, options);
  }

  get(broker: number, options: ReadOptions = {}): Promise<Answer<KafkaBroker>> {
    return this.#calls.call("getBroker", { params: { broker_id: broker } }, options);
  }

  /** In the order of topic ids. */
  listReplicas(broker: number, options: ListOptions = {}): Listing<KafkaReplicaList> {
    return this.#calls.list("listBrokerReplicas", { params: { broker_id: broker } }, options);
  }

  /** It is fenced until its heartbeats say that it has read the log up to its own registration. */
  register(
    broker: BrokerRegistration,
    options: WriteOptions = {},
  ): Promise<Answer<KafkaBrokerRegistration>> {
    return this.#calls.call("registerBroker", { body: broker }, options);
  }

  /** Every two seconds; without one for nine the broker is fenced. */
  heartbeat(
    broker: number,
    body: Heartbeat,
    options: WriteOptions = {},
  ): Promise<Answer<KafkaBrokerHeartbeat>> {
    return this.#calls.call("sendHeartbeat", { params: { broker_id: broker }, body }, options);
  }

  unregister(broker: number, options: WriteOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("unregisterBroker", { params: { broker_id: broker } }, options);
  }
}
