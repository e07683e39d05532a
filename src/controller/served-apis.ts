/** The APIs that this controller serves on a Kafka connection, each with the handler of its requests. */

import { ErrorCode } from "../base/error-code.ts";
import type { ApiName, RequestOf } from "../protocol/apis.ts";
import { decideAlterPartition } from "../state/decide-alter-partition.ts";
import { decideAssignReplicasToDirs } from "../state/decide-assign-replicas-to-dirs.ts";
import { decideBrokerHeartbeat } from "../state/decide-broker-heartbeat.ts";
import { decideBrokerRegistration } from "../state/decide-broker-registration.ts";
import { decideControllerRegistration } from "../state/decide-controller-registration.ts";
import { decideCreatePartitions } from "../state/decide-create-partitions.ts";
import { decideCreateTopics } from "../state/decide-create-topics.ts";
import { decideDeleteTopics } from "../state/decide-delete-topics.ts";
import { decideAllocateProducerIds } from "../state/decide-producer-ids.ts";
import { decideUnregisterBroker } from "../state/decide-unregister-broker.ts";
import type { Decision } from "../state/decision.ts";
import { KRAFT_VERSION } from "../state/metadata-version.ts";
import { describeApiVersions } from "./describe-api-versions.ts";
import { describeCluster } from "./describe-cluster.ts";
import type { QuorumController } from "./quorum-controller.ts";
import type { Respondent } from "./respondent.ts";

export interface RequestContext {
  readonly version: number;
  readonly nowMs: number;
  readonly respondent: Respondent;
}

type Handler<N extends ApiName> = (
  quorum: QuorumController,
  request: RequestOf<N>,
  context: RequestContext,
) => void;

/** What Kafka's server waits for requests without a timeout of their own. */
const DEFAULT_TIMEOUT_MS = 30_000;

function mutation<N extends ApiName>(
  decide: (
    quorum: QuorumController,
    request: RequestOf<N>,
    context: RequestContext,
  ) => Decision<object>,
  { proven }: { readonly proven: boolean } = { proven: false },
): Handler<N> {
  return function handleMutation(quorum, request, context) {
    if (!quorum.isActive) {
      context.respondent.refuse(
        ErrorCode.NOT_CONTROLLER,
        "The active controller appears to be another node.",
      );
      return;
    }
    const asked = (request as { timeoutMs?: number }).timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const timeoutMs = Math.min(Math.max(asked, 0), 10 * DEFAULT_TIMEOUT_MS);
    const decision = decide(quorum, request, context);
    const { nowMs, respondent } = context;
    quorum.write(decision, respondent, { deadlineMs: nowMs + timeoutMs, proven, nowMs });
  };
}

/** What clients do to topics is linearizable, also when it is refused: a controller that was replaced must not answer. */
const LINEARIZABLE = { proven: true } as const;

/** Requests of consensus go to Raft as they are; it answers them now or later. */
function consensus<
  N extends
    | "vote"
    | "beginQuorumEpoch"
    | "endQuorumEpoch"
    | "fetch"
    | "fetchSnapshot"
    | "describeQuorum",
>(api: N): Handler<N> {
  return function handleConsensus(quorum, request, { version, respondent, nowMs }) {
    quorum.replica.onRequest(api, version, request as never, respondent, nowMs);
  };
}

const HANDLERS: { readonly [N in ApiName]?: Handler<N> } = {
  fetch: consensus("fetch"),
  apiVersions: (quorum, request, { version, respondent }) => {
    const offset = quorum.replica.highWatermark - 1;
    const levels = new Map(quorum.committedView().features());
    if (levels.size > 0) levels.set("kraft.version", KRAFT_VERSION);
    const finalized = { offset: Math.max(offset, -1), levels };
    respondent.answer(describeApiVersions(request, version, SERVED_APIS, finalized), null);
  },
  createTopics: mutation(
    (quorum, request, { version }) =>
      decideCreateTopics(request, quorum.view(), {
        prng: quorum.prng,
        version,
        defaults: TOPIC_DEFAULTS,
      }),
    LINEARIZABLE,
  ),
  deleteTopics: mutation(
    (quorum, request, { version }) => decideDeleteTopics(request, quorum.view(), { version }),
    LINEARIZABLE,
  ),
  createPartitions: mutation(
    (quorum, request) => decideCreatePartitions(request, quorum.view(), { prng: quorum.prng }),
    LINEARIZABLE,
  ),
  vote: consensus("vote"),
  beginQuorumEpoch: consensus("beginQuorumEpoch"),
  endQuorumEpoch: consensus("endQuorumEpoch"),
  describeQuorum: consensus("describeQuorum"),
  alterPartition: mutation((quorum, request, { version }) =>
    decideAlterPartition(request, quorum.view(), { version }),
  ),
  fetchSnapshot: consensus("fetchSnapshot"),
  describeCluster: (quorum, request, { version, respondent }) => {
    const { document, replica } = quorum;
    const body = describeCluster(request, version, quorum.committedView(), {
      clusterId: document.clusterId,
      leaderId: replica.leaderId,
      listenerName: LISTENER_NAME,
    });
    respondent.answer(body, null);
  },
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
  controllerRegistration: mutation((quorum, request) =>
    decideControllerRegistration(request, quorum.view()),
  ),
  assignReplicasToDirs: mutation((quorum, request) =>
    decideAssignReplicasToDirs(request, quorum.view()),
  ),
};

/** The listener name under which brokers look controllers up: upper case, as Kafka normalises it. */
export const LISTENER_NAME = "CONTROLLER";

/** num.partitions and default.replication.factor of a controller, and whether topics may be deleted. */
const TOPIC_DEFAULTS = { partitions: 1, replicationFactor: 1 };

/** In key order, as ApiVersions lists them; Envelope is opened before its content gets here. */
export const SERVED_APIS: readonly ApiName[] = [
  "fetch",
  "apiVersions",
  "createTopics",
  "deleteTopics",
  "createPartitions",
  "vote",
  "beginQuorumEpoch",
  "endQuorumEpoch",
  "describeQuorum",
  "alterPartition",
  "envelope",
  "fetchSnapshot",
  "describeCluster",
  "brokerRegistration",
  "brokerHeartbeat",
  "unregisterBroker",
  "allocateProducerIds",
  "controllerRegistration",
  "assignReplicasToDirs",
];

/** Runs the handler of a request whose API is served. */
export function handleRequest(
  quorum: QuorumController,
  api: ApiName,
  request: object,
  context: RequestContext,
): void {
  const handler = HANDLERS[api] as Handler<ApiName> | undefined;
  if (handler === undefined) {
    context.respondent.refuse(ErrorCode.UNSUPPORTED_VERSION, `${api} is not served here.`);
    return;
  }
  handler(quorum, request as never, context);
}
