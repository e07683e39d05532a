/** The forms in which DescribeConfigs shows a config, and where it looks for what else there is. */

import { isSensitiveBrokerConfig, takenDynamicConfigs } from "./broker-config.ts";
import type { BrokerConfigType } from "./broker-config-names.ts";
import { type ConfigKey, type ConfigType, configText, readConfig } from "./config-key.ts";
import { ConfigSource } from "./effective-config.ts";
import { ConfigResource, type MetadataView, type NodeConfig } from "./metadata-view.ts";

/** A value of the config, or of one that it follows, and where it comes from. */
export interface Synonym {
  readonly name: string;
  readonly value: string | null;
  readonly source: number;
}

export interface Described {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly configSource: number;
  readonly isSensitive: boolean;
  readonly synonyms: readonly Synonym[];
  readonly configType: number;
  /** Kafka's manual is not here. */
  readonly documentation: null;
}

/** As clients know them; 0 for what has no known type. */
const TYPE_NUMBERS: Readonly<Record<BrokerConfigType, number>> = {
  BOOLEAN: 1,
  STRING: 2,
  INT: 3,
  SHORT: 4,
  LONG: 5,
  DOUBLE: 6,
  LIST: 7,
  CLASS: 8,
  PASSWORD: 9,
};

export function typeNumber(type: BrokerConfigType | null): number {
  return type === null ? 0 : TYPE_NUMBERS[type];
}

/** A config that anybody may read and change; its source is that of its first synonym. */
export function described(
  { name, type }: { readonly name: string; readonly type: ConfigType },
  value: string | null,
  synonyms: readonly Synonym[],
): Described {
  return {
    name,
    value,
    readOnly: false,
    configSource: sourceOf(synonyms),
    isSensitive: false,
    synonyms,
    configType: typeNumber(type),
    documentation: null,
  };
}

/** A config of a topic or a group: what it says itself, else what the node has for all of them. */
export function describedOwn(
  config: ConfigKey,
  own: { readonly text: string | undefined; readonly source: number },
  shared: { readonly text: string | null; readonly synonyms: readonly Synonym[] },
): Described {
  if (own.text === undefined) {
    return described(config, plainText(config, shared.text), shared.synonyms);
  }
  const value = ownText(config, own.text);
  const { name } = config;
  return described(config, value, [{ name, value, source: own.source }, ...shared.synonyms]);
}

export function sourceOf(synonyms: readonly Synonym[]): number {
  return synonyms[0]?.source ?? ConfigSource.DEFAULT_CONFIG;
}

/** What a resource itself says, as it is shown: Kafka does not read what it keeps for its own tests. */
function ownText(key: ConfigKey, text: string): string {
  return (key.internal ?? false) ? text : (plainText(key, text) ?? text);
}

/**
 * A value without the ways in which it can be written differently: a list of choices has each of them once. What cannot
 * be read stays as it is.
 */
export function plainText(
  { type, oneOf, distinct = oneOf !== undefined }: Pick<ConfigKey, "type" | "oneOf" | "distinct">,
  text: string | null,
): string | null {
  if (text === null) return null;
  const read = readConfig({ name: "", type, default: null }, text);
  if (read.kind !== "read") return text;
  const { value } = read;
  return configText(distinct && typeof value === "object" ? [...new Set(value)] : value);
}

/** What sets the brokers' configs of the node that answers; those named first win. */
export interface NodeLayers {
  readonly own: ReadonlyMap<string, string>;
  readonly shared: ReadonlyMap<string, string>;
  readonly properties: ReadonlyMap<string, string>;
}

export function nodeLayers(view: MetadataView, node: NodeConfig = view.node): NodeLayers {
  const { nodeId, properties } = node;
  const { BROKER } = ConfigResource;
  return {
    own: takenDynamicConfigs(view.configs(BROKER, String(nodeId)), { perBroker: true }),
    shared: takenDynamicConfigs(view.configs(BROKER, ""), { perBroker: false }),
    properties,
  };
}

/**
 * Every value that brokers' configs have, by layer and in a layer by name. What comes before the first of `names` itself
 * is left out, so that nothing is shown when only the lesser ones are set.
 */
export function nodeSynonyms(
  { own, shared, properties }: NodeLayers,
  names: readonly string[],
  defaults: ReadonlyMap<string, string | null>,
  first = names[0],
): Synonym[] {
  const layers: readonly (readonly [ReadonlyMap<string, string | null>, number])[] = [
    [own, ConfigSource.DYNAMIC_BROKER_CONFIG],
    [shared, ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG],
    [properties, ConfigSource.STATIC_BROKER_CONFIG],
    [defaults, ConfigSource.DEFAULT_CONFIG],
  ];
  const found = layers.flatMap(([values, source]) =>
    names.flatMap((name) => {
      const value = values.get(name) ?? null;
      if (value === null) return [];
      return [{ name, value: isSensitiveBrokerConfig(name) ? null : value, source }];
    }),
  );
  const start = found.findIndex(({ name }) => name === first);
  return start < 0 ? [] : found.slice(start);
}
