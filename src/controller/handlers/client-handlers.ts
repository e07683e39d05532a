/** What is kept for clients: quotas, SCRAM credentials, delegation tokens. */

import { ErrorCode } from "../../base/error-code.ts";
import { CLUSTER_NAME, Operation, ResourceType } from "../../state/authorizer.ts";
import { decideAlterClientQuotas } from "../../state/decide-alter-client-quotas.ts";
import { decideAlterUserScramCredentials } from "../../state/decide-alter-user-scram-credentials.ts";
import { decideCreateDelegationToken } from "../../state/decide-create-delegation-token.ts";
import {
  decideExpireDelegationToken,
  decideRenewDelegationToken,
} from "../../state/decide-token-expiry.ts";
import { describeDelegationTokens } from "../../state/describe-delegation-tokens.ts";
import { describeUserScramCredentials } from "../../state/describe-user-scram-credentials.ts";
import type { TokenContext } from "../../state/token-rules.ts";
import {
  type Handlers,
  LINEARIZABLE,
  localRead,
  mutation,
  type RequestContext,
} from "../handler.ts";
import type { QuorumController } from "../quorum-controller.ts";

export const CLIENT_HANDLERS = {
  alterClientQuotas: mutation(
    (quorum, request) => decideAlterClientQuotas(request, quorum.view()),
    LINEARIZABLE,
  ),
  alterUserScramCredentials: mutation(
    (quorum, request) => decideAlterUserScramCredentials(request, quorum.view()),
    LINEARIZABLE,
  ),
  describeUserScramCredentials: localRead((view, request, { caller }) => {
    const action = {
      operation: Operation.DESCRIBE,
      resourceType: ResourceType.CLUSTER,
      resourceName: CLUSTER_NAME,
    };
    if (caller.authorize(action)) return describeUserScramCredentials(request, view);
    return { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, errorMessage: null };
  }),
  createDelegationToken: mutation(
    (quorum, request, context) =>
      decideCreateDelegationToken(request, quorum.view(), {
        ...tokenContext(quorum, context),
        prng: quorum.prng,
        version: context.version,
        maxLifetimeMs: quorum.config.delegationTokenMaxLifetimeMs,
        expiryTimeMs: quorum.config.delegationTokenExpiryTimeMs,
        maxTokens: quorum.config.delegationMaxTokens,
        authorize: (action) => context.caller.authorize(action),
      }),
    LINEARIZABLE,
  ),
  renewDelegationToken: mutation(
    (quorum, request, context) =>
      decideRenewDelegationToken(request, quorum.view(), {
        ...tokenContext(quorum, context),
        expiryTimeMs: quorum.config.delegationTokenExpiryTimeMs,
      }),
    LINEARIZABLE,
  ),
  expireDelegationToken: mutation(
    (quorum, request, context) =>
      decideExpireDelegationToken(request, quorum.view(), tokenContext(quorum, context)),
    LINEARIZABLE,
  ),
  describeDelegationToken: localRead((view, request, context, quorum) =>
    describeDelegationTokens(request, view, {
      ...tokenContext(quorum, context),
      version: context.version,
      authorize: (action) => context.caller.authorize(action),
    }),
  ),
} satisfies Handlers;

function tokenContext(
  { tokenHmacs }: QuorumController,
  { caller, nowMs }: RequestContext,
): TokenContext {
  const { principal, mayAskForTokens } = caller;
  return { principal, mayAsk: mayAskForTokens, hmacs: tokenHmacs, nowMs };
}
