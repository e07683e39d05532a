/** Consensus, and what the quorum says of itself. */

import { decideControllerRegistration } from "../../state/decide-controller-registration.ts";
import { clusterOperations } from "../authorization.ts";
import { describeCluster } from "../describe-cluster.ts";
import { consensus, type Handlers, localRead, mutation } from "../handler.ts";
import { LISTENER_NAME } from "../listener-name.ts";

export const QUORUM_HANDLERS = {
  fetch: consensus("fetch"),
  vote: consensus("vote"),
  beginQuorumEpoch: consensus("beginQuorumEpoch"),
  endQuorumEpoch: consensus("endQuorumEpoch"),
  describeQuorum: consensus("describeQuorum"),
  fetchSnapshot: consensus("fetchSnapshot"),
  describeCluster: localRead((view, request, { version, caller }, { document, replica }) =>
    describeCluster(request, version, view, {
      clusterId: document.clusterId,
      leaderId: replica.leaderId,
      listenerName: LISTENER_NAME,
      authorizedOperations: () => clusterOperations(caller),
    }),
  ),
  controllerRegistration: mutation((quorum, request) =>
    decideControllerRegistration(request, quorum.view()),
  ),
} satisfies Handlers;
