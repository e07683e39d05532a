/** The quorum as its leader sees it, the controllers that are registered, and the features that they agree on. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { CallOptions, ReadOptions, WriteOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  FeatureUpdates,
  KafkaController,
  KafkaControllerList,
  KafkaFeature,
  KafkaFeatureList,
  KafkaQuorum,
  KafkaQuorumVoterList,
} from "../types/brokers.ts";

export class QuorumArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Leader, voters, observers, and where controllers are reached. */
  get(options: CallOptions = {}): Promise<Answer<KafkaQuorum>> {
    return this.#calls.call("getQuorum", {}, options);
  }

  listVoters(options: CallOptions = {}): Listing<KafkaQuorumVoterList> {
    return this.#calls.list("listVoters", {}, options);
  }
}

export class ControllersArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  list(options: ReadOptions = {}): Listing<KafkaControllerList> {
    return this.#calls.list("listControllers", {}, options);
  }

  get(controller: number, options: ReadOptions = {}): Promise<Answer<KafkaController>> {
    return this.#calls.call("getController", { params: { controller_id: controller } }, options);
  }

  /** Forgets one that is gone; not the active one. */
  unregister(controller: number, options: WriteOptions = {}): Promise<Answer<null>> {
    const params = { controller_id: controller };
    return this.#calls.call("unregisterController", { params }, options);
  }
}

export class FeaturesArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Those that are finalized and those that the controllers support. */
  list(options: ReadOptions = {}): Listing<KafkaFeatureList> {
    return this.#calls.list("listFeatures", {}, options);
  }

  get(name: string, options: ReadOptions = {}): Promise<Answer<KafkaFeature>> {
    return this.#calls.call("getFeature", { params: { feature_name: name } }, options);
  }

  /** All of the updates or none. */
  update(updates: FeatureUpdates, options: WriteOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("updateFeatures", { body: updates }, options);
  }
}
