/** Error codes that no request of a comparison can bring about, each with the reason. */

import { ErrorCode as E } from "../../src/base/error-code.ts";
import type { ApiName } from "../../src/protocol/apis.ts";

export interface Unreached {
  readonly code: number;
  readonly reason: string;
}

const OWN_NAME = {
  code: E.CLUSTER_AUTHORIZATION_FAILED,
  reason: "It is not forwarded, and the connection's own principal is a super user.",
};
const OLD_LEVEL = {
  code: E.UNSUPPORTED_VERSION,
  reason: "Only a metadata.version below 3.9 refuses it, and clusters start at 3.9 here.",
};
const AUTHORIZED = {
  code: E.SECURITY_DISABLED,
  reason: "Both sides have an authorizer, or nothing else could be compared.",
};
const WITH_TOKENS = {
  code: E.DELEGATION_TOKEN_AUTH_DISABLED,
  reason: "Both sides have a secret for tokens, or nothing else could be compared.",
};
const THROTTLED = {
  code: E.THROTTLING_QUOTA_EXCEEDED,
  reason: "It depends on the moment: quotas have tests of their own.",
};
const POLICY = {
  code: E.POLICY_VIOLATION,
  reason: "Only a policy class of the operator's refuses configs.",
};

export const UNREACHED: Readonly<Partial<Record<ApiName, readonly Unreached[]>>> = {
  apiVersions: [
    { code: E.UNSUPPORTED_VERSION, reason: "Only versions that both sides serve are sent." },
  ],
  createTopics: [THROTTLED],
  deleteTopics: [
    THROTTLED,
    { code: E.POLICY_VIOLATION, reason: "It takes more than 10,000 topics." },
    { code: E.TOPIC_DELETION_DISABLED, reason: "delete.topic.enable is true." },
  ],
  createPartitions: [THROTTLED],
  alterPartition: [OWN_NAME],
  assignReplicasToDirs: [OWN_NAME, OLD_LEVEL],
  brokerRegistration: [OWN_NAME],
  brokerHeartbeat: [OWN_NAME],
  controllerRegistration: [OWN_NAME, OLD_LEVEL],
  incrementalAlterConfigs: [POLICY],
  alterConfigs: [POLICY],
  describeConfigs: [
    OWN_NAME,
    { ...OWN_NAME, code: E.TOPIC_AUTHORIZATION_FAILED },
    { ...OWN_NAME, code: E.GROUP_AUTHORIZATION_FAILED },
  ],
  createAcls: [AUTHORIZED],
  deleteAcls: [AUTHORIZED],
  describeAcls: [OWN_NAME, AUTHORIZED],
  alterUserScramCredentials: [OLD_LEVEL],
  createDelegationToken: [WITH_TOKENS],
  renewDelegationToken: [WITH_TOKENS],
  expireDelegationToken: [WITH_TOKENS],
  describeCluster: [OWN_NAME, OLD_LEVEL],
  describeQuorum: [{ code: E.NOT_LEADER_OR_FOLLOWER, reason: "The active controller is asked." }],
  envelope: [OWN_NAME],
};
