/**
 * What can be said of the resources of a request before the configs are looked at: which there are not, which are named
 * twice, which the caller may not alter, and which are loggers.
 */

import { ErrorCode } from "../base/error-code.ts";
import { type AuthorizedAction, CLUSTER_NAME, Operation, ResourceType } from "./authorizer.ts";
import type { ConfigResourceName } from "./config-records.ts";
import type { ConfigRefusal } from "./config-refusal.ts";
import { clipMessage } from "./decision.ts";
import { parseInteger } from "./java-text.ts";
import { ConfigResource } from "./metadata-view.ts";

/** Loggers of a node: nothing of them is in the metadata. */
export const BROKER_LOGGER = 8;

const RESOURCE_TYPES: ReadonlySet<number> = new Set([
  ...Object.values(ConfigResource),
  BROKER_LOGGER,
]);

export interface AskedResource {
  readonly resourceType: number;
  readonly resourceName: string;
}

export interface ResourceAnswer extends AskedResource {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export interface ConfigRights {
  authorize(action: AuthorizedAction): boolean;
}

export interface SortedResources<R extends AskedResource> {
  /** What is left to decide, in the order of the request. */
  readonly wanted: readonly (R & ConfigResourceName)[];
  /** For those that nothing is decided about. */
  readonly answers: readonly ResourceAnswer[];
}

export function answerTo(
  { resourceType, resourceName }: AskedResource,
  refusal: ConfigRefusal | null,
): ResourceAnswer {
  const message = refusal?.message ?? null;
  return {
    resourceType,
    resourceName,
    errorCode: refusal?.errorCode ?? ErrorCode.NONE,
    errorMessage: message === null ? null : clipMessage(message),
  };
}

/** Error codes: UNSUPPORTED_VERSION, INVALID_REQUEST, and what `alterRefusal` has. */
export function sortResources<R extends AskedResource>(
  resources: readonly R[],
  rights: ConfigRights,
): SortedResources<R> {
  const answers: ResourceAnswer[] = [];
  const unique = new Map<string, R>();
  const repeated = new Set<string>();
  for (const resource of resources) {
    const { resourceType, resourceName } = resource;
    const key = `${resourceType} ${resourceName}`;
    if (!RESOURCE_TYPES.has(resourceType)) {
      const message = `Unknown resource type ${resourceType}.`;
      answers.push(answerTo(resource, { errorCode: ErrorCode.UNSUPPORTED_VERSION, message }));
    } else if (unique.delete(key)) {
      repeated.add(key);
      const message = "Duplicate resource.";
      answers.push(answerTo(resource, { errorCode: ErrorCode.INVALID_REQUEST, message }));
    } else if (!repeated.has(key)) {
      unique.set(key, resource);
    }
  }
  const wanted: (R & ConfigResourceName)[] = [];
  for (const resource of unique.values()) {
    const refusal = alterRefusal(resource, rights);
    if (refusal === null) wanted.push(resource as R & ConfigResourceName);
    else answers.push(answerTo(resource, refusal));
  }
  return { wanted, answers };
}

/** Where the right to a resource's configs is looked up, and what is said when it is missing; null for a logger. */
export function guardOf({ resourceType, resourceName }: AskedResource) {
  switch (resourceType) {
    case ConfigResource.TOPIC:
      return {
        on: { resourceType: ResourceType.TOPIC, resourceName },
        denied: { errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, message: TOPIC_DENIED },
      };
    case ConfigResource.GROUP:
      return {
        on: { resourceType: ResourceType.GROUP, resourceName },
        denied: { errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED, message: GROUP_DENIED },
      };
    default:
      return {
        on: { resourceType: ResourceType.CLUSTER, resourceName: CLUSTER_NAME },
        denied: { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, message: CLUSTER_DENIED },
      };
  }
}

const TOPIC_DENIED = "Topic authorization failed.";
const GROUP_DENIED = "Group authorization failed.";
const CLUSTER_DENIED = "Cluster authorization failed.";

/** Why the caller may not alter a resource of a known type, or null. */
function alterRefusal(resource: AskedResource, rights: ConfigRights): ConfigRefusal | null {
  if (resource.resourceType === BROKER_LOGGER) {
    const message = "Unexpected resource type BROKER_LOGGER.";
    return { errorCode: ErrorCode.INVALID_REQUEST, message };
  }
  const { on, denied } = guardOf(resource);
  return rights.authorize({ operation: Operation.ALTER_CONFIGS, ...on }) ? null : denied;
}

export interface LoggerChange {
  readonly name: string;
  readonly configOperation: number;
}

/** Why the loggers of a node are not altered: this one has none whose level could be. Null when nothing is asked. */
export function loggerRefusal(
  { resourceName, configs }: AskedResource & { readonly configs: readonly LoggerChange[] },
  { nodeId, rights }: { readonly nodeId: number; readonly rights: ConfigRights },
): ConfigRefusal | null {
  const { on, denied } = guardOf({ resourceType: BROKER_LOGGER, resourceName });
  if (!rights.authorize({ operation: Operation.CLUSTER_ACTION, ...on })) return denied;
  const malformed = (message: string): ConfigRefusal => ({
    errorCode: ErrorCode.INVALID_REQUEST,
    message,
  });
  const asked = parseInteger(resourceName, "INT");
  if (asked === null) return malformed(`Node id must be an integer, but it is: ${resourceName}`);
  if (Number(asked) !== nodeId) {
    return malformed(`Unexpected node id. Expected ${nodeId}, but received ${asked}`);
  }
  const [change] = configs;
  if (change === undefined) return null;
  switch (change.configOperation) {
    case ConfigOperation.SET:
    case ConfigOperation.DELETE: {
      const message = `Logger ${change.name} does not exist!`;
      return { errorCode: ErrorCode.INVALID_CONFIG, message };
    }
    case ConfigOperation.APPEND:
      return malformed("APPEND operation is not allowed for the BROKER_LOGGER resource");
    case ConfigOperation.SUBTRACT:
      return malformed("SUBTRACT operation is not allowed for the BROKER_LOGGER resource");
    default:
      return malformed(
        `Unknown operation type ${change.configOperation} is not allowed for the BROKER_LOGGER resource`,
      );
  }
}

/** What IncrementalAlterConfigs can do to a config (KIP-339). */
export const ConfigOperation = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 } as const;
