/** The APIs that need a right on the cluster. */

import type { ApiName } from "../../src/protocol/apis.ts";
import { encodeRequest } from "../../src/protocol/request-frame.ts";
import { Operation, ResourceType } from "../../src/state/authorizer.ts";
import { acl, aclFilter } from "../state/acls.ts";
import { CLUSTER_DENIED, denied, onCluster, principalBytes, type Row, TOPIC } from "./right-row.ts";

const { CLUSTER_ACTION, ALTER, ALTER_CONFIGS, DESCRIBE } = Operation;
const GENERIC = "Cluster authorization failed.";
const UNKNOWN_ID = "AAAAAAAAAAAAAAAAAAAAAQ";
const METADATA = "__cluster_metadata";

export const CLUSTER_RIGHTS = {
  fetch: {
    body: () => ({ maxWaitMs: 0, minBytes: 0, topics: [] }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, responses: [] },
  },
  fetchSnapshot: {
    body: () => ({ topics: [] }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, topics: [] },
  },
  vote: {
    body: () => ({ clusterId: null, voterId: 1, topics: [] }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, topics: [] },
    peersOnly: true,
  },
  beginQuorumEpoch: {
    body: () => ({ clusterId: null, voterId: 1, topics: [], leaderEndpoints: [] }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, topics: [] },
    peersOnly: true,
  },
  endQuorumEpoch: {
    body: () => ({ clusterId: null, topics: [], leaderEndpoints: [] }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, topics: [] },
    peersOnly: true,
  },
  updateRaftVoter: {
    body: () => ({
      clusterId: null,
      currentLeaderEpoch: 1,
      voterId: 9,
      voterDirectoryId: UNKNOWN_ID,
      listeners: [],
      kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 1 },
    }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED },
  },
  envelope: {
    body: () => ({
      requestData: encodeRequest({
        api: "describeQuorum",
        version: 2,
        correlationId: 1,
        clientId: "client",
        body: { topics: [] },
      }),
      requestPrincipal: principalBytes("root"),
      clientHostAddress: Uint8Array.of(127, 0, 0, 1),
    }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, responseData: null },
  },
  alterPartition: {
    body: () => ({ brokerId: 1, brokerEpoch: 1n, topics: [] }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, topics: [] },
  },
  brokerRegistration: {
    body: () => ({
      brokerId: 7,
      clusterId: "other",
      incarnationId: UNKNOWN_ID,
      listeners: [],
      features: [],
      rack: null,
      logDirs: [UNKNOWN_ID],
      previousBrokerEpoch: -1n,
    }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, brokerEpoch: -1n },
  },
  brokerHeartbeat: {
    body: () => ({
      brokerId: 7,
      brokerEpoch: 1n,
      currentMetadataOffset: 1n,
      wantFence: false,
      wantShutDown: false,
    }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, isCaughtUp: false, isFenced: true },
  },
  controllerRegistration: {
    body: () => ({
      controllerId: 1,
      incarnationId: UNKNOWN_ID,
      zkMigrationReady: false,
      listeners: [],
      features: [],
    }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, errorMessage: GENERIC },
  },
  allocateProducerIds: {
    body: () => ({ brokerId: 7, brokerEpoch: 1n }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, producerIdLen: 0 },
  },
  assignReplicasToDirs: {
    body: () => ({ brokerId: 7, brokerEpoch: 1n, directories: [] }),
    right: onCluster(CLUSTER_ACTION),
    refusal: { errorCode: CLUSTER_DENIED, directories: [] },
  },
  updateFeatures: {
    body: () => ({ featureUpdates: [], validateOnly: true }),
    right: onCluster(ALTER),
    refusal: { ...denied("updateFeatures", ALTER), results: [] },
  },
  unregisterBroker: {
    body: () => ({ brokerId: 101 }),
    right: onCluster(ALTER),
    refusal: denied("unregisterBroker", ALTER),
  },
  unregisterController: {
    body: () => ({ controllerId: 9 }),
    right: onCluster(ALTER),
    refusal: denied("unregisterController", ALTER),
  },
  addRaftVoter: {
    body: () => ({
      clusterId: null,
      timeoutMs: 1000,
      voterId: 9,
      voterDirectoryId: UNKNOWN_ID,
      listeners: [{ name: "CONTROLLER", host: "host", port: 1 }],
    }),
    right: onCluster(ALTER),
    refusal: { errorCode: CLUSTER_DENIED, errorMessage: GENERIC },
  },
  removeRaftVoter: {
    body: () => ({ clusterId: null, voterId: 9, voterDirectoryId: UNKNOWN_ID }),
    right: onCluster(ALTER),
    refusal: { errorCode: CLUSTER_DENIED, errorMessage: GENERIC },
  },
  electLeaders: {
    body: () => ({
      electionType: 0,
      topicPartitions: [{ topic: TOPIC, partitions: [0] }],
      timeoutMs: 1000,
    }),
    right: onCluster(ALTER),
    refusal: {
      errorCode: CLUSTER_DENIED,
      replicaElectionResults: [
        {
          topic: TOPIC,
          partitionResult: [{ partitionId: 0, ...denied("electLeaders", ALTER) }],
        },
      ],
    },
  },
  alterPartitionReassignments: {
    body: () => ({
      timeoutMs: 1000,
      topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0, replicas: [101] }] }],
    }),
    right: onCluster(ALTER),
    refusal: {
      ...denied("alterPartitionReassignments", ALTER),
      responses: [
        {
          name: TOPIC,
          partitions: [{ partitionIndex: 0, ...denied("alterPartitionReassignments", ALTER) }],
        },
      ],
    },
  },
  createAcls: {
    body: () => ({ creations: [acl()] }),
    right: onCluster(ALTER),
    refusal: { results: [denied("createAcls", ALTER)] },
  },
  deleteAcls: {
    body: () => ({ filters: [aclFilter({ resourceTypeFilter: ResourceType.USER })] }),
    right: onCluster(ALTER),
    refusal: { filterResults: [{ ...denied("deleteAcls", ALTER), matchingAcls: [] }] },
  },
  alterUserScramCredentials: {
    body: () => ({ deletions: [{ name: "alice", mechanism: 1 }], upsertions: [] }),
    right: onCluster(ALTER),
    refusal: { results: [{ user: "alice", ...denied("alterUserScramCredentials", ALTER) }] },
  },
  describeCluster: {
    body: () => ({ endpointType: 2, includeClusterAuthorizedOperations: true }),
    right: onCluster(ALTER),
    refusal: { ...denied("describeCluster", ALTER), clusterId: "", brokers: [] },
  },
  alterClientQuotas: {
    body: () => ({
      entries: [
        {
          entity: [{ entityType: "user", entityName: "alice" }],
          ops: [{ key: "producer_byte_rate", value: 1, remove: false }],
        },
      ],
      validateOnly: false,
    }),
    right: onCluster(ALTER_CONFIGS),
    refusal: {
      entries: [
        {
          errorCode: CLUSTER_DENIED,
          errorMessage: GENERIC,
          entity: [{ entityType: "user", entityName: "alice" }],
        },
      ],
    },
  },
  describeQuorum: {
    body: () => ({ topics: [{ topicName: METADATA, partitions: [{ partitionIndex: 0 }] }] }),
    right: onCluster(DESCRIBE),
    refusal: { errorCode: CLUSTER_DENIED, errorMessage: GENERIC, topics: [] },
  },
  listPartitionReassignments: {
    body: () => ({ timeoutMs: 1000, topics: null }),
    right: onCluster(DESCRIBE),
    refusal: { ...denied("listPartitionReassignments", DESCRIBE), topics: [] },
  },
  describeAcls: {
    body: () => aclFilter(),
    right: onCluster(DESCRIBE),
    refusal: { ...denied("describeAcls", DESCRIBE), resources: [] },
  },
} satisfies { readonly [N in ApiName]?: Row<N> };
