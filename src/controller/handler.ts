/** How a request of an API is handled: changed by the active controller, read there, read anywhere, or given to Raft. */

import { ErrorCode } from "../base/error-code.ts";
import type { ApiName, RequestOf } from "../protocol/apis.ts";
import type { Decision } from "../state/decision.ts";
import type { MetadataView } from "../state/metadata-view.ts";
import type { Caller } from "./caller.ts";
import type { QuorumController, Remember } from "./quorum-controller.ts";
import type { Respondent } from "./respondent.ts";
import { wrongController } from "./wrong-controller.ts";

export interface RequestContext {
  readonly version: number;
  readonly nowMs: number;
  readonly respondent: Respondent;
  readonly caller: Caller;
  /** Of a change that is sent under a key. */
  readonly remember?: Remember | undefined;
}

export type Handler<N extends ApiName> = (
  quorum: QuorumController,
  request: RequestOf<N>,
  context: RequestContext,
) => void;

export type Handlers = { readonly [N in ApiName]?: Handler<N> };

/** What Kafka's server waits for requests without a timeout of their own. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** A change: decided on the newest state, answered when its records are committed. */
export function mutation<N extends ApiName>(
  decide: (
    quorum: QuorumController,
    request: RequestOf<N>,
    context: RequestContext,
  ) => Decision<object>,
  { proven }: { readonly proven: boolean } = { proven: false },
): Handler<N> {
  return function handleMutation(quorum, request, context) {
    if (!quorum.isActive) {
      const message = wrongController(quorum.replica.leaderId);
      context.respondent.refuse(ErrorCode.NOT_CONTROLLER, message);
      return;
    }
    const asked = (request as { timeoutMs?: number }).timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const timeoutMs = Math.min(Math.max(asked, 0), 10 * DEFAULT_TIMEOUT_MS);
    const decision = decide(quorum, request, context);
    const { nowMs, respondent, remember } = context;
    const deadlineMs = nowMs + timeoutMs;
    quorum.write(decision, respondent, { deadlineMs, proven, nowMs, remember });
  };
}

/**
 * What clients change is linearizable, also when it is refused: a controller that was replaced must not answer from
 * memory.
 */
export const LINEARIZABLE = { proven: true } as const;

type Read<N extends ApiName> = (
  view: MetadataView,
  request: RequestOf<N>,
  context: RequestContext,
  quorum: QuorumController,
) => object;

/** A read of committed metadata that only the active controller answers, once a majority has confirmed that it is. */
export function leaderRead<N extends ApiName>(read: Read<N>): Handler<N> {
  return function handleLeaderRead(quorum, request, context) {
    const { nowMs, respondent } = context;
    if (!quorum.isActive) {
      respondent.refuse(ErrorCode.NOT_CONTROLLER, wrongController(quorum.replica.leaderId));
      return;
    }
    quorum.read(nowMs, {
      run: (view, at) => respondent.answer(read(view, request, context, quorum), at),
      refused: (error, message) => respondent.refuse(error, message),
    });
  };
}

/** A read of what this controller knows to be committed, whoever leads. */
export function localRead<N extends ApiName>(read: Read<N>): Handler<N> {
  return function handleLocalRead(quorum, request, context) {
    const body = read(quorum.committedView(), request, context, quorum);
    context.respondent.answer(body, null);
  };
}

/** Requests of consensus go to Raft as they are; it answers them now or later. */
export function consensus<
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
