/** Configs in the shapes of Confluent's REST API v3. */

import type { Described } from "../../src/state/described-config.ts";
import { ConfigSource } from "../../src/state/effective-config.ts";
import type { Links } from "./presentation.ts";

const SOURCES = new Map(Object.entries(ConfigSource).map(([name, number]) => [number, name]));

function sourceName(source: number): string {
  return SOURCES.get(source as (typeof ConfigSource)[keyof typeof ConfigSource]) ?? "UNKNOWN";
}

function configJson({ name, value, readOnly, isSensitive, configSource, synonyms }: Described) {
  return {
    name,
    value,
    is_default: configSource === ConfigSource.DEFAULT_CONFIG,
    is_read_only: readOnly,
    is_sensitive: isSensitive,
    source: sourceName(configSource),
    synonyms: synonyms.map((synonym) => ({
      name: synonym.name,
      value: synonym.value,
      source: sourceName(synonym.source),
    })),
  };
}

export function topicConfigJson(links: Links, topic: string, config: Described) {
  const steps = [
    ["topics", topic],
    ["configs", config.name],
  ] as const;
  return {
    ...links.item("KafkaTopicConfig", steps),
    topic_name: topic,
    ...configJson(config),
  };
}

export function brokerConfigJson(links: Links, brokerId: number, config: Described) {
  const steps = [
    ["brokers", brokerId],
    ["configs", config.name],
  ] as const;
  return {
    ...links.item("KafkaBrokerConfig", steps),
    broker_id: brokerId,
    ...configJson(config),
  };
}

export function clusterConfigJson(links: Links, config: Described) {
  return {
    ...links.item("KafkaClusterConfig", [["broker-configs", config.name]]),
    config_type: "BROKER",
    ...configJson(config),
  };
}

export function groupConfigJson(links: Links, groupId: string, config: Described) {
  const steps = [
    ["groups", groupId],
    ["configs", config.name],
  ] as const;
  return { ...links.item("KafkaGroupConfig", steps), group_id: groupId, ...configJson(config) };
}

export function clientMetricsConfigJson(links: Links, name: string, config: Described) {
  const steps = [
    ["client-metrics", name],
    ["configs", config.name],
  ] as const;
  return {
    ...links.item("KafkaClientMetricsConfig", steps),
    subscription_name: name,
    ...configJson(config),
  };
}
