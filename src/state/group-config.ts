/** Configs of groups (KIP-848, KIP-932, KIP-1071), and the limits that the properties of a controller set for them. */

import {
  type ConfigKey,
  type ConfigValue,
  invalidValue,
  javaList,
  KAFKA_4_4,
  keysAt,
  readConfigs,
  unknownName,
} from "./config-key.ts";
import { listItems, parseInteger, trimJava } from "./java-text.ts";
import type { MetadataView } from "./metadata-view.ts";

export interface GroupConfig extends ConfigKey {
  /** The brokers' config that gives the default of all groups; null when there is none. */
  readonly synonym: string | null;
}

/** In the order in which Kafka checks them. */
export const GROUP_CONFIGS: readonly GroupConfig[] = [
  integer("consumer.session.timeout.ms", 45_000, 1n),
  integer("consumer.heartbeat.interval.ms", 5000, 1n),
  integer("consumer.assignment.interval.ms", 1000, 0n),
  internal(flag("consumer.assignor.offload.enable", "true", true)),
  integer("share.session.timeout.ms", 45_000, 1n),
  integer("share.heartbeat.interval.ms", 5000, 1n),
  integer("share.record.lock.duration.ms", 30_000, 1000n),
  integer("share.delivery.count.limit", 5, 2n),
  integer("share.partition.max.record.locks", 2000, 100n),
  { ...text("share.auto.offset.reset", "latest"), check: offsetResetProblem },
  {
    ...text("share.isolation.level", "read_uncommitted"),
    oneOf: ["read_committed", "read_uncommitted"],
  },
  flag("share.renew.acknowledge.enable", "true", false),
  integer("share.assignment.interval.ms", 1000, 0n),
  internal(flag("share.assignor.offload.enable", "true", true)),
  integer("streams.session.timeout.ms", 45_000, 1n),
  integer("streams.heartbeat.interval.ms", 5000, 1n),
  integer("streams.num.standby.replicas", 0, 0n),
  integer("streams.initial.rebalance.delay.ms", 3000, 0n),
  integer("streams.assignment.interval.ms", 1000, 0n),
  internal(flag("streams.assignor.offload.enable", "true", true)),
  internal(integer("streams.task.offset.interval.ms", 60_000, 1n)),
  internal(integer("streams.num.warmup.replicas", 2, 0n)),
  {
    name: "streams.rack.aware.assignment.tags",
    type: "LIST",
    default: "",
    distinct: true,
    synonym: "group.streams.rack.aware.assignment.tags",
    since: KAFKA_4_4,
  },
  internal({ ...integer("streams.acceptable.recovery.lag", 10_000, 0n), type: "LONG" }),
  {
    name: "streams.assignor.name",
    type: "STRING",
    default: null,
    synonym: "group.streams.assignors",
    since: KAFKA_4_4,
  },
  { ...text("errors.deadletterqueue.topic.name", ""), since: KAFKA_4_4 },
  { ...flag("errors.deadletterqueue.copy.record.enable", "false", false), since: KAFKA_4_4 },
];

/** The assignors of streams groups, where no property names others. */
export const STREAMS_ASSIGNORS = "sticky";

export interface GroupLimit {
  readonly name: string;
  /** The property that sets it, and its value where none does. */
  readonly min?: readonly [property: string, byDefault: bigint];
  readonly max?: readonly [property: string, byDefault: bigint];
  readonly internal?: boolean;
}

/** In the order in which Kafka checks them. */
export const GROUP_LIMITS: readonly GroupLimit[] = [
  range("consumer", "heartbeat.interval.ms", 5000n, 15_000n),
  range("consumer", "session.timeout.ms", 45_000n, 60_000n),
  range("consumer", "assignment.interval.ms", 0n, 15_000n),
  range("share", "heartbeat.interval.ms", 5000n, 15_000n),
  range("share", "session.timeout.ms", 45_000n, 60_000n),
  range("share", "record.lock.duration.ms", 15_000n, 60_000n),
  range("share", "delivery.count.limit", 2n, 10n),
  range("share", "partition.max.record.locks", 100n, 4000n),
  range("share", "assignment.interval.ms", 0n, 15_000n),
  range("streams", "heartbeat.interval.ms", 5000n, 15_000n),
  range("streams", "session.timeout.ms", 45_000n, 60_000n),
  { name: "streams.num.standby.replicas", max: ["group.streams.max.standby.replicas", 2n] },
  range("streams", "assignment.interval.ms", 0n, 15_000n),
  {
    name: "streams.task.offset.interval.ms",
    min: ["group.streams.min.task.offset.interval.ms", 15_000n],
    internal: true,
  },
  {
    name: "streams.num.warmup.replicas",
    max: ["group.streams.max.warmup.replicas", 20n],
    internal: true,
  },
];

type Texts = ReadonlyMap<string, string>;
type Values = ReadonlyMap<string, ConfigValue>;

/** What groups can have at a metadata.version. */
export function groupConfigsAt(metadataVersion: number): readonly GroupConfig[] {
  return keysAt(GROUP_CONFIGS, metadataVersion);
}

/** What is wrong with the configs of a group, or null. Error: INVALID_CONFIG. */
export function groupConfigProblem(view: MetadataView, configs: Texts): string | null {
  const keys = groupConfigsAt(view.metadataVersion());
  const unknown = unknownName(keys, configs.keys());
  if (unknown !== null) return `Unknown group config name: ${unknown}`;
  const tags = listItems(configs.get("streams.rack.aware.assignment.tags") ?? "");
  if (new Set(tags).size !== tags.length) {
    return "streams.rack.aware.assignment.tags must not contain duplicate tag keys.";
  }
  const read = readConfigs(keys, configs);
  if ("problem" in read) return read.problem;
  const given = new Map([...read.values].filter(([name]) => configs.has(name)));
  const { properties } = view.node;
  return (
    limitProblem(given, properties) ??
    assignorProblem(given, properties) ??
    heartbeatProblem(given, properties) ??
    deadLetterProblem(given)
  );
}

function limitProblem(given: Values, properties: Texts): string | null {
  for (const { name, min, max } of GROUP_LIMITS) {
    const value = given.get(name);
    if (typeof value !== "bigint") continue;
    const least = min === undefined ? null : propertyValue(properties, ...min);
    const most = max === undefined ? null : propertyValue(properties, ...max);
    if ((least === null || value >= least) && (most === null || value <= most)) continue;
    if (least === null) return `${name} must be less than or equal to ${most}`;
    if (most === null) return `${name} must be greater than or equal to ${least}`;
    return `${name} must be in the range ${least} to ${most} inclusive.`;
  }
  return null;
}

function assignorProblem(given: Values, properties: Texts): string | null {
  const name = given.get("streams.assignor.name");
  if (name === undefined) return null;
  const assignors = listItems(properties.get("group.streams.assignors") ?? STREAMS_ASSIGNORS);
  if (assignors.includes(String(name))) return null;
  return `streams.assignor.name '${name}' is not a registered task assignor. Registered assignors are: ${javaList(assignors)}.`;
}

/** Whoever is to be heard of in time must speak more often than that. */
function heartbeatProblem(given: Values, properties: Texts): string | null {
  for (const kind of ["consumer", "share", "streams"]) {
    const sessionName = `${kind}.session.timeout.ms`;
    const heartbeatName = `${kind}.heartbeat.interval.ms`;
    if (!given.has(sessionName) && !given.has(heartbeatName)) continue;
    const sessionMs =
      given.get(sessionName) ?? propertyValue(properties, `group.${sessionName}`, 45_000n);
    const intervalMs =
      given.get(heartbeatName) ?? propertyValue(properties, `group.${heartbeatName}`, 5000n);
    if (sessionMs <= intervalMs) return `${sessionName} must be greater than ${heartbeatName}`;
  }
  return null;
}

function deadLetterProblem(given: Values): string | null {
  const name = "errors.deadletterqueue.topic.name";
  const topic = given.get(name);
  if (typeof topic !== "string" || !topic.startsWith("__")) return null;
  return `${name}: DLQ topic name must not start with '__'`;
}

function propertyValue(properties: Texts, name: string, byDefault: bigint): bigint {
  return parseInteger(trimJava(properties.get(name) ?? ""), "INT") ?? byDefault;
}

function integer(name: string, byDefault: number, min: bigint): GroupConfig {
  return { name, type: "INT", default: String(byDefault), min, synonym: `group.${name}` };
}

function flag(name: string, byDefault: "true" | "false", shared: boolean): GroupConfig {
  return { name, type: "BOOLEAN", default: byDefault, synonym: shared ? `group.${name}` : null };
}

function text(name: string, byDefault: string): GroupConfig {
  return { name, type: "STRING", default: byDefault, synonym: null };
}

function internal(config: GroupConfig): GroupConfig {
  return { ...config, internal: true, since: KAFKA_4_4 };
}

function range(kind: string, name: string, min: bigint, max: bigint): GroupLimit {
  return {
    name: `${kind}.${name}`,
    min: [`group.${kind}.min.${name}`, min],
    max: [`group.${kind}.max.${name}`, max],
  };
}

function offsetResetProblem(name: string, value: ConfigValue): string | null {
  const reset = String(value);
  if (reset === "earliest" || reset === "latest" || isDurationReset(reset)) return null;
  const why = `Invalid value \`${reset}\` for configuration ${name}. The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.`;
  return invalidValue(name, reset, why);
}

const DURATION =
  /^([-+]?)P(?:([-+]?\d+)D)?(?:T(?=[-+\d])(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+)(?:[.,](\d{0,9}))?S)?)?$/i;
const SECONDS = [86_400, 3600, 60, 1];

/** A span of time in ISO 8601's form that does not point into the future. */
function isDurationReset(reset: string): boolean {
  const prefix = "by_duration:";
  const match = reset.startsWith(prefix) ? DURATION.exec(reset.slice(prefix.length)) : null;
  if (match === null) return false;
  const parts = match.slice(2, 6);
  if (parts.every((part) => part === undefined)) return false;
  let seconds = 0;
  for (const [i, part] of parts.entries()) seconds += Number(part ?? 0) * (SECONDS[i] ?? 0);
  const fraction = Number(`0.${match[6] ?? ""}`) * (parts[3]?.startsWith("-") ? -1 : 1);
  return (seconds + fraction) * (match[1] === "-" ? -1 : 1) >= 0;
}
