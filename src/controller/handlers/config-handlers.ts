/** Configs of topics, brokers, client metrics and groups. */

import type { RequestOf } from "../../protocol/apis.ts";
import { BROKER_LOGGER, type ConfigRights, sortResources } from "../../state/config-resources.ts";
import { decideAlterConfigs } from "../../state/decide-alter-configs.ts";
import type { AlterConfigsContext } from "../../state/decide-alterations.ts";
import { decideIncrementalAlterConfigs } from "../../state/decide-incremental-alter-configs.ts";
import type { Decision } from "../../state/decision.ts";
import { describeConfigs } from "../../state/describe-configs.ts";
import type { MetadataView } from "../../state/metadata-view.ts";
import {
  type Handler,
  type Handlers,
  LINEARIZABLE,
  localRead,
  mutation,
  type RequestContext,
} from "../handler.ts";

export const CONFIG_HANDLERS = {
  alterConfigs: alteration("alterConfigs", decideAlterConfigs, ({ resources }) => resources),
  incrementalAlterConfigs: alteration(
    "incrementalAlterConfigs",
    decideIncrementalAlterConfigs,
    // The loggers of a node are its own affair.
    ({ resources }) => resources.filter(({ resourceType }) => resourceType !== BROKER_LOGGER),
  ),
  describeConfigs: localRead((view, request, { caller }) => describeConfigs(request, view, caller)),
} satisfies Handlers;

type AlterApi = "alterConfigs" | "incrementalAlterConfigs";

/** Decided by the active controller, unless nothing of it is left to decide. */
function alteration<N extends AlterApi>(
  _api: N,
  decide: (
    request: RequestOf<N>,
    view: MetadataView,
    context: AlterConfigsContext,
  ) => Decision<object>,
  toDecide: (request: RequestOf<N>) => RequestOf<N>["resources"],
): Handler<N> {
  const contextOf = ({ caller }: RequestContext): AlterConfigsContext => ({
    rights: caller,
    forwarded: caller.forwarded,
  });
  const active = mutation<N>(
    (quorum, request, context) => decide(request, quorum.view(), contextOf(context)),
    LINEARIZABLE,
  );
  return function handleAlteration(quorum, request, context) {
    const { caller } = context;
    const rights: ConfigRights = {
      authorize: (action) => caller.authorize(action, { quiet: true }),
    };
    const { wanted } = sortResources(toDecide(request), rights);
    if (wanted.length > 0) {
      active(quorum, request, context);
      return;
    }
    const { response } = decide(request, quorum.committedView(), contextOf(context));
    context.respondent.answer(response, null);
  };
}
