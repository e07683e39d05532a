/** IncrementalAlterConfigs (KIP-339): configs are set, deleted, and lists made longer and shorter, one by one. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { brokerListDefault } from "./broker-config.ts";
import { type ConfigChange, settledConfigs } from "./config-alteration.ts";
import type { ConfigResourceName } from "./config-records.ts";
import type { ConfigRefusal } from "./config-refusal.ts";
import { answerTo, BROKER_LOGGER, ConfigOperation, loggerRefusal } from "./config-resources.ts";
import { type AlterConfigsContext, decideAlterations, type Planned } from "./decide-alterations.ts";
import type { Decision } from "./decision.ts";
import { HashedMap } from "./hashed-map.ts";
import { splitJava } from "./java-text.ts";
import { ConfigResource, type MetadataView } from "./metadata-view.ts";
import { TOPIC_CONFIGS } from "./topic-config.ts";

type Request = RequestOf<"incrementalAlterConfigs">;
type AskedConfig = Request["resources"][number]["configs"][number];

/**
 * Error codes, all for one resource: UNSUPPORTED_VERSION, INVALID_REQUEST, INVALID_CONFIG, INVALID_TOPIC_EXCEPTION,
 * UNKNOWN_TOPIC_OR_PARTITION, BROKER_ID_NOT_REGISTERED, CLUSTER_, TOPIC_ and GROUP_AUTHORIZATION_FAILED; for all of them
 * POLICY_VIOLATION, and UNKNOWN_SERVER_ERROR for an operation that there is not.
 */
export function decideIncrementalAlterConfigs(
  request: Request,
  view: MetadataView,
  context: AlterConfigsContext,
): Decision<ResponseInit<"incrementalAlterConfigs">> {
  const loggers = request.resources.filter(({ resourceType }) => resourceType === BROKER_LOGGER);
  const others = request.resources.filter(({ resourceType }) => resourceType !== BROKER_LOGGER);
  const loggerContext = { nodeId: view.node.nodeId, rights: context.rights };
  const answers = loggers.map((logger) => answerTo(logger, loggerRefusal(logger, loggerContext)));
  const decision = decideAlterations(others, view, {
    ...context,
    validateOnly: request.validateOnly,
    plan: (resource) => plan(view, resource, resource.configs),
  });
  if (decision.failure !== null) {
    const { failure } = decision;
    const responses = request.resources.map((resource) => answerTo(resource, failure));
    return { records: [], atomic: true, response: { responses } };
  }
  const responses = [...decision.responses, ...answers];
  return { records: decision.records, atomic: true, response: { responses } };
}

/** What becomes of each config, in the order in which Kafka gets to them. */
function plan(
  view: MetadataView,
  resource: ConfigResourceName,
  configs: readonly AskedConfig[],
): Planned {
  // Of a config that is named twice the last operation counts.
  const asked = new HashedMap<AskedConfig>();
  for (const config of configs) asked.set(config.name, config);
  const settled = settledConfigs(view, resource);
  const changes: ConfigChange[] = [];
  for (const { name, configOperation, value } of asked.values()) {
    const current = settled.get(name) ?? null;
    let changed = value;
    if (configOperation === ConfigOperation.DELETE) {
      changed = null;
    } else if (configOperation !== ConfigOperation.SET) {
      const list = changedList(resource, { name, configOperation, value }, current);
      if (typeof list !== "string") return list;
      changed = list;
    }
    // Brokers read their files again when they hear of their configs, changed or not (KAFKA-14136).
    if (changed === current && resource.resourceType !== ConfigResource.BROKER) continue;
    changes.push({ name, value: changed });
  }
  return { changes };
}

/** A list with what is added to it or taken from it, or why there is none. */
function changedList(
  { resourceType }: ConfigResourceName,
  { name, configOperation, value }: AskedConfig,
  current: string | null,
): string | { readonly refusal: ConfigRefusal } | { readonly failure: ConfigRefusal } {
  const operation = OPERATION_NAMES.get(configOperation);
  // An Apache controller meets these as a fault of its own, and gives up its leadership.
  const failure = { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, message: null };
  if (operation === undefined) return { failure };
  const byDefault = listDefault(resourceType, name);
  if (byDefault === null) {
    const message = `Can't ${operation} to key ${name} because its type is not LIST.`;
    return { refusal: { errorCode: ErrorCode.INVALID_CONFIG, message } };
  }
  if (value === null) return { failure };
  const items = splitJava(current ?? byDefault, ",").filter((item) => item !== "");
  const asked = splitJava(value, ",");
  const changed =
    configOperation === ConfigOperation.APPEND ? appended(items, asked) : without(items, asked);
  return changed.join(",");
}

/** Items that are there already are not added again. */
function appended(items: readonly string[], asked: readonly string[]): string[] {
  const known = new Set(items);
  return [...items, ...new Set(asked.filter((item) => !known.has(item)))];
}

/** Each item that is asked for takes one away that is like it, the first. */
function without(items: readonly string[], asked: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of asked) counts.set(item, (counts.get(item) ?? 0) + 1);
  return items.filter((item) => {
    const count = counts.get(item) ?? 0;
    if (count > 0) counts.set(item, count - 1);
    return count === 0;
  });
}

const OPERATION_NAMES: ReadonlyMap<number, string> = new Map([
  [ConfigOperation.APPEND, "APPEND"],
  [ConfigOperation.SUBTRACT, "SUBTRACT"],
]);

const TOPIC_LISTS: ReadonlyMap<string, string> = new Map(
  TOPIC_CONFIGS.filter(({ type }) => type === "LIST").map((key) => [key.name, key.default ?? ""]),
);

/** The default of a list; null when the config is none, or of a type whose lists Kafka does not change so. */
function listDefault(type: number, name: string): string | null {
  if (type === ConfigResource.TOPIC) return TOPIC_LISTS.get(name) ?? null;
  return type === ConfigResource.BROKER ? brokerListDefault(name) : null;
}
