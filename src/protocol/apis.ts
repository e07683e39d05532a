/** Every API of a controller listener in Apache Kafka 4.4.0, by key and by name. */

import { addRaftVoterRequest, addRaftVoterResponse } from "./messages/add-raft-voter.ts";
import {
  allocateProducerIdsRequest,
  allocateProducerIdsResponse,
} from "./messages/allocate-producer-ids.ts";
import {
  alterClientQuotasRequest,
  alterClientQuotasResponse,
} from "./messages/alter-client-quotas.ts";
import { alterConfigsRequest, alterConfigsResponse } from "./messages/alter-configs.ts";
import { alterPartitionRequest, alterPartitionResponse } from "./messages/alter-partition.ts";
import {
  alterPartitionReassignmentsRequest,
  alterPartitionReassignmentsResponse,
} from "./messages/alter-partition-reassignments.ts";
import {
  alterUserScramCredentialsRequest,
  alterUserScramCredentialsResponse,
} from "./messages/alter-user-scram-credentials.ts";
import { apiVersionsRequest, apiVersionsResponse } from "./messages/api-versions.ts";
import {
  assignReplicasToDirsRequest,
  assignReplicasToDirsResponse,
} from "./messages/assign-replicas-to-dirs.ts";
import {
  beginQuorumEpochRequest,
  beginQuorumEpochResponse,
} from "./messages/begin-quorum-epoch.ts";
import { brokerHeartbeatRequest, brokerHeartbeatResponse } from "./messages/broker-heartbeat.ts";
import {
  brokerRegistrationRequest,
  brokerRegistrationResponse,
} from "./messages/broker-registration.ts";
import {
  controllerRegistrationRequest,
  controllerRegistrationResponse,
} from "./messages/controller-registration.ts";
import { createAclsRequest, createAclsResponse } from "./messages/create-acls.ts";
import {
  createDelegationTokenRequest,
  createDelegationTokenResponse,
} from "./messages/create-delegation-token.ts";
import { createPartitionsRequest, createPartitionsResponse } from "./messages/create-partitions.ts";
import { createTopicsRequest, createTopicsResponse } from "./messages/create-topics.ts";
import { deleteAclsRequest, deleteAclsResponse } from "./messages/delete-acls.ts";
import { deleteTopicsRequest, deleteTopicsResponse } from "./messages/delete-topics.ts";
import { describeAclsRequest, describeAclsResponse } from "./messages/describe-acls.ts";
import { describeClusterRequest, describeClusterResponse } from "./messages/describe-cluster.ts";
import { describeConfigsRequest, describeConfigsResponse } from "./messages/describe-configs.ts";
import {
  describeDelegationTokenRequest,
  describeDelegationTokenResponse,
} from "./messages/describe-delegation-token.ts";
import { describeQuorumRequest, describeQuorumResponse } from "./messages/describe-quorum.ts";
import {
  describeUserScramCredentialsRequest,
  describeUserScramCredentialsResponse,
} from "./messages/describe-user-scram-credentials.ts";
import { electLeadersRequest, electLeadersResponse } from "./messages/elect-leaders.ts";
import { endQuorumEpochRequest, endQuorumEpochResponse } from "./messages/end-quorum-epoch.ts";
import { envelopeRequest, envelopeResponse } from "./messages/envelope.ts";
import {
  expireDelegationTokenRequest,
  expireDelegationTokenResponse,
} from "./messages/expire-delegation-token.ts";
import { fetchRequest, fetchResponse } from "./messages/fetch.ts";
import { fetchSnapshotRequest, fetchSnapshotResponse } from "./messages/fetch-snapshot.ts";
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from "./messages/incremental-alter-configs.ts";
import {
  listPartitionReassignmentsRequest,
  listPartitionReassignmentsResponse,
} from "./messages/list-partition-reassignments.ts";
import { removeRaftVoterRequest, removeRaftVoterResponse } from "./messages/remove-raft-voter.ts";
import {
  renewDelegationTokenRequest,
  renewDelegationTokenResponse,
} from "./messages/renew-delegation-token.ts";
import { saslAuthenticateRequest, saslAuthenticateResponse } from "./messages/sasl-authenticate.ts";
import { saslHandshakeRequest, saslHandshakeResponse } from "./messages/sasl-handshake.ts";
import { unregisterBrokerRequest, unregisterBrokerResponse } from "./messages/unregister-broker.ts";
import {
  unregisterControllerRequest,
  unregisterControllerResponse,
} from "./messages/unregister-controller.ts";
import { updateFeaturesRequest, updateFeaturesResponse } from "./messages/update-features.ts";
import { updateRaftVoterRequest, updateRaftVoterResponse } from "./messages/update-raft-voter.ts";
import { voteRequest, voteResponse } from "./messages/vote.ts";
import type { Decoded, Fields, Init, Schema } from "./schema.ts";

export interface Api<Q extends Fields = Fields, A extends Fields = Fields> {
  readonly key: number;
  readonly name: string;
  /** May travel inside an Envelope (KIP-590). */
  readonly forwardable: boolean;
  readonly request: Schema<Q>;
  readonly response: Schema<A>;
}

function api<Q extends Fields, A extends Fields>(
  key: number,
  name: string,
  forwardable: boolean,
  request: Schema<Q>,
  response: Schema<A>,
): Api<Q, A> {
  return { key, name, forwardable, request, response };
}

export const APIS = {
  fetch: api(1, "Fetch", false, fetchRequest, fetchResponse),
  saslHandshake: api(17, "SaslHandshake", false, saslHandshakeRequest, saslHandshakeResponse),
  apiVersions: api(18, "ApiVersions", false, apiVersionsRequest, apiVersionsResponse),
  createTopics: api(19, "CreateTopics", true, createTopicsRequest, createTopicsResponse),
  deleteTopics: api(20, "DeleteTopics", true, deleteTopicsRequest, deleteTopicsResponse),
  describeAcls: api(29, "DescribeAcls", false, describeAclsRequest, describeAclsResponse),
  createAcls: api(30, "CreateAcls", true, createAclsRequest, createAclsResponse),
  deleteAcls: api(31, "DeleteAcls", true, deleteAclsRequest, deleteAclsResponse),
  describeConfigs: api(
    32,
    "DescribeConfigs",
    false,
    describeConfigsRequest,
    describeConfigsResponse,
  ),
  alterConfigs: api(33, "AlterConfigs", true, alterConfigsRequest, alterConfigsResponse),
  saslAuthenticate: api(
    36,
    "SaslAuthenticate",
    false,
    saslAuthenticateRequest,
    saslAuthenticateResponse,
  ),
  createPartitions: api(
    37,
    "CreatePartitions",
    true,
    createPartitionsRequest,
    createPartitionsResponse,
  ),
  createDelegationToken: api(
    38,
    "CreateDelegationToken",
    true,
    createDelegationTokenRequest,
    createDelegationTokenResponse,
  ),
  renewDelegationToken: api(
    39,
    "RenewDelegationToken",
    true,
    renewDelegationTokenRequest,
    renewDelegationTokenResponse,
  ),
  expireDelegationToken: api(
    40,
    "ExpireDelegationToken",
    true,
    expireDelegationTokenRequest,
    expireDelegationTokenResponse,
  ),
  describeDelegationToken: api(
    41,
    "DescribeDelegationToken",
    false,
    describeDelegationTokenRequest,
    describeDelegationTokenResponse,
  ),
  electLeaders: api(43, "ElectLeaders", true, electLeadersRequest, electLeadersResponse),
  incrementalAlterConfigs: api(
    44,
    "IncrementalAlterConfigs",
    true,
    incrementalAlterConfigsRequest,
    incrementalAlterConfigsResponse,
  ),
  alterPartitionReassignments: api(
    45,
    "AlterPartitionReassignments",
    true,
    alterPartitionReassignmentsRequest,
    alterPartitionReassignmentsResponse,
  ),
  listPartitionReassignments: api(
    46,
    "ListPartitionReassignments",
    true,
    listPartitionReassignmentsRequest,
    listPartitionReassignmentsResponse,
  ),
  alterClientQuotas: api(
    49,
    "AlterClientQuotas",
    true,
    alterClientQuotasRequest,
    alterClientQuotasResponse,
  ),
  describeUserScramCredentials: api(
    50,
    "DescribeUserScramCredentials",
    false,
    describeUserScramCredentialsRequest,
    describeUserScramCredentialsResponse,
  ),
  alterUserScramCredentials: api(
    51,
    "AlterUserScramCredentials",
    true,
    alterUserScramCredentialsRequest,
    alterUserScramCredentialsResponse,
  ),
  vote: api(52, "Vote", false, voteRequest, voteResponse),
  beginQuorumEpoch: api(
    53,
    "BeginQuorumEpoch",
    false,
    beginQuorumEpochRequest,
    beginQuorumEpochResponse,
  ),
  endQuorumEpoch: api(54, "EndQuorumEpoch", false, endQuorumEpochRequest, endQuorumEpochResponse),
  describeQuorum: api(55, "DescribeQuorum", true, describeQuorumRequest, describeQuorumResponse),
  alterPartition: api(56, "AlterPartition", false, alterPartitionRequest, alterPartitionResponse),
  updateFeatures: api(57, "UpdateFeatures", true, updateFeaturesRequest, updateFeaturesResponse),
  envelope: api(58, "Envelope", false, envelopeRequest, envelopeResponse),
  fetchSnapshot: api(59, "FetchSnapshot", false, fetchSnapshotRequest, fetchSnapshotResponse),
  describeCluster: api(
    60,
    "DescribeCluster",
    false,
    describeClusterRequest,
    describeClusterResponse,
  ),
  brokerRegistration: api(
    62,
    "BrokerRegistration",
    false,
    brokerRegistrationRequest,
    brokerRegistrationResponse,
  ),
  brokerHeartbeat: api(
    63,
    "BrokerHeartbeat",
    false,
    brokerHeartbeatRequest,
    brokerHeartbeatResponse,
  ),
  unregisterBroker: api(
    64,
    "UnregisterBroker",
    true,
    unregisterBrokerRequest,
    unregisterBrokerResponse,
  ),
  allocateProducerIds: api(
    67,
    "AllocateProducerIds",
    true,
    allocateProducerIdsRequest,
    allocateProducerIdsResponse,
  ),
  controllerRegistration: api(
    70,
    "ControllerRegistration",
    false,
    controllerRegistrationRequest,
    controllerRegistrationResponse,
  ),
  assignReplicasToDirs: api(
    73,
    "AssignReplicasToDirs",
    false,
    assignReplicasToDirsRequest,
    assignReplicasToDirsResponse,
  ),
  addRaftVoter: api(80, "AddRaftVoter", true, addRaftVoterRequest, addRaftVoterResponse),
  removeRaftVoter: api(
    81,
    "RemoveRaftVoter",
    true,
    removeRaftVoterRequest,
    removeRaftVoterResponse,
  ),
  updateRaftVoter: api(
    82,
    "UpdateRaftVoter",
    false,
    updateRaftVoterRequest,
    updateRaftVoterResponse,
  ),
  unregisterController: api(
    94,
    "UnregisterController",
    true,
    unregisterControllerRequest,
    unregisterControllerResponse,
  ),
} as const;

export type ApiName = keyof typeof APIS;
export type RequestOf<N extends ApiName> = Decoded<(typeof APIS)[N]["request"]>;
export type ResponseOf<N extends ApiName> = Decoded<(typeof APIS)[N]["response"]>;
export type RequestInit<N extends ApiName> = Init<(typeof APIS)[N]["request"]>;
export type ResponseInit<N extends ApiName> = Init<(typeof APIS)[N]["response"]>;

const BY_KEY: ReadonlyMap<number, ApiName> = new Map(
  Object.entries(APIS).map(([name, { key }]) => [key, name as ApiName]),
);

/** The name of the API with this key, or null when a controller listener has none. */
export function apiNameOf(key: number): ApiName | null {
  return BY_KEY.get(key) ?? null;
}
