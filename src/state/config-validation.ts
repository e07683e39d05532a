/** Checks the configs of a topic, in Kafka's order and words. */

import { MAX_LONG, TOPIC_CONFIGS, type TopicConfig } from "./topic-config.ts";

const BY_NAME: ReadonlyMap<string, TopicConfig> = new Map(
  TOPIC_CONFIGS.map((config) => [config.name, config]),
);

/** From this metadata.version on segments have a megabyte at least. */
const SEGMENT_MINIMUM_SINCE = 26;
const OLD_SEGMENT_MINIMUM = 14n;

const MAX_VALUE_LENGTH = 32_767;

const INTEGER_LIMITS = {
  INT: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  LONG: { min: -MAX_LONG - 1n, max: MAX_LONG },
} as const;

/** What is wrong with the configs set on a topic, or null. Error: INVALID_CONFIG. */
export function topicConfigProblem(
  values: ReadonlyMap<string, string>,
  metadataVersion: number,
): string | null {
  if ([...values.values()].some((value) => value.length > MAX_VALUE_LENGTH)) {
    return `The configuration value cannot be added because it exceeds the maximum value size of ${MAX_VALUE_LENGTH} bytes.`;
  }
  for (const name of values.keys()) {
    if (!BY_NAME.has(name)) return `Unknown topic config name: ${name}`;
  }
  for (const config of TOPIC_CONFIGS) {
    const value = values.get(config.name);
    const problem = value === undefined ? null : valueProblem(config, value, metadataVersion);
    if (problem !== null) return problem;
  }
  const minLag = lagMs(values, "min.compaction.lag.ms");
  const maxLag = lagMs(values, "max.compaction.lag.ms");
  if (minLag > maxLag) {
    return `conflict topic config setting min.compaction.lag.ms (${minLag}) > max.compaction.lag.ms (${maxLag})`;
  }
  // Tiered storage is a matter of the brokers' disks; this controller is like one that has it switched off.
  if (values.get("remote.storage.enable")?.trim().toLowerCase() === "true") {
    return "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.";
  }
  return null;
}

function lagMs(values: ReadonlyMap<string, string>, name: string): bigint {
  const value = values.get(name) ?? BY_NAME.get(name)?.default;
  return parseInteger((value ?? "").trim(), "LONG") ?? 0n;
}

function valueProblem(config: TopicConfig, value: string, metadataVersion: number): string | null {
  switch (config.type) {
    case "INT":
    case "LONG":
      return integerProblem(config, config.type, value, metadataVersion);
    case "DOUBLE":
      return doubleProblem(config, value);
    case "BOOLEAN":
      return /^(true|false)$/i.test(value.trim())
        ? null
        : invalid(config, value, "Expected value to be either true or false");
    case "STRING":
      return choiceProblem(config, value.trim());
    case "LIST":
      return listProblem(config, value);
  }
}

function invalid({ name }: TopicConfig, value: string, why: string): string {
  return `Invalid value ${value} for configuration ${name}: ${why}`;
}

function integerProblem(
  config: TopicConfig,
  type: "INT" | "LONG",
  text: string,
  metadataVersion: number,
): string | null {
  const value = parseInteger(text.trim(), type);
  if (value === null) return invalid(config, text, `Not a number of type ${type}`);
  if (config.special === "gzipLevel") {
    if (value === -1n || (value >= 1n && value <= 9n)) return null;
    return invalid(config, String(value), "Value must be between 1 and 9 or equal to -1");
  }
  const isOldSegment = config.name === "segment.bytes" && metadataVersion < SEGMENT_MINIMUM_SINCE;
  const min = isOldSegment ? OLD_SEGMENT_MINIMUM : config.min;
  if (min !== undefined && value < min) {
    return invalid(config, String(value), `Value must be at least ${min}`);
  }
  if (config.max !== undefined && value > config.max) {
    return invalid(config, String(value), `Value must be no more than ${config.max}`);
  }
  return null;
}

/** The integer as Java reads it, or null when it is none or does not fit. */
function parseInteger(text: string, type: "INT" | "LONG"): bigint | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  const { min, max } = INTEGER_LIMITS[type];
  return value < min || value > max ? null : value;
}

function doubleProblem(config: TopicConfig, text: string): string | null {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[fd]?$/i.test(trimmed)) {
    return invalid(config, text, "Not a number of type DOUBLE");
  }
  const value = Number.parseFloat(trimmed);
  const shown = Number.isInteger(value) ? value.toFixed(1) : String(value);
  if (config.min !== undefined && value < Number(config.min)) {
    return invalid(config, shown, `Value must be at least ${config.min}`);
  }
  if (config.max !== undefined && value > Number(config.max)) {
    return invalid(config, shown, `Value must be no more than ${config.max}`);
  }
  return null;
}

function choiceProblem(config: TopicConfig, value: string): string | null {
  const { oneOf } = config;
  if (oneOf === undefined || oneOf.includes(value)) return null;
  return invalid(config, value, `String must be one of: ${oneOf.join(", ")}`);
}

function listProblem(config: TopicConfig, text: string): string | null {
  const trimmed = text.trim();
  const items = trimmed === "" ? [] : trimmed.split(/\s*,\s*/);
  if (config.special === "throttledReplicas") {
    const isFine =
      items.every((item) => /^(\d+:\d+)?$/.test(item)) || items.join("").trim() === "*";
    return isFine ? null : invalid(config, `[${items.join(", ")}]`, throttledForm(config));
  }
  for (const item of items) {
    if (item === "") return `Configuration '${config.name}' values must not be empty.`;
    const problem = choiceProblem(config, item);
    if (problem !== null) return problem;
  }
  return null;
}

function throttledForm({ name }: TopicConfig): string {
  return `${name} must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...`;
}
