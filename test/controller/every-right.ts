/** What each API needs: a request, the right that it takes, and what Apache Kafka 4.4.0 answers to who has none. */

import { ZERO_UUID } from "../../src/base/uuid.ts";
import type { ApiName } from "../../src/protocol/apis.ts";
import { Operation } from "../../src/state/authorizer.ts";
import { acl } from "../state/acls.ts";
import { CLUSTER_RIGHTS } from "./cluster-rights.ts";
import { CLUSTER_DENIED, onCluster, onTopic, type Rows, TOPIC, TOPIC_DENIED } from "./right-row.ts";

const { ALTER, ALTER_CONFIGS, DESCRIBE, CREATE, DELETE } = Operation;

export const ROWS: Rows<ApiName> = {
  ...CLUSTER_RIGHTS,
  createTopics: {
    body: () => ({
      topics: [{ name: "new", numPartitions: 1, replicationFactor: 1 }],
      timeoutMs: 1000,
    }),
    right: onTopic(CREATE, "new"),
    refusal: {
      topics: [{ name: "new", errorCode: TOPIC_DENIED, errorMessage: "Authorization failed." }],
    },
  },
  deleteTopics: {
    body: (topicId) => ({
      topics: [
        { name: null, topicId },
        { name: "unknown", topicId: ZERO_UUID },
      ],
      topicNames: [],
      timeoutMs: 1000,
    }),
    right: acl({ resourceName: "*", operation: DELETE, principal: "User:ANONYMOUS" }),
    refusal: {
      responses: [
        { name: null, errorCode: TOPIC_DENIED, errorMessage: "Topic authorization failed." },
        { name: "unknown", errorCode: TOPIC_DENIED, errorMessage: "Topic authorization failed." },
      ],
    },
  },
  createPartitions: {
    body: () => ({
      topics: [{ name: TOPIC, count: 2, assignments: null }],
      timeoutMs: 1000,
      validateOnly: false,
    }),
    right: onTopic(ALTER),
    refusal: { results: [{ name: TOPIC, errorCode: TOPIC_DENIED, errorMessage: null }] },
  },
  describeConfigs: {
    body: () => ({
      resources: [{ resourceType: 2, resourceName: TOPIC, configurationKeys: null }],
    }),
    right: onTopic(Operation.DESCRIBE_CONFIGS),
    refusal: {
      results: [{ errorCode: TOPIC_DENIED, errorMessage: "Topic authorization failed." }],
    },
  },
  alterConfigs: {
    body: () => ({
      resources: [
        {
          resourceType: 2,
          resourceName: TOPIC,
          configs: [{ name: "retention.ms", value: "1000" }],
        },
      ],
      validateOnly: false,
    }),
    right: onTopic(ALTER_CONFIGS),
    refusal: {
      responses: [{ errorCode: TOPIC_DENIED, errorMessage: "Topic authorization failed." }],
    },
  },
  incrementalAlterConfigs: {
    body: () => ({
      resources: [
        {
          resourceType: 2,
          resourceName: TOPIC,
          configs: [{ name: "retention.ms", configOperation: 0, value: "1000" }],
        },
      ],
      validateOnly: false,
    }),
    right: onTopic(ALTER_CONFIGS),
    refusal: {
      responses: [{ errorCode: TOPIC_DENIED, errorMessage: "Topic authorization failed." }],
    },
  },
  createDelegationToken: {
    body: () => ({
      ownerPrincipalType: null,
      ownerPrincipalName: null,
      renewers: [],
      maxLifetimeMs: 1n,
    }),
    right: null,
    refusal: { errorCode: 64, principalName: "ANONYMOUS" },
  },
  renewDelegationToken: {
    body: () => ({ hmac: new Uint8Array(1), renewPeriodMs: 1n }),
    right: null,
    refusal: { errorCode: 64, expiryTimestampMs: -1n },
  },
  expireDelegationToken: {
    body: () => ({ hmac: new Uint8Array(1), expiryTimePeriodMs: 1n }),
    right: null,
    refusal: { errorCode: 64, expiryTimestampMs: -1n },
  },
  describeDelegationToken: {
    body: () => ({ owners: null }),
    right: null,
    refusal: { errorCode: 64, tokens: [] },
  },
  describeUserScramCredentials: {
    body: () => ({ users: null }),
    right: onCluster(DESCRIBE),
    refusal: { errorCode: CLUSTER_DENIED, errorMessage: null },
  },
  apiVersions: {
    body: () => ({ clientSoftwareName: "client", clientSoftwareVersion: "1" }),
    right: null,
    refusal: { errorCode: 0 },
  },
  saslHandshake: {
    body: () => ({ mechanism: "PLAIN" }),
    right: null,
    refusal: { errorCode: 34 },
  },
  saslAuthenticate: {
    body: () => ({ authBytes: new Uint8Array(1) }),
    right: null,
    refusal: { errorCode: 34 },
  },
};
