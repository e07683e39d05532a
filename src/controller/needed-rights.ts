/** Which right each read of the HTTP API needs, and how one that is missing is told. */

import type { ErrorName } from "../base/error-code.ts";
import { type AuthorizedAction, nameOf, Operation, ResourceType } from "../state/authorizer.ts";
import type { ApiReply, ConfigResourceRef, MetadataRead, TaggedResource } from "./api.ts";
import { onCluster, onTopic } from "./authorization.ts";
import type { ApiCaller, Caller } from "./caller.ts";
import { callerTopicRights } from "./caller-topic-rights.ts";

const { ALTER, CLUSTER_ACTION, DESCRIBE, DESCRIBE_CONFIGS } = Operation;

type Refusal = Extract<ApiReply, { kind: "refused" }>;
type ReadOf<W extends MetadataRead["what"]> = Extract<MetadataRead, { what: W }>;

/** Null for what everybody may ask who has been let in: what of it he may not see is left out. */
type Rights = {
  readonly [W in MetadataRead["what"]]: (
    read: ReadOf<W>,
    caller: ApiCaller,
  ) => AuthorizedAction | null;
};

const describesCluster = () => onCluster(DESCRIBE);
const describesConfigs = () => onCluster(DESCRIBE_CONFIGS);
const filtered = () => null;

/** Every read, so that none can be added without a thought about who may see it. */
const READ_RIGHTS: Rights = {
  cluster: describesCluster,
  features: describesCluster,
  brokers: describesCluster,
  broker: describesCluster,
  controllers: describesCluster,
  quorum: describesCluster,
  acls: describesCluster,
  "scram-credentials": describesCluster,
  topics: filtered,
  topic: ({ name }) => onTopic(DESCRIBE, name),
  configs: ({ resource }) => onConfigs(resource),
  "all-topic-configs": filtered,
  "all-broker-configs": describesConfigs,
  "config-resources": describesConfigs,
  quotas: describesConfigs,
  "replicas-of-broker": filtered,
  reassignments: describesCluster,
  "access-tokens": describesCluster,
  "access-token": ({ tokenId }, caller) => (tokenId === caller.tokenId ? null : describesCluster()),
  "delegation-tokens": filtered,
  "delegation-token": filtered,
  image: () => onCluster(CLUSTER_ACTION),
};

/** Why the caller may not read this, whether it is there or not; null when it may. */
export function readRefusal(read: MetadataRead, caller: ApiCaller): Refusal | null {
  const rightOf = READ_RIGHTS[read.what] as Rights["cluster"];
  const refusal = rightRefusal(rightOf(read as ReadOf<"cluster">, caller), caller);
  if (refusal !== null || read.what !== "reassignments" || read.topic === null) return refusal;
  return rightRefusal(onTopic(DESCRIBE, read.topic), caller);
}

/** How controllers are doing is part of what the cluster is. */
export function metricsRefusal(caller: ApiCaller): Refusal | null {
  return rightRefusal(describesCluster(), caller);
}

/** Who follows the log sees everything, as a broker does. */
export function logRefusal(caller: ApiCaller): Refusal | null {
  return rightRefusal(onCluster(CLUSTER_ACTION), caller);
}

/** Who may not see a resource does not learn from its ETag whether it is there. */
export function preconditionRefusal(resource: TaggedResource, caller: ApiCaller): Refusal | null {
  if (resource.kind === "configs") return rightRefusal(onConfigs(resource.resource), caller);
  const { name } = resource;
  return callerTopicRights(caller).mayDescribe(name) ? null : denied(onTopic(DESCRIBE, name));
}

/** Why the caller may not change an access token; its own it may. */
export function tokenRefusal(
  { what, tokenId }: { readonly what: string; readonly tokenId: string },
  caller: ApiCaller,
): Refusal | null {
  const isOwn = what !== "create" && tokenId === caller.tokenId;
  return rightRefusal(isOwn ? null : onCluster(ALTER), caller);
}

/** Null when the caller has the right, or none is needed. */
export function rightRefusal(right: AuthorizedAction | null, caller: Caller): Refusal | null {
  return right === null || caller.authorize(right) ? null : denied(right);
}

const DENIALS: Readonly<Record<number, readonly [error: ErrorName, what: string]>> = {
  [ResourceType.TOPIC]: ["TOPIC_AUTHORIZATION_FAILED", "topic"],
  [ResourceType.GROUP]: ["GROUP_AUTHORIZATION_FAILED", "group"],
  [ResourceType.TRANSACTIONAL_ID]: ["TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "transactional id"],
  [ResourceType.DELEGATION_TOKEN]: ["DELEGATION_TOKEN_AUTHORIZATION_FAILED", "delegation token"],
};

function denied({ operation, resourceType }: AuthorizedAction): Refusal {
  const [error, what] = DENIALS[resourceType] ?? ["CLUSTER_AUTHORIZATION_FAILED", "cluster"];
  const message = `This needs the right to ${nameOf(Operation, operation)} the ${what}.`;
  return { kind: "refused", error, message };
}

/** Those of brokers and of client metrics belong to the cluster. */
function onConfigs({ type, name }: ConfigResourceRef): AuthorizedAction {
  switch (type) {
    case "topic":
      return onTopic(DESCRIBE_CONFIGS, name);
    case "group":
      return {
        operation: DESCRIBE_CONFIGS,
        resourceType: ResourceType.GROUP,
        resourceName: name,
      };
    case "broker":
    case "client-metrics":
      return onCluster(DESCRIBE_CONFIGS);
  }
}
