/** The form in which each API says that a whole request failed. */

import { ErrorCode, errorText } from "../base/error-code.ts";
import { APIS, type ApiName, type RequestOf } from "../protocol/apis.ts";

const FIRST_DELETE_TOPICS_WITH_IDS = 6;
const FIRST_FETCH_WITH_ERROR = 7;
const FIRST_TOKEN_WITH_REQUESTER = 3;
const FIRST_FETCH_WITH_IDS = 13;

interface Named {
  readonly errorCode: number;
  /** Null when what went wrong is nobody's business. */
  readonly errorMessage: string | null;
}

type Forms = {
  readonly [N in ApiName]?: (request: RequestOf<N>, named: Named, version: number) => object;
};

/** APIs whose form of an error is more than a code at the top. */
const FORMS: Forms = {
  fetch: (request, { errorCode }, version) => fetchError(request, errorCode, version),
  createTopics: ({ topics }, named) => ({ topics: topics.map(({ name }) => ({ name, ...named })) }),
  deleteTopics: ({ topics, topicNames }, { errorCode }, version) => ({
    responses:
      version < FIRST_DELETE_TOPICS_WITH_IDS
        ? topicNames.map((name) => ({ name, errorCode }))
        : topics.map(({ name, topicId }) => ({ name, topicId, errorCode })),
  }),
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
  createDelegationToken: (_request, { errorCode }, version) => tokenOfNobody(errorCode, version),
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
  listPartitionReassignments: ({ topics }, named) => ({
    ...named,
    topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex })),
    })),
  }),
  describeQuorum: (_request, named, version) =>
    version >= 2 ? named : { errorCode: named.errorCode },
};

/** APIs whose answer says no more than the text of the error code. */
const TACITURN: ReadonlySet<ApiName> = new Set([
  "describeQuorum",
  "alterClientQuotas",
  "controllerRegistration",
  "addRaftVoter",
  "removeRaftVoter",
]);

/** A response body of `api` that carries `error` wherever Kafka would put it. */
export function errorResponse(
  api: ApiName,
  version: number,
  request: object,
  error: number,
  message: string,
): object {
  const isSecret = error === ErrorCode.UNKNOWN_SERVER_ERROR;
  const told = TACITURN.has(api) ? (errorText(error) ?? message) : isSecret ? null : message;
  const named = { errorCode: error, errorMessage: told };
  const form = FORMS[api];
  if (form !== undefined) return form(request as never, named, version);
  const { fields } = APIS[api].response;
  if (!("errorCode" in fields)) return {};
  return "errorMessage" in fields ? named : { errorCode: error };
}

/** Kafka names ANONYMOUS where it has not looked at who asks. */
function tokenOfNobody(errorCode: number, version: number): object {
  const requester = {
    tokenRequesterPrincipalType: "User",
    tokenRequesterPrincipalName: "ANONYMOUS",
  };
  return {
    errorCode,
    principalType: "User",
    principalName: "ANONYMOUS",
    ...(version >= FIRST_TOKEN_WITH_REQUESTER ? requester : {}),
    issueTimestampMs: -1n,
    expiryTimestampMs: -1n,
    maxTimestampMs: -1n,
  };
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

/** Fetches that name topics say it of each partition, the others at the top. */
function fetchError(request: RequestOf<"fetch">, errorCode: number, version: number): object {
  const { sessionId, topics } = request;
  if (version >= FIRST_FETCH_WITH_IDS) return { errorCode, sessionId };
  const responses = topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition }) => ({
      partitionIndex: partition,
      errorCode,
      highWatermark: -1n,
      records: new Uint8Array(0),
    })),
  }));
  return version >= FIRST_FETCH_WITH_ERROR ? { errorCode, sessionId, responses } : { responses };
}
