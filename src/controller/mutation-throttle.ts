/** Holds what clients do to topics against their quotas, and tells them how long to wait (KIP-599). */

import type { Decision } from "../state/decision.ts";
import { type MutationQuota, UNLIMITED } from "../state/mutation-quota.ts";
import { principalParts } from "../state/principal.ts";
import type { RequestContext } from "./handler.ts";
import type { QuorumController } from "./quorum-controller.ts";

/**
 * Decides with the quota of the caller. From the version `strictSince` on a topic that is too much is refused; older
 * clients do not know that error and are only asked to wait.
 */
export function throttle<R extends object>(
  quorum: QuorumController,
  context: RequestContext,
  strictSince: number,
  decide: (quota: MutationQuota) => Decision<R>,
): Decision<R & { readonly throttleTimeMs: number }> {
  const quota = quotaOf(quorum, context, context.version >= strictSince);
  const decision = decide(quota);
  const { records, atomic } = decision;
  const response = { ...decision.response, throttleTimeMs: quota.throttleTimeMs };
  return { records, atomic, response };
}

function quotaOf(
  quorum: QuorumController,
  { caller, nowMs }: RequestContext,
  strict: boolean,
): MutationQuota {
  if (caller.trusted) return UNLIMITED;
  const client = { user: principalParts(caller.principal).name, clientId: caller.clientId };
  return quorum.mutationQuotas.of(client, quorum.committedView(), { strict, nowMs });
}
