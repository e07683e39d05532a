/** How tests say what an API needs, and what Apache Kafka 4.4.0 answers to who does not have it. */

import type { Uuid } from "../../src/base/uuid.ts";
import { APIS, type ApiName, type RequestInit } from "../../src/protocol/apis.ts";
import { encode } from "../../src/protocol/codec.ts";
import { defaultPrincipalData } from "../../src/protocol/messages/default-principal-data.ts";
import { nameOf, Operation, ResourceType } from "../../src/state/authorizer.ts";
import { acl, type Creation } from "../state/acls.ts";

/** A topic that is there. */
export const TOPIC = "events";
export const CLUSTER_DENIED = 31;
export const TOPIC_DENIED = 29;

export interface Row<N extends ApiName> {
  body(topicId: Uuid): RequestInit<N>;
  /** Null when everybody may ask. */
  readonly right: Creation | null;
  /**
   * Part of the answer to who has no right; to everybody where no right is needed. Kafka's controllers do not serve
   * DescribeUserScramCredentials and DescribeDelegationToken: of these it is what its brokers answer.
   */
  readonly refusal: object;
  /** Never served on a Kafka connection, whatever right there is. */
  readonly peersOnly?: boolean;
}

export type Rows<N extends ApiName> = { readonly [K in N]: Row<K> };

export function onCluster(operation: number): Creation {
  return acl({
    resourceType: ResourceType.CLUSTER,
    resourceName: "kafka-cluster",
    operation,
    principal: "User:ANONYMOUS",
  });
}

export function onTopic(operation: number, resourceName = TOPIC): Creation {
  return acl({ resourceName, operation, principal: "User:ANONYMOUS" });
}

export function denied(api: ApiName, operation: number) {
  const needs = `Request ${APIS[api].name} needs ${nameOf(Operation, operation)} permission.`;
  return { errorCode: CLUSTER_DENIED, errorMessage: needs };
}

/** The principal of an Envelope as brokers write it. */
export function principalBytes(name: string, type = "User"): Uint8Array {
  return Uint8Array.from([0, 0, ...encode(defaultPrincipalData, 0, { type, name })]);
}
