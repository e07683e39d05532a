/** Everything that a view shows, as one comparable value. */

import { ConfigResource, type MetadataView } from "../../src/state/metadata-view.ts";

export interface ViewDump {
  readonly features: readonly (readonly [string, number])[];
  readonly brokers: readonly object[];
  readonly controllers: readonly object[];
  readonly topics: readonly object[];
  readonly brokerConfigs: readonly object[];
  readonly nextProducerId: bigint;
}

/** A snapshot does not keep when a broker registered, so that is left out. */
export function dumpView(view: MetadataView): ViewDump {
  const brokers = view.brokers();
  const resources = ["", ...brokers.map(({ brokerId }) => String(brokerId))];
  return {
    features: [...view.features()],
    brokers: brokers.map(({ registrationOffset: _, ...broker }) => broker),
    controllers: view.controllers(),
    topics: view.topics("", 1000).map((topic) => ({
      ...topic,
      configs: view.configs(ConfigResource.TOPIC, topic.name),
      partitions: [...view.partitions(topic.topicId)],
    })),
    brokerConfigs: resources.map((name) => ({
      name,
      configs: view.configs(ConfigResource.BROKER, name),
    })),
    nextProducerId: view.nextProducerId(),
  };
}
