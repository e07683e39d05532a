/** Checks the configs of a topic, in Kafka's order and words. */

import { encodeUtf8 } from "../base/byte-writer.ts";
import {
  type ConfigValue,
  invalidValue,
  readConfig,
  readConfigs,
  unknownName,
} from "./config-key.ts";
import { staticTopicDefaults } from "./effective-config.ts";
import type { MetadataView } from "./metadata-view.ts";
import { type TopicConfig, topicConfigsAt } from "./topic-config.ts";

/** What a string of a record can hold, in UTF-8. */
const MAX_VALUE_BYTES = 32_767;
const MAX_BYTES_PER_CHARACTER = 3;
export const VALUE_TOO_LONG = `The configuration value cannot be added because it exceeds the maximum value size of ${MAX_VALUE_BYTES} bytes.`;

/** True for a value that no record can hold: two lists of a request and the state may be too long only together. */
export function isTooLong(value: string): boolean {
  if (value.length * MAX_BYTES_PER_CHARACTER <= MAX_VALUE_BYTES) return false;
  return value.length > MAX_VALUE_BYTES || encodeUtf8(value).length > MAX_VALUE_BYTES;
}

/** What is wrong with the configs of a topic that is created, or null. Error: INVALID_CONFIG. */
export function newTopicConfigProblem(view: MetadataView, configs: Texts): string | null {
  const hasLong = [...configs.values()].some(isTooLong);
  return hasLong ? VALUE_TOO_LONG : topicConfigProblem(view, configs);
}

type Texts = ReadonlyMap<string, string>;
type Values = ReadonlyMap<string, ConfigValue>;

/** Local retention that follows the topic's. */
const AS_RETENTION = -2n;
const UNLIMITED = -1n;

/**
 * What is wrong with the configs of a topic, or null. Error: INVALID_CONFIG. `before` are those that it had. Limits
 * between two configs hold for what the properties of the controller say where the topic says nothing.
 */
export function topicConfigProblem(
  view: MetadataView,
  configs: Texts,
  before: Texts = new Map(),
): string | null {
  const ground = groundOf(view);
  if (configs.size > 0 || before.size > 0) return problemOn(ground, view, configs, before);
  ground.problemOfNone ??= { problem: problemOn(ground, view, configs, before) };
  return ground.problemOfNone.problem;
}

function problemOn(
  { keys, defaults }: Ground,
  view: MetadataView,
  configs: Texts,
  before: Texts,
): string | null {
  const unknown = unknownName(keys, configs.keys());
  if (unknown !== null) return `Unknown topic config name: ${unknown}`;
  if ("problem" in defaults) return defaults.problem;
  const values = new Map(defaults.values);
  for (const key of keys) {
    const text = configs.get(key.name);
    if (text === undefined) continue;
    const read = readConfig(key, text);
    if (read.kind === "refused") return read.problem;
    values.set(key.name, read.value);
  }
  return compactionLagProblem(values) ?? remoteStorageProblem(view, values, before);
}

/** What all topics of a metadata.version start from. */
interface Ground {
  readonly level: number;
  readonly keys: readonly TopicConfig[];
  readonly defaults: ReturnType<typeof readConfigs>;
  /** What is wrong with a topic that has no configs and had none; null until somebody asks. */
  problemOfNone: { readonly problem: string | null } | null;
}

/** By the properties of the controller; thousands of topics are checked against one. */
const GROUNDS = new WeakMap<Texts, Ground>();

function groundOf(view: MetadataView): Ground {
  const { properties } = view.node;
  const level = view.metadataVersion();
  let ground = GROUNDS.get(properties);
  if (ground?.level !== level) {
    const keys = topicConfigsAt(level);
    const defaults = readConfigs(keys, staticTopicDefaults(properties));
    ground = { level, keys, defaults, problemOfNone: null };
    GROUNDS.set(properties, ground);
  }
  return ground;
}

function compactionLagProblem(values: Values): string | null {
  const minLag = long(values, "min.compaction.lag.ms");
  const maxLag = long(values, "max.compaction.lag.ms");
  if (minLag <= maxLag) return null;
  return `conflict topic config setting min.compaction.lag.ms (${minLag}) > max.compaction.lag.ms (${maxLag})`;
}

/** Tiered storage (KIP-405, KIP-950). */
function remoteStorageProblem(view: MetadataView, values: Values, before: Texts): string | null {
  if (values.get("remote.storage.enable") !== true) {
    const was = before.get("remote.storage.enable")?.toLowerCase() === "true";
    if (!was || values.get("remote.log.delete.on.disable") === true) return null;
    return "It is invalid to disable remote storage without deleting remote data. If you want to keep the remote data and turn to read only, please set `remote.storage.enable=true,remote.log.copy.disable=true`. If you want to disable remote storage and delete all remote data, please set `remote.storage.enable=false,remote.log.delete.on.disable=true`.";
  }
  if (view.node.properties.get("remote.log.storage.system.enable")?.toLowerCase() !== "true") {
    return "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.";
  }
  const policy = values.get("cleanup.policy") as readonly string[];
  if (policy.some((item) => item !== "delete")) {
    return "Remote log storage only supports topics with cleanup.policy=delete or cleanup.policy being an empty list.";
  }
  return (
    localRetentionProblem(values, "bytes") ??
    localRetentionProblem(values, "ms") ??
    copyLagProblem(values, "bytes") ??
    copyLagProblem(values, "ms") ??
    copyDisabledProblem(values)
  );
}

/** What is kept locally must not be more than what is kept at all. */
function localRetentionProblem(values: Values, unit: "bytes" | "ms"): string | null {
  const retention = long(values, `retention.${unit}`);
  const local = long(values, `local.retention.${unit}`);
  const unlimited = unit === "bytes" ? retention < 0n : retention === UNLIMITED;
  if (unlimited || local === AS_RETENTION) return null;
  if (local === UNLIMITED) {
    const why = `Value must not be -1 as retention.${unit} value is set as ${retention}.`;
    return invalidValue(`local.retention.${unit}`, String(local), why);
  }
  if (local <= retention) return null;
  const why = `Value must not be more than retention.${unit} property value: ${retention}`;
  return invalidValue(`local.retention.${unit}`, String(local), why);
}

function copyLagProblem(values: Values, unit: "bytes" | "ms"): string | null {
  const lag = values.get(`remote.copy.lag.${unit}`);
  const local = long(values, `local.retention.${unit}`);
  const kept = local === AS_RETENTION ? long(values, `retention.${unit}`) : local;
  if (typeof lag !== "bigint" || lag <= 0n || kept < 0n || lag <= kept) return null;
  const why = `Value must not exceed local.retention.${unit} (effective value: ${kept})`;
  return invalidValue(`remote.copy.lag.${unit}`, String(lag), why);
}

function copyDisabledProblem(values: Values): string | null {
  if (values.get("remote.log.copy.disable") !== true) return null;
  for (const unit of ["bytes", "ms"]) {
    const local = long(values, `local.retention.${unit}`);
    if (local === AS_RETENTION || local === long(values, `retention.${unit}`)) continue;
    return `When \`remote.log.copy.disable\` is set to true, the \`local.retention.${unit}\` and \`retention.${unit}\` must be set to the identical value because there will be no more logs copied to the remote storage.`;
  }
  return null;
}

function long(values: Values, name: string): bigint {
  return values.get(name) as bigint;
}
