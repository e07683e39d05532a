/** What brokers ask for: to be registered, to live, to change the partitions they lead. */

import { decideAlterPartition } from "../../state/decide-alter-partition.ts";
import { decideAssignReplicasToDirs } from "../../state/decide-assign-replicas-to-dirs.ts";
import { decideBrokerHeartbeat } from "../../state/decide-broker-heartbeat.ts";
import { decideBrokerRegistration } from "../../state/decide-broker-registration.ts";
import { decideAllocateProducerIds } from "../../state/decide-producer-ids.ts";
import { decideUnregisterBroker } from "../../state/decide-unregister-broker.ts";
import { type Handlers, mutation } from "../handler.ts";

export const BROKER_HANDLERS = {
  alterPartition: mutation((quorum, request, { version }) =>
    decideAlterPartition(request, quorum.view(), { version }),
  ),
  brokerRegistration: mutation((quorum, request, { nowMs }) =>
    decideBrokerRegistration(request, quorum.view(), {
      clusterId: quorum.document.clusterId,
      sessions: quorum.sessions,
      nextOffset: quorum.log.endOffset,
      nowMs,
    }),
  ),
  brokerHeartbeat: mutation((quorum, request, { nowMs }) =>
    decideBrokerHeartbeat(request, quorum.view(), {
      sessions: quorum.sessions,
      nextOffset: quorum.log.endOffset,
      nowMs,
    }),
  ),
  unregisterBroker: mutation((quorum, request) => decideUnregisterBroker(request, quorum.view())),
  allocateProducerIds: mutation((quorum, request) =>
    decideAllocateProducerIds(request, quorum.view()),
  ),
  assignReplicasToDirs: mutation((quorum, request) =>
    decideAssignReplicasToDirs(request, quorum.view()),
  ),
} satisfies Handlers;
