/** Configs as the gateway reads them: of topics what holds for them, of brokers what the metadata says. */

import { describeBrokerDefaults, describeDynamicBroker } from "../state/describe-broker-configs.ts";
import { describeTopic } from "../state/describe-topic-configs.ts";
import type { Described } from "../state/described-config.ts";
import type { MetadataView } from "../state/metadata-view.ts";
import type { ConfigResourceRef, Page } from "./api.ts";
import { etagOf } from "./etag.ts";
import type { ReadResult } from "./read-result.ts";
import { visibleTopics } from "./visible-topics.ts";

/** In name order; null when there is no such topic, or neither a broker nor a controller of this id. */
export function configsOf(
  view: MetadataView,
  { type, name }: ConfigResourceRef,
): readonly Described[] | null {
  if (type === "topic") {
    return view.topicByName(name) === null ? null : byName(describeTopic(view, name));
  }
  if (name === "") return describeBrokerDefaults(view);
  const id = Number(name);
  const isKnown =
    view.broker(id) !== null || view.controllers().some(({ controllerId }) => controllerId === id);
  return isKnown ? describeDynamicBroker(view, id) : null;
}

export function readConfigs(view: MetadataView, resource: ConfigResourceRef): ReadResult {
  const configs = configsOf(view, resource);
  return {
    what: "configs",
    found: configs !== null,
    configs: configs ?? [],
    etag: etagOf(configs),
  };
}

export function readAllTopicConfigs(
  view: MetadataView,
  page: Page,
  maySee: (topicName: string) => boolean,
): ReadResult {
  const { topics: visible, next } = visibleTopics(view, page, maySee);
  const topics = visible.map(({ name }) => ({ name, configs: byName(describeTopic(view, name)) }));
  return { what: "all-topic-configs", topics, next };
}

export function readAllBrokerConfigs(view: MetadataView): ReadResult {
  const brokers = view
    .brokers()
    .map(({ brokerId }) => ({ brokerId, configs: describeDynamicBroker(view, brokerId) }));
  return { what: "all-broker-configs", brokers };
}

function byName(configs: readonly Described[]): Described[] {
  return configs.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
