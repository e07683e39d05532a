/** Configs of topics: every key there is, with values inside and outside of its limits. */

import type { Context } from "./context.ts";

export interface NamedValue {
  readonly name: string;
  readonly value: string | null;
}

const WRONG_NAMES = [
  "no.such.config",
  "",
  "segment.byte",
  "Retention.ms",
  "min.insync.replicas ",
  "log.retention.ms",
];

const GOOD: Readonly<Record<string, readonly string[]>> = {
  "segment.bytes": ["1048576", "1073741824", "2147483647"],
  "segment.ms": ["1", "604800000"],
  "segment.jitter.ms": ["0", "1000"],
  "segment.index.bytes": ["4", "10485760"],
  "flush.messages": ["1", "9223372036854775807"],
  "flush.ms": ["0", "1000"],
  "retention.bytes": ["-1", "0", "1000000"],
  "retention.ms": ["-1", "0", "86400000"],
  "max.message.bytes": ["0", "1000", "1048588"],
  "index.interval.bytes": ["0", "4096"],
  "delete.retention.ms": ["0", "1000"],
  "min.compaction.lag.ms": ["0", "1000"],
  "max.compaction.lag.ms": ["1000", "9223372036854775807"],
  "file.delete.delay.ms": ["0", "60000"],
  "min.cleanable.dirty.ratio": ["0", "0.5", "1", "1.0", "5e-1"],
  "cleanup.policy": ["delete", "compact", "compact,delete", "delete, compact"],
  "unclean.leader.election.enable": ["true", "false", "TRUE", " true "],
  "min.insync.replicas": ["1", "2", "3"],
  "compression.type": ["producer", "zstd", "gzip", "lz4", "snappy", "uncompressed"],
  "compression.gzip.level": ["-1", "1", "9"],
  "compression.lz4.level": ["1", "17"],
  "compression.zstd.level": ["-131072", "3", "22"],
  preallocate: ["true", "false"],
  "message.timestamp.type": ["CreateTime", "LogAppendTime"],
  "message.timestamp.before.max.ms": ["0", "9223372036854775807"],
  "message.timestamp.after.max.ms": ["0", "3600000"],
  "leader.replication.throttled.replicas": ["", "*", "0:11,1:12"],
  "follower.replication.throttled.replicas": ["", "*", "0:11"],
  "remote.storage.enable": ["false"],
  "local.retention.ms": ["-2", "1000"],
  "local.retention.bytes": ["-2", "1000"],
  "remote.log.copy.disable": ["false"],
  "remote.log.delete.on.disable": ["false"],
};

/** What 4.4 brought. Ours knows it from that release's metadata.version on. */
const GOOD_SINCE_4_4: Readonly<Record<string, readonly string[]>> = {
  "errors.deadletterqueue.group.enable": ["true", "false"],
  "max.decompressed.message.bytes": ["1", "2147483639"],
  "remote.copy.lag.bytes": ["-1", "1"],
  "remote.copy.lag.ms": ["-1", "0", "1"],
};
const LEVEL_4_4 = 33;

function valuesAt({ model }: Context): Readonly<Record<string, readonly string[]>> {
  const level = model.features.get("metadata.version") ?? 0;
  return level >= LEVEL_4_4 ? { ...GOOD, ...GOOD_SINCE_4_4 } : GOOD;
}

const BAD_VALUES = [
  "",
  " ",
  "x",
  "-3",
  "-1",
  "0",
  "1.5",
  "1e3",
  "+5",
  "007",
  "99999999999",
  "9223372036854775808",
  "-9223372036854775809",
  "true",
  "yes",
  "delete,",
  ",",
  "delete,delete",
  "compact,none",
  "NaN",
  "0:1:2",
  "0x10",
  " 12 ",
  "1_000",
];

export function someConfigName(context: Context): string {
  const { random } = context;
  return random.chance(0.93)
    ? random.pick(Object.keys(valuesAt(context)))
    : random.pick(WRONG_NAMES);
}

function goodConfig(context: Context): NamedValue {
  const [name, values] = context.random.pick(Object.entries(valuesAt(context)));
  return { name, value: context.random.pick(values) };
}

export function someValueOf(context: Context, name: string): string | null {
  const { random } = context;
  return random.oneOf<string | null>([
    [75, () => random.pick(valuesAt(context)[name] ?? ["1"])],
    [22, () => random.pick(BAD_VALUES)],
    [3, () => null],
  ]);
}

/** A few configs for a topic; mostly ones that it may have. */
export function someConfigs(context: Context): NamedValue[] {
  const { random } = context;
  if (random.chance(0.55)) return random.many(0, 3, () => goodConfig(context));
  return random.many(1, 3, () => {
    const name = someConfigName(context);
    return { name, value: someValueOf(context, name) };
  });
}
