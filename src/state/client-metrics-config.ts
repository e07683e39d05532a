/** What clients are asked to measure (KIP-714): the configs of CLIENT_METRICS resources. */

import { ErrorCode } from "../base/error-code.ts";
import { type ConfigKey, readConfigs, unknownName } from "./config-key.ts";
import type { ConfigRefusal } from "./config-refusal.ts";
import { isJavaPattern } from "./java-pattern.ts";
import { splitJava, trimJava } from "./java-text.ts";

/** In the order in which Kafka checks them. */
export const CLIENT_METRICS_CONFIGS: readonly ConfigKey[] = [
  { name: "metrics", type: "LIST", default: "", distinct: true },
  { name: "interval.ms", type: "INT", default: "300000" },
  { name: "match", type: "LIST", default: "", distinct: true },
];

const MIN_INTERVAL_MS = 100n;
const MAX_INTERVAL_MS = 3_600_000n;

/** What a match may look at. */
const SELECTORS: ReadonlySet<string> = new Set([
  "client_instance_id",
  "client_id",
  "client_software_name",
  "client_software_version",
  "client_source_address",
  "client_source_port",
]);

/** Why a subscription may not have these configs, or null. Errors: INVALID_REQUEST, INVALID_CONFIG. */
export function clientMetricsRefusal(
  name: string,
  configs: ReadonlyMap<string, string>,
): ConfigRefusal | null {
  const malformed = (message: string): ConfigRefusal => ({
    errorCode: ErrorCode.INVALID_REQUEST,
    message,
  });
  if (name === "") return malformed("Subscription name can't be empty");
  const unknown = unknownName(CLIENT_METRICS_CONFIGS, configs.keys());
  if (unknown !== null) return malformed(`Unknown client metrics configuration: ${unknown}`);
  const read = readConfigs(CLIENT_METRICS_CONFIGS, configs);
  if ("problem" in read) return { errorCode: ErrorCode.INVALID_CONFIG, message: read.problem };
  const intervalMs = read.values.get("interval.ms") as bigint;
  if (intervalMs < MIN_INTERVAL_MS || intervalMs > MAX_INTERVAL_MS) {
    return malformed(
      `Invalid value ${intervalMs} for interval.ms, interval must be between ${MIN_INTERVAL_MS} and ${MAX_INTERVAL_MS} (1 hour)`,
    );
  }
  const matches = read.values.get("match") as readonly string[];
  const wrong = matches.find((match) => !isMatch(match));
  if (wrong === undefined) return null;
  return {
    errorCode: ErrorCode.INVALID_CONFIG,
    message: `Illegal client matching pattern: ${wrong}`,
  };
}

/** A selector and a regular expression, with one '=' between them. */
function isMatch(match: string): boolean {
  const [selector = "", pattern = "", ...more] = splitJava(match, "=");
  const isPair = match.includes("=") && pattern !== "" && more.length === 0;
  return isPair && SELECTORS.has(trimJava(selector)) && isJavaPattern(trimJava(pattern));
}
