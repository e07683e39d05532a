/**
 * What a Kafka connection may not say: that it is a voter. Anybody can open one, so a vote or an acknowledgement that
 * came over it would count for nothing that is safe. Voters speak over the channel between controllers.
 */

import type { ApiName, RequestOf } from "../protocol/apis.ts";
import type { Voter } from "../raft/voter-set.ts";

/** A replica without a name is served committed records, and nothing is noted of it. */
const NOBODY = -1;

/** The request as an observer may send it, or null when only a voter may send such a request at all. */
export function asObserver(api: ApiName, body: object, voters: readonly Voter[]): object | null {
  switch (api) {
    case "vote":
    case "beginQuorumEpoch":
    case "endQuorumEpoch":
      return null;
    case "fetch":
      return fetchAsObserver(body as RequestOf<"fetch">, voters);
    default:
      return body;
  }
}

function fetchAsObserver(request: RequestOf<"fetch">, voters: readonly Voter[]): object {
  const isVoter = voters.some(
    ({ id }) => id === request.replicaId || id === request.replicaState.replicaId,
  );
  if (!isVoter) return request;
  const replicaState = { ...request.replicaState, replicaId: NOBODY };
  return { ...request, replicaId: NOBODY, replicaState };
}
