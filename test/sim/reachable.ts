/**
 * Everything that a large batch of seeds must have reached: roles, faults, record types, and each error code that an
 * API can answer with. What cannot be reached is listed with the reason.
 */

import { RECORDS } from "../../src/protocol/metadata-record.ts";
import type { Counts } from "./coverage.ts";
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
  createPartitions: [
    "NONE",
    "NOT_CONTROLLER",
    "REQUEST_TIMED_OUT",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "INVALID_PARTITIONS",
    "INVALID_REPLICATION_FACTOR",
    "INVALID_REPLICA_ASSIGNMENT",
  ],
  createTopics: [
    "NONE",
    "NOT_CONTROLLER",
    "REQUEST_TIMED_OUT",
    "TOPIC_ALREADY_EXISTS",
    "INVALID_TOPIC_EXCEPTION",
    "INVALID_PARTITIONS",
    "INVALID_REPLICATION_FACTOR",
    "INVALID_REPLICA_ASSIGNMENT",
    "INVALID_CONFIG",
  ],
  deleteTopics: [
    "NONE",
    "NOT_CONTROLLER",
    "REQUEST_TIMED_OUT",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "UNKNOWN_TOPIC_ID",
    "INVALID_REQUEST",
  ],
  describeCluster: ["NONE"],
  describeQuorum: ["NONE", "NOT_LEADER_OR_FOLLOWER"],
  endQuorumEpoch: ["CLUSTER_AUTHORIZATION_FAILED"],
  fetch: ["NONE", "NOT_LEADER_OR_FOLLOWER", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH"],
  fetchSnapshot: ["FENCED_LEADER_EPOCH", "SNAPSHOT_NOT_FOUND", "NOT_LEADER_OR_FOLLOWER"],
  unregisterBroker: ["NONE", "NOT_CONTROLLER", "BROKER_ID_NOT_REGISTERED"],
  vote: ["CLUSTER_AUTHORIZATION_FAILED"],
};

/** Legal, and not expected of any seed. */
const ALSO_LEGAL: Readonly<Record<string, readonly string[]>> = {
  apiVersions: ["UNSUPPORTED_VERSION"],
  assignReplicasToDirs: ["REQUEST_TIMED_OUT", "UNKNOWN_TOPIC_OR_PARTITION"],
  controllerRegistration: ["REQUEST_TIMED_OUT"],
  describeCluster: ["UNSUPPORTED_VERSION"],
  fetchSnapshot: ["NONE", "UNKNOWN_LEADER_EPOCH"],
  unregisterBroker: ["REQUEST_TIMED_OUT"],
};

const NO_API_YET = "no API that is served writes it";
const EXPLAINED: Readonly<Record<string, string>> = {
  "alterPartition: NEW_LEADER_ELECTED":
    "only the end of a reassignment takes the lead from who asks, and no API begins one",
  "record abortTransaction": "a metadata transaction fits one batch, so none is ever aborted",
  "record accessControlEntry": NO_API_YET,
  "record clearElr": NO_API_YET,
  "record clientQuota": NO_API_YET,
  "record delegationToken": NO_API_YET,
  "record fenceBroker": "only logs of releases before metadata.version 3.3 hold it",
  "record noOp": "an idle quorum writes nothing",
  "record removeAccessControlEntry": NO_API_YET,
  "record removeDelegationToken": NO_API_YET,
  "record removeUserScramCredential": NO_API_YET,
  "record unfenceBroker": "only logs of releases before metadata.version 3.3 hold it",
  "record unregisterController": NO_API_YET,
  "record userScramCredential": NO_API_YET,
  "record zkMigrationState": "only clusters that came from ZooKeeper have it",
};

/** False for an error code that an API never answers with, unless something went wrong inside. */
export function isLegalAnswer(api: string, code: string): boolean {
  const legal = ANSWERS[api];
  return legal === undefined || legal.includes(code) || (ALSO_LEGAL[api] ?? []).includes(code);
}

/** Everything that must be reached and is not among `counts`. */
export function unreachedStates(counts: Readonly<Counts>): UnreachedState[] {
  const reached = Object.keys(counts);
  const states = [
    ...ROLES.map((role) => `role ${role}`),
    ...FAULT_KINDS.map((kind) => `fault ${kind}`),
    ...Object.keys(drawPlan(1).rates).map((rate) => `fault ${rate}`),
    ...Object.keys(RECORDS).map((type) => `record ${type}`),
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
