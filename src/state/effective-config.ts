/**
 * Which value of a topic's config holds: the topic's own, else what the deciding controller's brokers' configs say,
 * else Kafka's default (KIP-226).
 */

import { present } from "../base/assert.ts";
import { keepEncoded } from "../protocol/codec.ts";
import { ConfigResource, type MetadataView } from "./metadata-view.ts";
import { inMilliseconds, TOPIC_CONFIGS, type TopicConfig, topicConfigsAt } from "./topic-config.ts";

/** Where a value comes from, as DescribeConfigs and CreateTopics say it. */
export const ConfigSource = {
  DYNAMIC_TOPIC_CONFIG: 1,
  DYNAMIC_BROKER_CONFIG: 2,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
  DYNAMIC_BROKER_LOGGER_CONFIG: 6,
  CLIENT_METRICS_CONFIG: 7,
  GROUP_CONFIG: 8,
} as const;

export interface EffectiveConfig {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly configSource: number;
  readonly isSensitive: boolean;
}

const BY_NAME: ReadonlyMap<string, TopicConfig> = new Map(
  TOPIC_CONFIGS.map((config) => [config.name, config]),
);

interface Layer {
  readonly configSource: number;
  readonly values: ReadonlyMap<string, string>;
}

/** Every config of a topic, by name, with the value that holds. */
export function effectiveTopicConfigs(
  view: MetadataView,
  overrides: ReadonlyMap<string, string>,
): readonly EffectiveConfig[] {
  const layers = brokerLayers(view);
  return overrides.size === 0 ? defaultsOf(view, layers) : listed(view, overrides, layers);
}

interface Defaults {
  readonly level: number;
  readonly layers: readonly Layer[];
  readonly configs: readonly EffectiveConfig[];
}

/** What topics without configs of their own have, by the properties of the controller: most topics are created so. */
const DEFAULTS = new WeakMap<ReadonlyMap<string, string>, Defaults>();

function defaultsOf(view: MetadataView, layers: readonly Layer[]): readonly EffectiveConfig[] {
  const { properties } = view.node;
  const level = view.metadataVersion();
  const known = DEFAULTS.get(properties);
  const stands =
    known?.level === level && known.layers.every(({ values }, i) => values === layers[i]?.values);
  if (known !== undefined && stands) return known.configs;
  const configs = keepEncoded(listed(view, new Map(), layers));
  DEFAULTS.set(properties, { level, layers, configs });
  return configs;
}

function listed(
  view: MetadataView,
  overrides: ReadonlyMap<string, string>,
  layers: readonly Layer[],
): EffectiveConfig[] {
  return topicConfigsAt(view.metadataVersion())
    .filter(({ name, internal = false }) => !internal || overrides.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((config) => ({
      name: config.name,
      ...effective(config, overrides, layers),
      readOnly: false,
      isSensitive: false,
    }));
}

/** The value that holds for one config of a topic, as it was given. */
export function effectiveTopicConfig(view: MetadataView, topic: string, name: string): string {
  const config = present(BY_NAME.get(name), `Topics have no config ${name}`);
  const overrides = view.configs(ConfigResource.TOPIC, topic);
  const { value } = effective(config, overrides, brokerLayers(view));
  return present(value, `The config ${name} has no default`);
}

/** The defaults of topics that the properties of a controller set, by the names that topics have for them. */
export function staticTopicDefaults(
  properties: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const layers = [{ configSource: ConfigSource.STATIC_BROKER_CONFIG, values: properties }];
  const defaults = new Map<string, string>();
  for (const config of TOPIC_CONFIGS) {
    const { value, configSource } = effective(config, new Map(), layers);
    if (value === null || configSource === ConfigSource.DEFAULT_CONFIG) continue;
    // Whatever is negative keeps messages for ever.
    const unlimited = config.name === "retention.ms" && value.startsWith("-");
    defaults.set(config.name, unlimited ? "-1" : value);
  }
  return defaults;
}

/** What sets the defaults of topics; those named first win. */
function brokerLayers(view: MetadataView): readonly Layer[] {
  const { nodeId, properties } = view.node;
  return [
    {
      configSource: ConfigSource.DYNAMIC_BROKER_CONFIG,
      values: view.configs(ConfigResource.BROKER, String(nodeId)),
    },
    {
      configSource: ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG,
      values: view.configs(ConfigResource.BROKER, ""),
    },
    { configSource: ConfigSource.STATIC_BROKER_CONFIG, values: properties },
  ];
}

function effective(
  config: TopicConfig,
  overrides: ReadonlyMap<string, string>,
  layers: readonly Layer[],
): { readonly value: string | null; readonly configSource: number } {
  const own = overrides.get(config.name);
  if (own !== undefined) return { value: own, configSource: ConfigSource.DYNAMIC_TOPIC_CONFIG };
  for (const { configSource, values } of layers) {
    for (const synonym of config.synonyms) {
      const text = values.get(synonym.name);
      if (text !== undefined) return { value: inMilliseconds(synonym, text), configSource };
    }
  }
  return { value: config.default, configSource: ConfigSource.DEFAULT_CONFIG };
}
