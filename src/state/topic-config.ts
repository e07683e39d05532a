/** The configs that a topic can have: their types, defaults and limits, and where an effective value comes from. */

import { ConfigResource, type MetadataView } from "./metadata-view.ts";

export type ConfigType = "INT" | "LONG" | "DOUBLE" | "BOOLEAN" | "STRING" | "LIST";

export interface TopicConfig {
  readonly name: string;
  readonly type: ConfigType;
  /** As Kafka prints it. */
  readonly default: string;
  /** The broker's config that gives the default of all topics; null when there is none. */
  readonly synonym: string | null;
  readonly min?: bigint;
  readonly max?: bigint;
  readonly oneOf?: readonly string[];
  /** Limits that are neither a range nor a choice. */
  readonly special?: "gzipLevel" | "throttledReplicas";
}

export const MAX_LONG = 2n ** 63n - 1n;
const FOREVER = String(MAX_LONG);
const COMPRESSION_TYPES = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"];

/** In the order in which Kafka checks them. */
export const TOPIC_CONFIGS: readonly TopicConfig[] = [
  number("segment.bytes", "INT", "1073741824", 1_048_576n, "log.segment.bytes"),
  number("segment.ms", "LONG", "604800000", 1n, "log.roll.ms"),
  number("segment.jitter.ms", "LONG", "0", 0n, "log.roll.jitter.ms"),
  number("segment.index.bytes", "INT", "10485760", 4n, "log.index.size.max.bytes"),
  number("flush.messages", "LONG", FOREVER, 1n, "log.flush.interval.messages"),
  number("flush.ms", "LONG", FOREVER, 0n, "log.flush.interval.ms"),
  number("retention.bytes", "LONG", "-1", null, "log.retention.bytes"),
  number("retention.ms", "LONG", "604800000", -1n, "log.retention.ms"),
  number("max.message.bytes", "INT", "1048588", 0n, "message.max.bytes"),
  number("index.interval.bytes", "INT", "4096", 0n, "log.index.interval.bytes"),
  number("delete.retention.ms", "LONG", "86400000", 0n, "log.cleaner.delete.retention.ms"),
  number("min.compaction.lag.ms", "LONG", "0", 0n, "log.cleaner.min.compaction.lag.ms"),
  number("max.compaction.lag.ms", "LONG", FOREVER, 1n, "log.cleaner.max.compaction.lag.ms"),
  number("file.delete.delay.ms", "LONG", "60000", 0n, "log.segment.delete.delay.ms"),
  {
    name: "min.cleanable.dirty.ratio",
    type: "DOUBLE",
    default: "0.5",
    synonym: "log.cleaner.min.cleanable.ratio",
    min: 0n,
    max: 1n,
  },
  choice("cleanup.policy", "LIST", "delete", ["compact", "delete"], "log.cleanup.policy"),
  flag("unclean.leader.election.enable", "unclean.leader.election.enable"),
  number("min.insync.replicas", "INT", "1", 1n, "min.insync.replicas"),
  choice("compression.type", "STRING", "producer", COMPRESSION_TYPES, "compression.type"),
  {
    name: "compression.gzip.level",
    type: "INT",
    default: "-1",
    synonym: "compression.gzip.level",
    special: "gzipLevel",
  },
  { ...number("compression.lz4.level", "INT", "9", 1n, "compression.lz4.level"), max: 17n },
  {
    ...number("compression.zstd.level", "INT", "3", -131_072n, "compression.zstd.level"),
    max: 22n,
  },
  flag("preallocate", "log.preallocate"),
  choice(
    "message.timestamp.type",
    "STRING",
    "CreateTime",
    ["CreateTime", "LogAppendTime"],
    "log.message.timestamp.type",
  ),
  number(
    "message.timestamp.before.max.ms",
    "LONG",
    FOREVER,
    0n,
    "log.message.timestamp.before.max.ms",
  ),
  number(
    "message.timestamp.after.max.ms",
    "LONG",
    "3600000",
    0n,
    "log.message.timestamp.after.max.ms",
  ),
  throttled("leader.replication.throttled.replicas"),
  throttled("follower.replication.throttled.replicas"),
  flag("remote.storage.enable", null),
  number("local.retention.ms", "LONG", "-2", -2n, "log.local.retention.ms"),
  number("local.retention.bytes", "LONG", "-2", -2n, "log.local.retention.bytes"),
  flag("remote.log.copy.disable", null),
  flag("remote.log.delete.on.disable", null),
];

function number(
  name: string,
  type: "INT" | "LONG",
  byDefault: string,
  min: bigint | null,
  synonym: string,
): TopicConfig {
  return { name, type, default: byDefault, synonym, ...(min === null ? {} : { min }) };
}

function choice(
  name: string,
  type: "STRING" | "LIST",
  byDefault: string,
  oneOf: readonly string[],
  synonym: string,
): TopicConfig {
  return { name, type, default: byDefault, oneOf, synonym };
}

function flag(name: string, synonym: string | null): TopicConfig {
  return { name, type: "BOOLEAN", default: "false", synonym };
}

function throttled(name: string): TopicConfig {
  return { name, type: "LIST", default: "", synonym: null, special: "throttledReplicas" };
}

/** Where a value comes from, as DescribeConfigs and CreateTopics say it (KIP-226). */
export const ConfigSource = {
  DYNAMIC_TOPIC_CONFIG: 1,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  DEFAULT_CONFIG: 5,
} as const;

export interface EffectiveConfig {
  readonly name: string;
  readonly value: string;
  readonly readOnly: boolean;
  readonly configSource: number;
  readonly isSensitive: boolean;
}

const BY_NAME: readonly TopicConfig[] = [...TOPIC_CONFIGS].sort((a, b) =>
  a.name < b.name ? -1 : 1,
);

/** Every config of a topic, by name, with the value that holds: its own, else the cluster's, else Kafka's. */
export function effectiveTopicConfigs(
  view: MetadataView,
  overrides: ReadonlyMap<string, string>,
): EffectiveConfig[] {
  const cluster = view.configs(ConfigResource.BROKER, "");
  return BY_NAME.map((config) => {
    const { value, configSource } = effective(config, overrides, cluster);
    return { name: config.name, value, readOnly: false, configSource, isSensitive: false };
  });
}

function effective(
  { name, synonym, default: byDefault }: TopicConfig,
  overrides: ReadonlyMap<string, string>,
  cluster: ReadonlyMap<string, string>,
): { value: string; configSource: number } {
  const own = overrides.get(name);
  if (own !== undefined) return { value: own, configSource: ConfigSource.DYNAMIC_TOPIC_CONFIG };
  const shared = synonym === null ? undefined : cluster.get(synonym);
  if (shared !== undefined) {
    return { value: shared, configSource: ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG };
  }
  return { value: byDefault, configSource: ConfigSource.DEFAULT_CONFIG };
}
