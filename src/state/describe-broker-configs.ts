/** The configs of the node that is asked, and those of all brokers. */

import {
  brokerConfigType,
  CONTROLLER_DEFAULTS,
  isDynamicBrokerConfig,
  isSensitiveBrokerConfig,
  listenerConfig,
} from "./broker-config.ts";
import {
  type Described,
  nodeLayers,
  nodeSynonyms,
  plainText,
  type Synonym,
  sourceOf,
  typeNumber,
} from "./described-config.ts";
import { ConfigSource } from "./effective-config.ts";
import { hashOrder, stringHashCode } from "./hash-order.ts";
import type { MetadataView } from "./metadata-view.ts";
import { TOPIC_CONFIGS } from "./topic-config.ts";

/** What is set for all brokers, as far as a node takes it on; in the order of a hash table. */
export function describeBrokerDefaults(view: MetadataView): Described[] {
  const layers = nodeLayers(view);
  return hashOrder([...layers.shared.keys()].sort(), stringHashCode).map((name) => {
    const synonyms = nodeSynonyms(layers, synonymsOf(name), CONTROLLER_DEFAULTS, name);
    const shared = synonyms.filter(
      ({ source }) => source === ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG,
    );
    return describeOne(name, layers.shared.get(name) ?? null, shared);
  });
}

/** What is set dynamically for one broker, itself or with all of them; by name. Its own properties are not known here. */
export function describeDynamicBroker(view: MetadataView, brokerId: number): Described[] {
  const layers = nodeLayers(view, { nodeId: brokerId, properties: new Map() });
  return [...new Set([...layers.own.keys(), ...layers.shared.keys()])].sort().map((name) => {
    const value = layers.own.get(name) ?? layers.shared.get(name) ?? null;
    const synonyms = nodeSynonyms(layers, synonymsOf(name), CONTROLLER_DEFAULTS, name);
    return describeOne(name, plain(name, value), synonyms);
  });
}

/**
 * The properties of the node and what is set dynamically for it; by name. An Apache controller shows all that a broker
 * could have, here it is what counts for a controller and what was given to it.
 */
export function describeBroker(view: MetadataView): Described[] {
  const { nodeId } = view.node;
  const given = nodeLayers(view);
  const properties = new Map([...given.properties, ["node.id", String(nodeId)]]);
  const layers = { ...given, properties };
  const names = new Set([
    ...CONTROLLER_DEFAULTS.keys(),
    ...properties.keys(),
    ...layers.own.keys(),
    ...layers.shared.keys(),
  ]);
  return [...names].sort().map((name) => {
    const value =
      layers.own.get(name) ??
      layers.shared.get(name) ??
      properties.get(name) ??
      CONTROLLER_DEFAULTS.get(name) ??
      null;
    return describeOne(
      name,
      plain(name, value),
      nodeSynonyms(layers, synonymsOf(name), CONTROLLER_DEFAULTS, name),
    );
  });
}

function describeOne(name: string, value: string | null, synonyms: readonly Synonym[]): Described {
  const isSensitive = isSensitiveBrokerConfig(name);
  return {
    name,
    value: isSensitive ? null : value,
    readOnly: !isDynamicBrokerConfig(name),
    configSource: sourceOf(synonyms),
    isSensitive,
    synonyms,
    configType: typeNumber(brokerConfigType(name)),
    documentation: null,
  };
}

function plain(name: string, text: string | null): string | null {
  const type = brokerConfigType(name);
  if (type === null || type === "CLASS" || type === "PASSWORD") return text;
  return plainText({ type: type === "SHORT" ? "INT" : type }, text);
}

/** Configs that say the same in other units, the finest first. */
function synonymsOf(name: string): readonly string[] {
  // Kafka takes the interval at which the flusher looks for one that has none of its own, but not the other way round.
  if (name === "log.flush.scheduler.interval.ms") return [name];
  for (const { synonyms } of TOPIC_CONFIGS) {
    if (synonyms.some((synonym) => synonym.name === name)) return synonyms.map((each) => each.name);
  }
  const base = listenerConfig(name);
  return base === null ? [name] : [name, base];
}
