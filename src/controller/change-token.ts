/** Creates, rotates and revokes access tokens: a change like any other, that only Kafka does not know. */

import { errorName } from "../base/error-code.ts";
import {
  type AccessTokenAnswer,
  type AccessTokenContext,
  decideCreateAccessToken,
  decideRevokeAccessToken,
  decideRotateAccessToken,
} from "../state/decide-access-token-change.ts";
import type { Decision } from "../state/decision.ts";
import type { MetadataView } from "../state/metadata-view.ts";
import type { ApiReply } from "./api.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { tokenFacts } from "./read-access-tokens.ts";
import type { Respondent, TrueAt } from "./respondent.ts";
import type { TokenChange } from "./sender.ts";

/** Below the deadline of a try of the gateway. */
const TIMEOUT_MS = 3000;

/** As the log names it. */
export const TOKEN_REQUESTS: { readonly [W in TokenChange["what"]]: string } = {
  create: "CreateAccessToken",
  rotate: "RotateAccessToken",
  revoke: "RevokeAccessToken",
};

interface ChangeOptions {
  readonly nowMs: number;
  readonly reply: (reply: ApiReply) => void;
  /** How a change that is not made for reasons of the quorum is told. */
  readonly refuse: Respondent["refuse"];
}

/** At the active controller, for who may do it. */
export function changeToken(
  quorum: QuorumController,
  change: TokenChange,
  { nowMs, reply, refuse }: ChangeOptions,
): void {
  const decision = decide(change, quorum.view(), { nowMs });
  const respondent: Respondent = {
    answer: (_, trueAt) => reply(answerOf(decision.response, present(quorum, trueAt), nowMs)),
    refuse,
  };
  quorum.write(decision, respondent, { deadlineMs: nowMs + TIMEOUT_MS, proven: true, nowMs });
}

function decide(
  change: TokenChange,
  view: MetadataView,
  context: AccessTokenContext,
): Decision<AccessTokenAnswer> {
  switch (change.what) {
    case "create": {
      const { what: _, ...token } = change;
      return decideCreateAccessToken(token, view, context);
    }
    case "rotate":
      return decideRotateAccessToken(change, view, context);
    case "revoke":
      return decideRevokeAccessToken(change.tokenId, view);
  }
}

function answerOf(answer: AccessTokenAnswer, at: TrueAt, nowMs: number): ApiReply {
  if ("token" in answer) {
    return { kind: "token-changed", token: tokenFacts(answer.token, nowMs), ...at };
  }
  return { kind: "refused", error: errorName(answer.errorCode), message: answer.message };
}

function present({ replica }: QuorumController, trueAt: TrueAt | null): TrueAt {
  return trueAt ?? { offset: replica.highWatermark - 1, epoch: replica.epoch };
}
