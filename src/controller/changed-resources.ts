/** What each change of the HTTP API is about, as the audit log names it. */

import type { RequestOf } from "../protocol/apis.ts";
import { nameOf, ResourceType } from "../state/authorizer.ts";
import { ConfigResource } from "../state/metadata-view.ts";
import type { WriteApi } from "./api.ts";

type Resources = {
  readonly [N in WriteApi]: (request: RequestOf<N>, delegationTokenId: string) => readonly string[];
};

const topic = (name: string | null) => `Topic:${name ?? ""}`;
const broker = (id: number) => `Broker:${id}`;

/** Every change, so that none is without. */
const RESOURCES: Resources = {
  createTopics: ({ topics }) => topics.map(({ name }) => topic(name)),
  deleteTopics: ({ topics }) => topics.map(({ name, topicId }) => topic(name ?? topicId)),
  createPartitions: ({ topics }) => topics.map(({ name }) => topic(name)),
  incrementalAlterConfigs: ({ resources }) =>
    resources.map(({ resourceType, resourceName }) => {
      return `${nameOf(ConfigResource, resourceType)}_CONFIG:${resourceName}`;
    }),
  createAcls: ({ creations }) =>
    creations.map(({ resourceType, resourceName }) => aclOn(resourceType, resourceName)),
  deleteAcls: ({ filters }) =>
    filters.map(({ resourceTypeFilter, resourceNameFilter }) =>
      aclOn(resourceTypeFilter, resourceNameFilter ?? "any"),
    ),
  alterPartitionReassignments: ({ topics }) => topics.map(({ name }) => topic(name)),
  electLeaders: ({ topicPartitions }) =>
    topicPartitions?.map((asked) => topic(asked.topic)) ?? ["Topic:any"],
  updateFeatures: ({ featureUpdates }) => featureUpdates.map(({ feature }) => `Feature:${feature}`),
  alterClientQuotas: ({ entries }) =>
    entries.map(({ entity }) => {
      const parts = entity.map(({ entityType, entityName }) => {
        return `${entityType}=${entityName ?? "<default>"}`;
      });
      return `ClientQuota:${parts.join(",")}`;
    }),
  alterUserScramCredentials: ({ deletions, upsertions }) =>
    [...deletions, ...upsertions].map(({ name }) => `User:${name}`),
  createDelegationToken: ({ ownerPrincipalName: owner }) =>
    owner === null ? [] : [`User:${owner}`],
  // By their ids: an HMAC is a secret.
  renewDelegationToken: (_, id) => [`DelegationToken:${id}`],
  expireDelegationToken: (_, id) => [`DelegationToken:${id}`],
  brokerRegistration: ({ brokerId }) => [broker(brokerId)],
  brokerHeartbeat: ({ brokerId }) => [broker(brokerId)],
  unregisterBroker: ({ brokerId }) => [broker(brokerId)],
  unregisterController: ({ controllerId }) => [`Controller:${controllerId}`],
};

/** Such as "Topic:orders". `request` is decoded; the id is that of a delegation token, which a request does not name. */
export function changedResources(
  api: WriteApi,
  request: object,
  delegationTokenId = "",
): readonly string[] {
  return RESOURCES[api](request as never, delegationTokenId);
}

function aclOn(resourceType: number, resourceName: string): string {
  return `Acl:${nameOf(ResourceType, resourceType)}:${resourceName}`;
}
