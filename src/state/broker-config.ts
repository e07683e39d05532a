/**
 * Configs of brokers and controllers: which there are, which can be changed without a restart (KIP-226), and the defaults
 * of those that count here. Brokers check their values themselves.
 */

import {
  BROKER_CONFIG_NAMES,
  type BrokerConfigType,
  UNDEFINED_DYNAMIC_CONFIGS,
} from "./broker-config-names.ts";
import { type ConfigKey, readConfig } from "./config-key.ts";
import { GROUP_CONFIGS, GROUP_LIMITS, STREAMS_ASSIGNORS } from "./group-config.ts";
import { parseDouble, parseInteger, trimJava } from "./java-text.ts";
import { TOPIC_CONFIGS } from "./topic-config.ts";

const TYPES = new Map<string, BrokerConfigType>();
const DYNAMIC = new Set<string>(UNDEFINED_DYNAMIC_CONFIGS);

for (const [type, [fixed, dynamic]] of Object.entries(BROKER_CONFIG_NAMES)) {
  for (const name of namesIn(fixed)) TYPES.set(name, type as BrokerConfigType);
  for (const name of namesIn(dynamic)) {
    TYPES.set(name, type as BrokerConfigType);
    DYNAMIC.add(name);
  }
}

for (const name of UNDEFINED_DYNAMIC_CONFIGS) TYPES.set(name, "LONG");

function namesIn(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** Dynamic for single brokers only. */
const PER_BROKER = /^(ssl\.|sasl\.|listener|principal\.builder\.class$|cordoned\.log\.dirs$)/;
/** Dynamic for all brokers, with a listener's prefix too. */
const CLUSTER_LEVEL: ReadonlySet<string> = new Set([
  "max.connections",
  "max.connection.creation.rate",
  "num.network.threads",
]);
const LISTENER_CONFIG = /^listener\.name\.[^.]*\.(.*)$/;

/** What brokers may set for all topics has the limits that topics have. */
const TOPIC_LIMITS: ReadonlyMap<string, ConfigKey> = new Map(
  TOPIC_CONFIGS.flatMap((config) =>
    config.synonyms
      .filter(({ unitMs }) => unitMs === undefined)
      .map(({ name }) => [name, { ...config, name }] as const),
  ),
);

/** Defaults of lists to which something may be added. */
const LIST_DEFAULTS: ReadonlyMap<string, string> = new Map([
  ["listeners", "PLAINTEXT://:9092"],
  ["group.coordinator.rebalance.protocols", "classic,consumer,streams"],
  ["group.consumer.assignors", "uniform,range"],
  ["group.share.assignors", "simple"],
  ["group.streams.assignors", STREAMS_ASSIGNORS],
  ["log.dir", "/tmp/kafka-logs"],
  ["log.cleanup.policy", "delete"],
  ["metric.reporters", "org.apache.kafka.common.metrics.JmxReporter"],
  ["ssl.enabled.protocols", "TLSv1.2,TLSv1.3"],
  ["sasl.enabled.mechanisms", "GSSAPI"],
  ["sasl.kerberos.principal.to.local.rules", "DEFAULT"],
]);

/** The properties that a controller here goes by, with their defaults; null where there is none. */
const OWN: readonly (readonly [name: string, byDefault: string | null])[] = [
  ["authorizer.class.name", ""],
  ["auto.leader.rebalance.enable", "true"],
  ["broker.session.timeout.ms", "9000"],
  ["controller.quota.window.num", "11"],
  ["controller.quota.window.size.seconds", "1"],
  ["default.replication.factor", "1"],
  ["delegation.token.expiry.check.interval.ms", "3600000"],
  ["delegation.token.expiry.time.ms", "86400000"],
  ["delegation.token.max.lifetime.ms", "604800000"],
  ["delegation.token.secret.key", null],
  ["delete.topic.enable", "true"],
  ["leader.imbalance.check.interval.seconds", "300"],
  ["metadata.max.idle.interval.ms", "0"],
  ["num.partitions", "1"],
  ["remote.log.storage.system.enable", "false"],
  ["unclean.leader.election.interval.ms", "300000"],
];

/** Every property that counts here, by name, with its default; null where there is none. */
export const CONTROLLER_DEFAULTS: ReadonlyMap<string, string | null> = new Map([
  ...OWN,
  ...TOPIC_CONFIGS.flatMap(({ synonyms }) =>
    synonyms.map(({ name, default: byDefault }) => [name, byDefault] as const),
  ),
  ...GROUP_CONFIGS.flatMap(({ synonym, default: byDefault, internal = false }) =>
    synonym === null || internal ? [] : [[synonym, byDefault ?? STREAMS_ASSIGNORS] as const],
  ),
  ...GROUP_LIMITS.flatMap(({ min, max, internal }) =>
    [min, max].flatMap((limit) =>
      limit === undefined || internal ? [] : [[limit[0], String(limit[1])] as const],
    ),
  ),
]);

/** Null when no config is defined by that name. */
export function brokerConfigType(name: string): BrokerConfigType | null {
  return TYPES.get(listenerConfig(name) ?? name) ?? null;
}

/** Without the prefix that makes it one of a single listener; null when it has none. */
export function listenerConfig(name: string): string | null {
  return LISTENER_CONFIG.exec(name)?.[1] ?? null;
}

/** What nobody may read: secrets, and whatever is not known not to be one. */
export function isSensitiveBrokerConfig(name: string): boolean {
  const type = brokerConfigType(name);
  return type === null || type === "PASSWORD";
}

export function isDynamicBrokerConfig(name: string): boolean {
  return DYNAMIC.has(name);
}

/** The default of a list; null when the config is no list. */
export function brokerListDefault(name: string): string | null {
  return TYPES.get(name) === "LIST" ? (LIST_DEFAULTS.get(name) ?? "") : null;
}

/** The dynamic configs of a broker, or of all of them, without those that a node does not take on. */
export function takenDynamicConfigs(
  configs: ReadonlyMap<string, string>,
  { perBroker }: { readonly perBroker: boolean },
): ReadonlyMap<string, string> {
  const taken = [...configs].filter(([name, value]) => {
    const base = listenerConfig(name);
    const type = brokerConfigType(name);
    if (base === null && type !== null && !DYNAMIC.has(name)) return false;
    // Whatever secures connections is a matter of single listeners.
    if (name.startsWith("ssl.")) return false;
    const single = base === null ? PER_BROKER.test(name) : !CLUSTER_LEVEL.has(base);
    if (single && !perBroker) return false;
    const limits = TOPIC_LIMITS.get(name);
    if (limits !== undefined) return readConfig(limits, value).kind === "read";
    return type === null || isOfType(type, value);
  });
  return new Map(taken);
}

function isOfType(type: BrokerConfigType, text: string): boolean {
  const trimmed = trimJava(text);
  switch (type) {
    case "INT":
    case "LONG":
    case "SHORT":
      return parseInteger(trimmed, type) !== null;
    case "DOUBLE":
      return parseDouble(trimmed) !== null;
    case "BOOLEAN":
      return /^(true|false)$/i.test(trimmed);
    default:
      return true;
  }
}
