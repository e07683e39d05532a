/** The form in which each API says that a whole request failed. */

import { APIS, type ApiName, type RequestOf } from "../protocol/apis.ts";

/** A response body of `api` that carries `error` wherever Kafka would put it. */
export function errorResponse(
  api: ApiName,
  version: number,
  request: object,
  error: number,
  message: string,
): object {
  const named = { errorCode: error, errorMessage: message };
  switch (api) {
    case "createTopics": {
      const { topics } = request as RequestOf<"createTopics">;
      return { topics: topics.map(({ name }) => ({ name, ...named })) };
    }
    case "createPartitions": {
      const { topics } = request as RequestOf<"createPartitions">;
      return { results: topics.map(({ name }) => ({ name, ...named })) };
    }
    case "deleteTopics":
      return deleteTopicsError(request as RequestOf<"deleteTopics">, version, named);
    case "listPartitionReassignments":
    case "describeCluster":
    case "controllerRegistration":
    case "unregisterBroker":
      return named;
    case "describeQuorum":
      return version >= 2 ? named : { errorCode: error };
    default:
      return "errorCode" in APIS[api].response.fields ? { errorCode: error } : {};
  }
}

function deleteTopicsError(
  request: RequestOf<"deleteTopics">,
  version: number,
  named: { errorCode: number; errorMessage: string },
): object {
  const failure = version >= 5 ? named : { errorCode: named.errorCode };
  if (version < 6) {
    return { responses: request.topicNames.map((name) => ({ name, ...failure })) };
  }
  return { responses: request.topics.map(({ name, topicId }) => ({ name, topicId, ...failure })) };
}
