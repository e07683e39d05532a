/**
 * Everything that a large batch of seeds must have reached: roles, faults, record types, and each error code that an
 * API can answer with. What cannot be reached is listed with the reason.
 */

import { RECORDS } from "../../src/protocol/metadata-record.ts";
import { OWN_RECORDS } from "../../src/protocol/own-record.ts";
import type { Counts } from "./coverage.ts";
import { HELD_STATES } from "./holding.ts";
import { drawPlan, FAULT_KINDS } from "./plan.ts";

export interface UnreachedState {
  readonly state: string;
  /** Why no seed can reach it, or that nobody has said. */
  readonly why: string;
}

export const NOT_EXPLAINED = "not explained";

const ROLES = ["unattached", "prospective", "candidate", "leader", "follower", "resigned"];

/** What each API may answer, as its decision's docs say. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  allocateProducerIds: ["NONE", "NOT_CONTROLLER", "REQUEST_TIMED_OUT", "STALE_BROKER_EPOCH"],
  alterClientQuotas: ["NONE", "NOT_CONTROLLER", "CLUSTER_AUTHORIZATION_FAILED", "INVALID_REQUEST"],
  alterConfigs: [
    "UNSUPPORTED_VERSION",
    "INVALID_REQUEST",
    "BROKER_ID_NOT_REGISTERED",
    "INVALID_TOPIC_EXCEPTION",
    "NONE",
    "NOT_CONTROLLER",
    "TOPIC_AUTHORIZATION_FAILED",
    "CLUSTER_AUTHORIZATION_FAILED",
    "GROUP_AUTHORIZATION_FAILED",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "INVALID_CONFIG",
  ],
  alterPartition: [
    "NONE",
    "NOT_CONTROLLER",
    "REQUEST_TIMED_OUT",
    "STALE_BROKER_EPOCH",
    "UNKNOWN_TOPIC_ID",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "FENCED_LEADER_EPOCH",
    "INVALID_REQUEST",
    "INVALID_UPDATE_VERSION",
    "INELIGIBLE_REPLICA",
    "NEW_LEADER_ELECTED",
  ],
  alterPartitionReassignments: [
    "NONE",
    "NOT_CONTROLLER",
    "CLUSTER_AUTHORIZATION_FAILED",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "INVALID_REPLICA_ASSIGNMENT",
    "INVALID_REPLICATION_FACTOR",
    "NO_REASSIGNMENT_IN_PROGRESS",
  ],
  alterUserScramCredentials: [
    "NONE",
    "NOT_CONTROLLER",
    "CLUSTER_AUTHORIZATION_FAILED",
    "DUPLICATE_RESOURCE",
    "UNACCEPTABLE_CREDENTIAL",
    "UNSUPPORTED_SASL_MECHANISM",
    "RESOURCE_NOT_FOUND",
    "UNKNOWN_SERVER_ERROR",
  ],
  apiVersions: ["NONE"],
  assignReplicasToDirs: [
    "NONE",
    "NOT_CONTROLLER",
    "STALE_BROKER_EPOCH",
    "UNKNOWN_TOPIC_ID",
    "NOT_LEADER_OR_FOLLOWER",
  ],
  beginQuorumEpoch: ["CLUSTER_AUTHORIZATION_FAILED"],
  brokerHeartbeat: ["NONE", "NOT_CONTROLLER", "REQUEST_TIMED_OUT", "STALE_BROKER_EPOCH"],
  brokerRegistration: [
    "NONE",
    "NOT_CONTROLLER",
    "REQUEST_TIMED_OUT",
    "INCONSISTENT_CLUSTER_ID",
    "DUPLICATE_BROKER_REGISTRATION",
  ],
  controllerRegistration: ["NONE", "NOT_CONTROLLER"],
  createAcls: [
    "NONE",
    "NOT_CONTROLLER",
    "CLUSTER_AUTHORIZATION_FAILED",
    "SECURITY_DISABLED",
    "INVALID_REQUEST",
    "UNSUPPORTED_VERSION",
    "UNKNOWN_SERVER_ERROR",
  ],
  createDelegationToken: [
    "NONE",
    "NOT_CONTROLLER",
    "DELEGATION_TOKEN_AUTH_DISABLED",
    "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED",
    "DELEGATION_TOKEN_AUTHORIZATION_FAILED",
    "INVALID_PRINCIPAL_TYPE",
    "UNKNOWN_SERVER_ERROR",
  ],
  createPartitions: [
    "NONE",
    "NOT_CONTROLLER",
    "REQUEST_TIMED_OUT",
    "TOPIC_AUTHORIZATION_FAILED",
    "THROTTLING_QUOTA_EXCEEDED",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "INVALID_PARTITIONS",
    "INVALID_REPLICATION_FACTOR",
    "INVALID_REPLICA_ASSIGNMENT",
  ],
  createTopics: [
    "NONE",
    "NOT_CONTROLLER",
    "REQUEST_TIMED_OUT",
    "TOPIC_AUTHORIZATION_FAILED",
    "THROTTLING_QUOTA_EXCEEDED",
    "TOPIC_ALREADY_EXISTS",
    "INVALID_TOPIC_EXCEPTION",
    "INVALID_PARTITIONS",
    "INVALID_REPLICATION_FACTOR",
    "INVALID_REPLICA_ASSIGNMENT",
    "INVALID_CONFIG",
  ],
  deleteAcls: [
    "NONE",
    "NOT_CONTROLLER",
    "CLUSTER_AUTHORIZATION_FAILED",
    "SECURITY_DISABLED",
    "INVALID_REQUEST",
  ],
  deleteTopics: [
    "NONE",
    "NOT_CONTROLLER",
    "REQUEST_TIMED_OUT",
    "TOPIC_AUTHORIZATION_FAILED",
    "THROTTLING_QUOTA_EXCEEDED",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "UNKNOWN_TOPIC_ID",
    "INVALID_REQUEST",
  ],
  describeAcls: ["NONE", "SECURITY_DISABLED"],
  describeCluster: ["NONE"],
  describeConfigs: [
    "INVALID_TOPIC_EXCEPTION",
    "NONE",
    "INVALID_REQUEST",
    "UNKNOWN_TOPIC_OR_PARTITION",
  ],
  describeDelegationToken: ["DELEGATION_TOKEN_REQUEST_NOT_ALLOWED"],
  describeQuorum: ["NONE", "NOT_LEADER_OR_FOLLOWER"],
  describeUserScramCredentials: ["NONE", "RESOURCE_NOT_FOUND", "DUPLICATE_RESOURCE"],
  electLeaders: [
    "NONE",
    "NOT_CONTROLLER",
    "CLUSTER_AUTHORIZATION_FAILED",
    "INVALID_REQUEST",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "ELECTION_NOT_NEEDED",
    "PREFERRED_LEADER_NOT_AVAILABLE",
    "ELIGIBLE_LEADERS_NOT_AVAILABLE",
  ],
  endQuorumEpoch: ["CLUSTER_AUTHORIZATION_FAILED"],
  envelope: [
    "NONE",
    "NOT_CONTROLLER",
    "PRINCIPAL_DESERIALIZATION_FAILURE",
    "INVALID_REQUEST",
    "UNSUPPORTED_VERSION",
  ],
  expireDelegationToken: [
    "NONE",
    "NOT_CONTROLLER",
    "DELEGATION_TOKEN_AUTH_DISABLED",
    "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED",
    "DELEGATION_TOKEN_NOT_FOUND",
    "DELEGATION_TOKEN_EXPIRED",
    "DELEGATION_TOKEN_OWNER_MISMATCH",
  ],
  fetch: ["NONE", "NOT_LEADER_OR_FOLLOWER", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH"],
  fetchSnapshot: ["FENCED_LEADER_EPOCH", "SNAPSHOT_NOT_FOUND", "NOT_LEADER_OR_FOLLOWER"],
  incrementalAlterConfigs: [
    "UNSUPPORTED_VERSION",
    "UNKNOWN_SERVER_ERROR",
    "INVALID_TOPIC_EXCEPTION",
    "NONE",
    "NOT_CONTROLLER",
    "TOPIC_AUTHORIZATION_FAILED",
    "CLUSTER_AUTHORIZATION_FAILED",
    "GROUP_AUTHORIZATION_FAILED",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "INVALID_REQUEST",
    "INVALID_CONFIG",
    "BROKER_ID_NOT_REGISTERED",
  ],
  listPartitionReassignments: ["NONE", "NOT_CONTROLLER", "CLUSTER_AUTHORIZATION_FAILED"],
  renewDelegationToken: [
    "NONE",
    "NOT_CONTROLLER",
    "DELEGATION_TOKEN_AUTH_DISABLED",
    "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED",
    "DELEGATION_TOKEN_NOT_FOUND",
    "DELEGATION_TOKEN_EXPIRED",
    "DELEGATION_TOKEN_OWNER_MISMATCH",
  ],
  saslAuthenticate: ["ILLEGAL_SASL_STATE"],
  saslHandshake: ["ILLEGAL_SASL_STATE"],
  unregisterBroker: ["NONE", "NOT_CONTROLLER", "BROKER_ID_NOT_REGISTERED"],
  unregisterController: [
    "NONE",
    "NOT_CONTROLLER",
    "CLUSTER_AUTHORIZATION_FAILED",
    "INVALID_REQUEST",
    "UNSUPPORTED_VERSION",
    "CONTROLLER_ID_NOT_REGISTERED",
  ],
  updateFeatures: [
    "NONE",
    "NOT_CONTROLLER",
    "CLUSTER_AUTHORIZATION_FAILED",
    "INVALID_UPDATE_VERSION",
  ],
  vote: ["CLUSTER_AUTHORIZATION_FAILED"],
};

/** Legal, and not expected of any seed. */
const ALSO_LEGAL: Readonly<Record<string, readonly string[]>> = {
  apiVersions: ["UNSUPPORTED_VERSION"],
  assignReplicasToDirs: ["UNKNOWN_TOPIC_OR_PARTITION"],
  describeCluster: ["UNSUPPORTED_VERSION"],
  describeQuorum: ["CLUSTER_AUTHORIZATION_FAILED"],
  fetchSnapshot: ["NONE", "UNKNOWN_LEADER_EPOCH"],
  unregisterBroker: ["CLUSTER_AUTHORIZATION_FAILED"],
};
/** Legal wherever an answer has to wait for a majority. */
const NOT_IN_TIME = "REQUEST_TIMED_OUT";

const EXPLAINED: Readonly<Record<string, string>> = {
  "record abortTransaction": "a metadata transaction fits one batch, so none is ever aborted",
  "record fenceBroker": "only logs of releases before metadata.version 3.3 hold it",
  "record unfenceBroker": "only logs of releases before metadata.version 3.3 hold it",
  "record accessToken": "all that is sent is sent by the gateway itself, which needs no token",
  "record removeAccessToken":
    "all that is sent is sent by the gateway itself, which needs no token",
  "record zkMigrationState": "only clusters that came from ZooKeeper have it",
};

/** False for an error code that an API never answers with, unless something went wrong inside. */
export function isLegalAnswer(api: string, code: string): boolean {
  const legal = ANSWERS[api];
  if (legal === undefined || legal.includes(code)) return true;
  if (code === NOT_IN_TIME) return legal.includes("NOT_CONTROLLER");
  return ALSO_LEGAL[api]?.includes(code) ?? false;
}

/** Everything that must be reached and is not among `counts`. */
export function unreachedStates(counts: Readonly<Counts>): UnreachedState[] {
  const reached = Object.keys(counts);
  const states = [
    ...ROLES.map((role) => `role ${role}`),
    ...FAULT_KINDS.map((kind) => `fault ${kind}`),
    ...Object.keys(drawPlan(1).rates).map((rate) => `fault ${rate}`),
    ...Object.keys(RECORDS).map((type) => `record ${type}`),
    ...Object.keys(OWN_RECORDS).map((type) => `record ${type}`),
    ...["key replayed", "key reused"],
    ...HELD_STATES,
    ...Object.entries(ANSWERS).flatMap(([api, codes]) => codes.map((code) => `${api}: ${code}`)),
  ];
  return states
    .filter((state) => !reached.some((what) => isReachedBy(state, what)))
    .map((state) => ({ state, why: EXPLAINED[state] ?? NOT_EXPLAINED }));
}

/** What is explained as out of reach and was reached all the same: the explanation is out of date. */
export function wronglyExplained(counts: Readonly<Counts>): string[] {
  const reached = Object.keys(counts);
  return Object.keys(EXPLAINED).filter((state) => reached.some((what) => isReachedBy(state, what)));
}

function isReachedBy(state: string, what: string): boolean {
  if (state.startsWith("role ")) {
    return what.startsWith("role ") && what.endsWith(` to ${state.slice("role ".length)}`);
  }
  return what === state || (state.startsWith("record ") && what.startsWith(`${state} v`));
}
