/** Whether the configs of one resource may become what a request makes of them. */

import { ErrorCode } from "../base/error-code.ts";
import { CLIENT_METRICS_CONFIGS, clientMetricsRefusal } from "./client-metrics-config.ts";
import type { ConfigResourceName } from "./config-records.ts";
import type { ConfigRefusal } from "./config-refusal.ts";
import { isTooLong, topicConfigProblem, VALUE_TOO_LONG } from "./config-validation.ts";
import { ELR_FEATURE } from "./features.ts";
import { groupConfigProblem, groupConfigsAt } from "./group-config.ts";
import { parseInteger, splitAtCommas, trimJava } from "./java-text.ts";
import { METADATA_FEATURE, MetadataVersion } from "./metadata-version.ts";
import { ConfigResource, type MetadataView } from "./metadata-view.ts";
import { topicConfigsAt } from "./topic-config.ts";
import { topicNameProblem } from "./topic-name.ts";

export interface ConfigChange {
  readonly name: string;
  /** Null for a config that is deleted. */
  readonly value: string | null;
}

export interface ConfigAlteration extends ConfigResourceName {
  /** In the order of their records. */
  readonly changes: readonly ConfigChange[];
}

export interface AlterationContext {
  /** True when a broker has passed the request on, and so has checked what is its own. */
  readonly forwarded: boolean;
}

/** The configs set on a resource; what Kafka does not know of topics, client metrics and groups is not there for it. */
export function settledConfigs(
  view: MetadataView,
  { resourceType, resourceName }: ConfigResourceName,
): ReadonlyMap<string, string> {
  const configs = view.configs(resourceType, resourceName);
  if (configs.size === 0) return configs;
  const known = knownNames(view, resourceType);
  if (known === null || [...configs.keys()].every((name) => known.has(name))) return configs;
  return new Map([...configs].filter(([name]) => known.has(name)));
}

function knownNames(view: MetadataView, type: number): ReadonlySet<string> | null {
  switch (type) {
    case ConfigResource.TOPIC:
      return new Set(topicConfigsAt(view.metadataVersion()).map(({ name }) => name));
    case ConfigResource.GROUP:
      return new Set(groupConfigsAt(view.featureLevel(METADATA_FEATURE)).map(({ name }) => name));
    case ConfigResource.CLIENT_METRICS:
      return new Set(CLIENT_METRICS_CONFIGS.map(({ name }) => name));
    default:
      return null;
  }
}

/**
 * Why the configs of a resource are not altered, or null. Error codes: INVALID_CONFIG, INVALID_REQUEST,
 * INVALID_TOPIC_EXCEPTION, UNKNOWN_TOPIC_OR_PARTITION, BROKER_ID_NOT_REGISTERED.
 */
export function alterationRefusal(
  view: MetadataView,
  alteration: ConfigAlteration,
  context: AlterationContext,
): ConfigRefusal | null {
  const before = settledConfigs(view, alteration);
  const after = new Map(before);
  for (const change of alteration.changes) {
    const problem = changeProblem(view, alteration, change, { ...context, before });
    if (problem !== null) return { errorCode: ErrorCode.INVALID_CONFIG, message: problem };
    if (change.value === null) after.delete(change.name);
    else after.set(change.name, change.value);
  }
  return resourceRefusal(view, alteration, { before, after });
}

interface ChangeContext extends AlterationContext {
  readonly before: ReadonlyMap<string, string>;
}

/** What is wrong with one change, whatever the others are. */
function changeProblem(
  view: MetadataView,
  { resourceType, resourceName }: ConfigResourceName,
  { name, value }: ConfigChange,
  { before, forwarded }: ChangeContext,
): string | null {
  if (resourceType === ConfigResource.BROKER && name === "min.insync.replicas") {
    const elrEnabled = view.featureLevel(ELR_FEATURE) > 0;
    if (elrEnabled && resourceName !== "") {
      return "Broker-level min.insync.replicas cannot be altered while ELR is enabled.";
    }
    if (elrEnabled && value === null) {
      return "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.";
    }
  }
  if (resourceType === ConfigResource.BROKER && name === CORDONED) {
    if (view.metadataVersion() < MetadataVersion.CORDONED_LOG_DIRS) {
      return "The cordoned.log.dirs configuration value cannot be set because it requires metadata.version >= 4.3-IV0";
    }
    // A broker knows its directories, the controller does not: of itself it can only take some off the list.
    if (!forwarded && !isSubset(value, before.get(CORDONED))) {
      return "When updating cordoned.log.dirs via controllers,  the new value must be a subset of the current configuration value.";
    }
  }
  return value !== null && isTooLong(value) ? VALUE_TOO_LONG : null;
}

const CORDONED = "cordoned.log.dirs";

function isSubset(value: string | null, current: string | undefined): boolean {
  if (value === null || trimJava(value) === "") return true;
  const allowed = new Set(current === undefined ? [] : splitAtCommas(trimJava(current)));
  return splitAtCommas(trimJava(value)).every((item) => allowed.has(item));
}

interface BeforeAndAfter {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

function resourceRefusal(
  view: MetadataView,
  { resourceType, resourceName }: ConfigResourceName,
  { before, after }: BeforeAndAfter,
): ConfigRefusal | null {
  switch (resourceType) {
    case ConfigResource.TOPIC: {
      const refusal = topicNameRefusal(resourceName);
      if (refusal !== null) return refusal;
      const problem = topicConfigProblem(view, after, before);
      if (problem !== null) return { errorCode: ErrorCode.INVALID_CONFIG, message: problem };
      if (view.topicByName(resourceName) !== null) return null;
      const message = `The topic '${resourceName}' does not exist.`;
      return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message };
    }
    case ConfigResource.BROKER:
      return brokerRefusal(view, resourceName);
    case ConfigResource.CLIENT_METRICS:
      return clientMetricsRefusal(resourceName, after);
    case ConfigResource.GROUP: {
      if (resourceName === "") return malformed("Default group resources are not allowed.");
      const problem = groupConfigProblem(view, after);
      return problem === null ? null : { errorCode: ErrorCode.INVALID_CONFIG, message: problem };
    }
  }
}

function topicNameRefusal(name: string): ConfigRefusal | null {
  if (name === "") return malformed("Default topic resources are not allowed.");
  const message = topicNameProblem(name);
  return message === null ? null : { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, message };
}

/** The name of no broker stands for all of them. */
function brokerRefusal(view: MetadataView, name: string): ConfigRefusal | null {
  if (name === "") return null;
  const id = parseInteger(name, "INT");
  if (id === null) return malformed("Unable to parse broker name as a base 10 number.");
  if (id < 0n) return malformed("Invalid negative broker ID.");
  const nodeId = Number(id);
  const isKnown =
    view.broker(nodeId) !== null ||
    view.controllers().some(({ controllerId }) => controllerId === nodeId);
  if (isKnown) return null;
  return {
    errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED,
    message: `No node with id ${nodeId} found.`,
  };
}

function malformed(message: string): ConfigRefusal {
  return { errorCode: ErrorCode.INVALID_REQUEST, message };
}
