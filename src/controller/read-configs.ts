/** Configs as the gateway reads them: of brokers what the metadata says, of everything else what holds for it. */

import { describeBrokerDefaults, describeDynamicBroker } from "../state/describe-broker-configs.ts";
import { describeClientMetrics } from "../state/describe-client-metrics-configs.ts";
import { describeGroup } from "../state/describe-group-configs.ts";
import { describeTopic } from "../state/describe-topic-configs.ts";
import type { Described } from "../state/described-config.ts";
import {
  ConfigResource,
  type ConfigResourceType,
  type ConfigSetting,
  type MetadataView,
} from "../state/metadata-view.ts";
import type { ConfigResourceRef, MetadataRead, Page } from "./api.ts";
import { etagOf } from "./etag.ts";
import { settingPosition } from "./page-position.ts";
import { takePart } from "./read-pages.ts";
import type { ReadResult } from "./read-result.ts";
import { visibleTopics } from "./visible-topics.ts";

/** In name order; null when there is no such topic, or neither a broker nor a controller of this id. */
export function configsOf(
  view: MetadataView,
  { type, name }: ConfigResourceRef,
): readonly Described[] | null {
  switch (type) {
    case "topic":
      return view.topicByName(name) === null ? null : byName(describeTopic(view, name));
    case "broker":
      return configsOfBroker(view, name);
    // There may be a group of any name, and a subscription is nothing but its configs.
    case "group":
      return byName(describeGroup(view, name));
    case "client-metrics":
      return byName(describeClientMetrics(view, name));
  }
}

function configsOfBroker(view: MetadataView, name: string): readonly Described[] | null {
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
    etag: etagOfConfigs(view, resource, configs),
  };
}

/** A value that is not shown stands in the ETag by when it was set: a hash of it could be guessed from. */
export function etagOfConfigs(
  view: MetadataView,
  { name: resourceName }: ConfigResourceRef,
  configs: readonly Described[] | null,
): string {
  const hidden = configs?.filter(({ isSensitive }) => isSensitive) ?? [];
  if (hidden.length === 0) return etagOf(configs);
  // Only brokers have some, of their own or with all others.
  const offsets = hidden.flatMap(({ name }) =>
    [resourceName, ""].map((each) => view.configOffset(ConfigResource.BROKER, each, name)),
  );
  return etagOf([configs, offsets]);
}

export function readAllTopicConfigs(
  view: MetadataView,
  page: Page,
  maySee: (topicName: string) => boolean,
): ReadResult {
  const { items, shown, next } = visibleTopics(view, page, maySee);
  const topics = items.map(({ name }) => ({ name, configs: byName(describeTopic(view, name)) }));
  return { what: "all-topic-configs", topics, shown, next };
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

const NUMBERS = { group: ConfigResource.GROUP, "client-metrics": ConfigResource.CLIENT_METRICS };

/** The names of the groups or the client metrics subscriptions that have configs. */
export function readConfigResources(
  view: MetadataView,
  { type, page }: Extract<MetadataRead, { what: "config-resources" }>,
): ReadResult {
  const { items, next } = takePart(firstSettings(view, NUMBERS[type], page.after), {
    limit: page.limit,
    positionOf: ({ resourceName, name }: ConfigSetting) => [resourceName, name],
  });
  return { what: "config-resources", names: items.map(({ resourceName }) => resourceName), next };
}

/** Of each resource the first config that is set on it. */
function* firstSettings(
  view: MetadataView,
  type: ConfigResourceType,
  after: string | null,
): Iterable<ConfigSetting> {
  const position = after === null ? undefined : settingPosition(after);
  let lastName = position?.resourceName ?? null;
  for (const setting of view.configsOfType(type, position)) {
    if (setting.resourceName !== lastName) yield setting;
    lastName = setting.resourceName;
  }
}
