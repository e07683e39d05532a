/** The configs that a topic can have: their types, defaults and limits, and which of the brokers' configs they follow. */

import {
  type ConfigKey,
  type ConfigType,
  type ConfigValue,
  invalidValue,
  javaList,
  KAFKA_4_4,
  keysAt,
} from "./config-key.ts";
import { parseInteger, trimJava } from "./java-text.ts";

/** A config of brokers that gives the default of all topics. */
export interface ConfigSynonym {
  readonly name: string;
  readonly type: ConfigType;
  /** As Kafka prints it; null when there is none. */
  readonly default: string | null;
  /** How many milliseconds its unit has, where it is converted. */
  readonly unitMs?: number;
}

export interface TopicConfig extends ConfigKey {
  /** Those named first win; only the first can be set dynamically on brokers. */
  readonly synonyms: readonly ConfigSynonym[];
}

const FOREVER = String(2n ** 63n - 1n);
const COMPRESSION_TYPES = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"];
const TIMESTAMP_TYPES = ["CreateTime", "LogAppendTime"];
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** In the order in which Kafka checks them. */
export const TOPIC_CONFIGS: readonly TopicConfig[] = [
  number("segment.bytes", "INT", "1073741824", { min: 1_048_576n, synonym: "log.segment.bytes" }),
  milliseconds("segment.ms", "604800000", 1n, [
    synonym("log.roll.ms", "LONG", null),
    synonym("log.roll.hours", "INT", "168", HOUR_MS),
  ]),
  milliseconds("segment.jitter.ms", "0", 0n, [
    synonym("log.roll.jitter.ms", "LONG", null),
    synonym("log.roll.jitter.hours", "INT", "0", HOUR_MS),
  ]),
  number("segment.index.bytes", "INT", "10485760", {
    min: 4n,
    synonym: "log.index.size.max.bytes",
  }),
  number("flush.messages", "LONG", FOREVER, { min: 1n, synonym: "log.flush.interval.messages" }),
  milliseconds("flush.ms", FOREVER, 0n, [
    synonym("log.flush.interval.ms", "LONG", null),
    synonym("log.flush.scheduler.interval.ms", "LONG", FOREVER),
  ]),
  number("retention.bytes", "LONG", "-1", { synonym: "log.retention.bytes" }),
  milliseconds("retention.ms", "604800000", -1n, [
    synonym("log.retention.ms", "LONG", null),
    synonym("log.retention.minutes", "INT", null, MINUTE_MS),
    synonym("log.retention.hours", "INT", "168", HOUR_MS),
  ]),
  number("max.message.bytes", "INT", "1048588", { min: 0n, synonym: "message.max.bytes" }),
  {
    ...number("max.decompressed.message.bytes", "INT", "2147483639", {
      min: 1n,
      max: 2_147_483_639n,
      synonym: "max.decompressed.message.bytes",
    }),
    since: KAFKA_4_4,
  },
  number("index.interval.bytes", "INT", "4096", { min: 0n, synonym: "log.index.interval.bytes" }),
  cleaning("delete.retention.ms", "86400000", 0n),
  cleaning("min.compaction.lag.ms", "0", 0n),
  cleaning("max.compaction.lag.ms", FOREVER, 1n),
  number("file.delete.delay.ms", "LONG", "60000", {
    min: 0n,
    synonym: "log.segment.delete.delay.ms",
  }),
  number("min.cleanable.dirty.ratio", "DOUBLE", "0.5", {
    min: 0n,
    max: 1n,
    synonym: "log.cleaner.min.cleanable.ratio",
  }),
  {
    ...choice("cleanup.policy", "LIST", "delete", ["compact", "delete"], "log.cleanup.policy"),
    distinct: true,
  },
  flag("unclean.leader.election.enable", "unclean.leader.election.enable"),
  number("min.insync.replicas", "INT", "1", { min: 1n, synonym: "min.insync.replicas" }),
  choice("compression.type", "STRING", "producer", COMPRESSION_TYPES, "compression.type"),
  {
    ...number("compression.gzip.level", "INT", "-1", { synonym: "compression.gzip.level" }),
    check: gzipLevelProblem,
  },
  number("compression.lz4.level", "INT", "9", {
    min: 1n,
    max: 17n,
    synonym: "compression.lz4.level",
  }),
  number("compression.zstd.level", "INT", "3", {
    min: -131_072n,
    max: 22n,
    synonym: "compression.zstd.level",
  }),
  flag("preallocate", "log.preallocate"),
  choice(
    "message.timestamp.type",
    "STRING",
    "CreateTime",
    TIMESTAMP_TYPES,
    "log.message.timestamp.type",
  ),
  number("message.timestamp.before.max.ms", "LONG", FOREVER, {
    min: 0n,
    synonym: "log.message.timestamp.before.max.ms",
  }),
  number("message.timestamp.after.max.ms", "LONG", "3600000", {
    min: 0n,
    synonym: "log.message.timestamp.after.max.ms",
  }),
  throttled("leader.replication.throttled.replicas"),
  throttled("follower.replication.throttled.replicas"),
  flag("remote.storage.enable", null),
  number("local.retention.ms", "LONG", "-2", { min: -2n, synonym: "log.local.retention.ms" }),
  number("local.retention.bytes", "LONG", "-2", { min: -2n, synonym: "log.local.retention.bytes" }),
  flag("remote.log.copy.disable", null),
  {
    ...number("remote.copy.lag.ms", "LONG", "0", { min: -1n, synonym: "log.remote.copy.lag.ms" }),
    since: KAFKA_4_4,
  },
  {
    ...number("remote.copy.lag.bytes", "LONG", "-1", {
      min: -1n,
      synonym: "log.remote.copy.lag.bytes",
    }),
    since: KAFKA_4_4,
  },
  flag("remote.log.delete.on.disable", null),
  { ...flag("errors.deadletterqueue.group.enable", null), since: KAFKA_4_4 },
  {
    name: "internal.segment.bytes",
    type: "INT",
    default: null,
    synonyms: [],
    internal: true,
  },
];

/** What topics can have at a metadata.version. */
export function topicConfigsAt(metadataVersion: number): readonly TopicConfig[] {
  return keysAt(TOPIC_CONFIGS, metadataVersion);
}

/** A broker's value as topics take it. What is no number counts as 0 where the unit has to be converted. */
export function inMilliseconds({ unitMs }: ConfigSynonym, text: string): string {
  if (unitMs === undefined) return text;
  return String((parseInteger(trimJava(text), "INT") ?? 0n) * BigInt(unitMs));
}

function synonym(
  name: string,
  type: ConfigType,
  byDefault: string | null,
  unitMs?: number,
): ConfigSynonym {
  return { name, type, default: byDefault, ...(unitMs === undefined ? {} : { unitMs }) };
}

function number(
  name: string,
  type: "INT" | "LONG" | "DOUBLE",
  byDefault: string,
  { synonym: like, ...limits }: { readonly min?: bigint; readonly max?: bigint; synonym: string },
): TopicConfig {
  return { name, type, default: byDefault, ...limits, synonyms: [synonym(like, type, byDefault)] };
}

function milliseconds(
  name: string,
  byDefault: string,
  min: bigint,
  synonyms: readonly ConfigSynonym[],
): TopicConfig {
  return { name, type: "LONG", default: byDefault, min, synonyms };
}

function cleaning(name: string, byDefault: string, min: bigint): TopicConfig {
  return number(name, "LONG", byDefault, { min, synonym: `log.cleaner.${name}` });
}

function choice(
  name: string,
  type: "STRING" | "LIST",
  byDefault: string,
  oneOf: readonly string[],
  like: string,
): TopicConfig {
  return { name, type, default: byDefault, oneOf, synonyms: [synonym(like, type, byDefault)] };
}

function flag(name: string, like: string | null): TopicConfig {
  const synonyms = like === null ? [] : [synonym(like, "BOOLEAN", "false")];
  return { name, type: "BOOLEAN", default: "false", synonyms };
}

function throttled(name: string): TopicConfig {
  return { name, type: "LIST", default: "", synonyms: [], check: throttledReplicasProblem };
}

function gzipLevelProblem(name: string, value: ConfigValue): string | null {
  if (value === -1n || (typeof value === "bigint" && value >= 1n && value <= 9n)) return null;
  return invalidValue(name, String(value), "Value must be between 1 and 9 or equal to -1");
}

function throttledReplicasProblem(name: string, value: ConfigValue): string | null {
  const items = value as readonly string[];
  const replicas = items.map(trimJava);
  if (replicas.every((item) => /^(\d+:\d+)?$/.test(item)) || replicas.join("") === "*") return null;
  const form = `${name} must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...`;
  return invalidValue(name, javaList(items), form);
}
