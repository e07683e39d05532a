/** Which right each API needs before anything is decided about it (KIP-11, KIP-500). */

import { ErrorCode } from "../base/error-code.ts";
import { APIS, type ApiName } from "../protocol/apis.ts";
import { CLUSTER_NAME, nameOf, Operation, ResourceType } from "../state/authorizer.ts";
import type { Caller } from "./caller.ts";
import type { RequestContext } from "./handler.ts";

const { CLUSTER_ACTION, ALTER, ALTER_CONFIGS, DESCRIBE } = Operation;

/**
 * An operation on the cluster; "resources" when its handler asks itself, of each resource; "none" for what anybody may
 * ask.
 */
export type Right = number | "resources" | "none";

/** Every API, so that none can be served without a thought about who may use it. */
const RIGHTS: { readonly [N in ApiName]: Right } = {
  fetch: CLUSTER_ACTION,
  fetchSnapshot: CLUSTER_ACTION,
  vote: CLUSTER_ACTION,
  beginQuorumEpoch: CLUSTER_ACTION,
  endQuorumEpoch: CLUSTER_ACTION,
  updateRaftVoter: CLUSTER_ACTION,
  envelope: CLUSTER_ACTION,
  alterPartition: CLUSTER_ACTION,
  brokerRegistration: CLUSTER_ACTION,
  brokerHeartbeat: CLUSTER_ACTION,
  controllerRegistration: CLUSTER_ACTION,
  allocateProducerIds: CLUSTER_ACTION,
  assignReplicasToDirs: CLUSTER_ACTION,
  updateFeatures: ALTER,
  unregisterBroker: ALTER,
  unregisterController: ALTER,
  addRaftVoter: ALTER,
  removeRaftVoter: ALTER,
  electLeaders: ALTER,
  alterPartitionReassignments: ALTER,
  createAcls: ALTER,
  deleteAcls: ALTER,
  alterUserScramCredentials: ALTER,
  describeCluster: ALTER,
  alterClientQuotas: ALTER_CONFIGS,
  describeQuorum: DESCRIBE,
  listPartitionReassignments: DESCRIBE,
  describeAcls: DESCRIBE,
  createTopics: "resources",
  deleteTopics: "resources",
  createPartitions: "resources",
  describeConfigs: "resources",
  alterConfigs: "resources",
  incrementalAlterConfigs: "resources",
  describeUserScramCredentials: "resources",
  // Whoever holds a token, or asks for its own, needs no ACL; the handlers ask for the rest.
  createDelegationToken: "none",
  renewDelegationToken: "none",
  expireDelegationToken: "none",
  describeDelegationToken: "none",
  apiVersions: "none",
  saslHandshake: "none",
  saslAuthenticate: "none",
};

export interface AuthorizationProblem {
  readonly errorCode: number;
  readonly message: string;
}

/** Why the caller may not ask for it at all, or null. */
export function authorizationProblem(api: ApiName, caller: Caller): AuthorizationProblem | null {
  const right = RIGHTS[api];
  if (right === "none") return null;
  if (!caller.authorizable) {
    // A broker that is told that it lacks a right gives up; this one shall try again.
    const message = "The ACLs are not known yet.";
    return { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, message };
  }
  if (right === "resources" || caller.authorize(onCluster(right))) return null;
  const message = `Request ${APIS[api].name} needs ${nameOf(Operation, right)} permission.`;
  return { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, message };
}

/** True when the caller may ask for it at all; otherwise the request is refused. */
export function authorizeRequest(api: ApiName, { caller, respondent }: RequestContext): boolean {
  const problem = authorizationProblem(api, caller);
  if (problem === null) return true;
  respondent.refuse(problem.errorCode, problem.message, true);
  return false;
}

const ON_CLUSTERS = [
  Operation.CREATE,
  ALTER,
  DESCRIBE,
  CLUSTER_ACTION,
  Operation.DESCRIBE_CONFIGS,
  ALTER_CONFIGS,
  Operation.IDEMPOTENT_WRITE,
];

const ON_TOPICS = [
  Operation.READ,
  Operation.WRITE,
  Operation.CREATE,
  Operation.DELETE,
  ALTER,
  DESCRIBE,
  Operation.DESCRIBE_CONFIGS,
  ALTER_CONFIGS,
];

/** What the caller may do to the cluster (KIP-430): bit n stands for operation n. */
export function clusterOperations(caller: Caller): number {
  if (!caller.authorize(onCluster(DESCRIBE))) return 0;
  return bitsOf(ON_CLUSTERS.filter((one) => caller.authorize(onCluster(one), { quiet: true })));
}

/** What the caller may do to a topic, as `clusterOperations` tells it. */
export function topicOperations(caller: Caller, name: string): number {
  return bitsOf(ON_TOPICS.filter((one) => caller.authorize(onTopic(one, name), { quiet: true })));
}

function bitsOf(operations: readonly number[]): number {
  return operations.reduce((bits, operation) => bits | (1 << operation), 0);
}

/** An operation on the cluster as a whole. */
export function onCluster(operation: number) {
  return { operation, resourceType: ResourceType.CLUSTER, resourceName: CLUSTER_NAME };
}

export function onTopic(operation: number, resourceName: string) {
  return { operation, resourceType: ResourceType.TOPIC, resourceName };
}
