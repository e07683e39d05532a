/** DescribeConfigs (KIP-133, KIP-226): what holds for a resource, where each value comes from, and what else there is. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { Operation } from "./authorizer.ts";
import type { ConfigRefusal } from "./config-refusal.ts";
import { BROKER_LOGGER, type ConfigRights, guardOf } from "./config-resources.ts";
import { clipMessage } from "./decision.ts";
import { describeBroker, describeBrokerDefaults } from "./describe-broker-configs.ts";
import { describeClientMetrics } from "./describe-client-metrics-configs.ts";
import { describeGroup } from "./describe-group-configs.ts";
import { describeTopic } from "./describe-topic-configs.ts";
import type { Described } from "./described-config.ts";
import { parseInteger } from "./java-text.ts";
import { ConfigResource, type MetadataView } from "./metadata-view.ts";
import { topicNameProblem } from "./topic-name.ts";

type Request = RequestOf<"describeConfigs">;
type AskedResource = Request["resources"][number];
type Response = ResponseInit<"describeConfigs">;
type Result = NonNullable<Response["results"]>[number];

const TYPES: ReadonlySet<number> = new Set([...Object.values(ConfigResource), BROKER_LOGGER]);

/** What Kafka says when a whole request is malformed. */
const MALFORMED =
  "This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.";

/**
 * Answers from the view of the controller that is asked. Error codes, all for one resource: INVALID_REQUEST,
 * INVALID_TOPIC_EXCEPTION, UNKNOWN_TOPIC_OR_PARTITION, CLUSTER_, TOPIC_ and GROUP_AUTHORIZATION_FAILED; a resource of a
 * type that there is not makes all of them INVALID_REQUEST. Documentation is never given.
 */
export function describeConfigs(
  { resources, includeSynonyms }: Request,
  view: MetadataView,
  rights: ConfigRights,
): Response {
  if (resources.some(({ resourceType }) => !TYPES.has(resourceType))) {
    const refusal = { errorCode: ErrorCode.INVALID_REQUEST, message: MALFORMED };
    return { results: resources.map((resource) => resultOf(resource, refusal)) };
  }
  const results: Result[] = [];
  const denied: Result[] = [];
  for (const resource of resources) {
    const guard = guardOf(resource);
    if (!rights.authorize({ operation: Operation.DESCRIBE_CONFIGS, ...guard.on })) {
      denied.push(resultOf(resource, guard.denied));
      continue;
    }
    const found = describeResource(view, resource);
    if ("errorCode" in found) {
      results.push(resultOf(resource, found));
      continue;
    }
    const keys = resource.configurationKeys ?? [];
    const configs = found.filter(({ name }) => keys.length === 0 || keys.includes(name));
    results.push({
      ...resultOf(resource, null),
      configs: includeSynonyms ? configs : configs.map((config) => ({ ...config, synonyms: [] })),
    });
  }
  return { results: [...results, ...denied] };
}

function resultOf(
  { resourceType, resourceName }: AskedResource,
  refusal: ConfigRefusal | null,
): Result {
  return {
    errorCode: refusal?.errorCode ?? ErrorCode.NONE,
    errorMessage: clipMessage(refusal?.message ?? ""),
    resourceType,
    resourceName,
    configs: [],
  };
}

function describeResource(
  view: MetadataView,
  { resourceType, resourceName }: AskedResource,
): Described[] | ConfigRefusal {
  switch (resourceType) {
    case ConfigResource.TOPIC: {
      const problem = topicNameProblem(resourceName);
      if (problem !== null) {
        return { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, message: problem };
      }
      if (view.topicByName(resourceName) !== null) return describeTopic(view, resourceName);
      return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message: null };
    }
    case ConfigResource.BROKER: {
      if (resourceName === "") return describeBrokerDefaults(view);
      const { nodeId } = view.node;
      const expected = `expected ${nodeId} or empty string,`;
      return nodeNameRefusal(resourceName, { nodeId, expected }) ?? describeBroker(view);
    }
    case ConfigResource.CLIENT_METRICS:
      if (resourceName !== "") return describeClientMetrics(view, resourceName);
      return malformed("Client metrics subscription name must not be empty");
    case ConfigResource.GROUP:
      if (resourceName !== "") return describeGroup(view, resourceName);
      return malformed("Group name must not be empty");
    default: {
      if (resourceName === "") return malformed("Broker id must not be empty");
      const { nodeId } = view.node;
      // There is nothing here whose level could be set.
      return nodeNameRefusal(resourceName, { nodeId, expected: `expected ${nodeId}` }) ?? [];
    }
  }
}

/** Every controller answers for itself only. */
function nodeNameRefusal(
  name: string,
  { nodeId, expected }: { readonly nodeId: number; readonly expected: string },
): ConfigRefusal | null {
  const id = parseInteger(name, "INT");
  if (id === null) return malformed(`Broker id must be an integer, but it is: ${name}`);
  if (Number(id) === nodeId) return null;
  return malformed(`Unexpected broker id, ${expected} but received ${name}`);
}

function malformed(message: string): ConfigRefusal {
  return { errorCode: ErrorCode.INVALID_REQUEST, message };
}
