/** The form in which each API says that a whole request failed. */

import { APIS, type ApiName, type RequestOf } from "../protocol/apis.ts";

interface Named {
  readonly errorCode: number;
  readonly errorMessage: string;
}

type Forms = {
  readonly [N in ApiName]?: (request: RequestOf<N>, named: Named, version: number) => object;
};

/** APIs whose form of an error is more than a code at the top. */
const FORMS: Forms = {
  createTopics: ({ topics }, named) => ({ topics: topics.map(({ name }) => ({ name, ...named })) }),
  deleteTopics: (request, named, version) => deleteTopicsError(request, version, named),
  createPartitions: ({ topics }, named) => ({
    results: topics.map(({ name }) => ({ name, ...named })),
  }),
  alterConfigs: ({ resources }, named) => resourceErrors(resources, named),
  incrementalAlterConfigs: ({ resources }, named) => resourceErrors(resources, named),
  describeConfigs: ({ resources }, named) => ({
    results: resources.map(({ resourceType, resourceName }) => ({
      resourceType,
      resourceName,
      configs: [],
      ...named,
    })),
  }),
  createAcls: ({ creations }, named) => ({ results: creations.map(() => named) }),
  deleteAcls: ({ filters }, named) => ({ filterResults: filters.map(() => named) }),
  alterClientQuotas: ({ entries }, named) => ({
    entries: entries.map(({ entity }) => ({ entity, ...named })),
  }),
  alterUserScramCredentials: ({ deletions, upsertions }, named) => {
    const users = new Set([...deletions, ...upsertions].map(({ name }) => name));
    return { results: [...users].sort().map((user) => ({ user, ...named })) };
  },
  electLeaders: ({ topicPartitions }, named, version) => ({
    ...(version >= 1 ? { errorCode: named.errorCode } : {}),
    replicaElectionResults: (topicPartitions ?? []).map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((partitionId) => ({ partitionId, ...named })),
    })),
  }),
  alterPartitionReassignments: ({ topics }, named) => ({
    ...named,
    responses: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, ...named })),
    })),
  }),
  describeQuorum: (_request, named, version) =>
    version >= 2 ? named : { errorCode: named.errorCode },
};

/** A response body of `api` that carries `error` wherever Kafka would put it. */
export function errorResponse(
  api: ApiName,
  version: number,
  request: object,
  error: number,
  message: string,
): object {
  const named = { errorCode: error, errorMessage: message };
  const form = FORMS[api];
  if (form !== undefined) return form(request as never, named, version);
  const { fields } = APIS[api].response;
  if (!("errorCode" in fields)) return {};
  return "errorMessage" in fields ? named : { errorCode: error };
}

function resourceErrors(
  resources: readonly { readonly resourceType: number; readonly resourceName: string }[],
  named: Named,
): object {
  return {
    responses: resources.map(({ resourceType, resourceName }) => ({
      resourceType,
      resourceName,
      ...named,
    })),
  };
}

function deleteTopicsError(
  request: RequestOf<"deleteTopics">,
  version: number,
  named: Named,
): object {
  const failure = version >= 5 ? named : { errorCode: named.errorCode };
  if (version < 6) {
    return { responses: request.topicNames.map((name) => ({ name, ...failure })) };
  }
  return { responses: request.topics.map(({ name, topicId }) => ({ name, topicId, ...failure })) };
}
