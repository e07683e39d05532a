/**
 * Makes the caller of a gateway call out of what its sender has shown, in the same step and on the same state that the
 * call itself is judged and decided on: a token that was revoked before it does not carry it.
 */

import { provesToken } from "../state/access-token.ts";
import type { ApiReply } from "./api.ts";
import type { ApiCaller } from "./caller.ts";
import { anonymousCaller, TRUSTED_CALLER, tokenCaller } from "./callers.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { RequestRate } from "./request-rate.ts";
import type { Sender } from "./sender.ts";

/** A call goes on with its caller, or is answered at once. */
export type Admission = { readonly caller: ApiCaller } | { readonly refusal: ApiReply };

interface Asked {
  /** What is asked for, as the log names it. */
  readonly request: string;
  readonly nowMs: number;
}

const NO_TOKEN = "An access token is needed: Authorization: Bearer <token>.";
/** The same for every token that is not good, so that nobody learns which ids there are. */
const BAD_TOKEN = "The access token is unknown, has expired or was revoked.";

export class ApiSenders {
  readonly #quorum: QuorumController;
  readonly #rate: RequestRate;

  constructor(quorum: QuorumController) {
    this.#quorum = quorum;
    this.#rate = new RequestRate(quorum.config.httpRequestsPerSecond);
  }

  /** Who sends a call that has just come in; it counts against the rate of its principal. */
  admit(sender: Sender | null, asked: Asked): Admission {
    const admission = this.identify(sender, asked);
    if (sender === null || "refusal" in admission) return admission;
    const retryAfterMs = this.#rate.take(admission.caller.principal, asked.nowMs);
    return retryAfterMs === 0 ? admission : { refusal: { kind: "throttled", retryAfterMs } };
  }

  /** Who sends a call, whether it has just come in or waits; null is the gateway itself. */
  identify(sender: Sender | null, { request, nowMs }: Asked): Admission {
    if (sender === null) return { caller: TRUSTED_CALLER };
    const { credentials, host, requestId } = sender;
    const quorum = this.#quorum;
    if (credentials === null) {
      return quorum.config.httpAuthenticationRequired
        ? unauthenticated(NO_TOKEN)
        : { caller: anonymousCaller(host) };
    }
    // A new leader may not know yet that a revocation was committed, but it has it.
    const view = quorum.isActive ? quorum.view() : quorum.committedView();
    const token = view.accessToken(credentials.tokenId);
    // Who is cut off does not hear of revocations, and lets nobody in on what it knew.
    const isRecent = quorum.isActive || quorum.replica.isCaughtUp(nowMs);
    const isProved = provesToken(token, credentials.secretHash, nowMs);
    if (!isRecent || !isProved) return unauthenticated(BAD_TOKEN);
    const { principal, tokenId } = token;
    return { caller: tokenCaller(quorum, { principal, tokenId, host, request, requestId }) };
  }
}

function unauthenticated(message: string): Admission {
  return { refusal: { kind: "unauthenticated", message } };
}
