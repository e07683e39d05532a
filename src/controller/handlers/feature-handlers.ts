/** Feature levels, and controllers that are gone. */

import { decideUnregisterController } from "../../state/decide-unregister-controller.ts";
import { decideUpdateFeatures } from "../../state/decide-update-features.ts";
import { type Handler, type Handlers, LINEARIZABLE, mutation } from "../handler.ts";

const updateFeatures = mutation<"updateFeatures">(
  (quorum, request, { version }) =>
    decideUpdateFeatures(request, quorum.view(), {
      version,
      controllerId: quorum.replica.leaderId,
      minInsyncReplicas: quorum.config.properties.get("min.insync.replicas") ?? "1",
    }),
  LINEARIZABLE,
);

/** The request's own timeout counts for nothing, as in an Apache controller. */
const updateFeaturesInTime: Handler<"updateFeatures"> = (quorum, request, context) =>
  updateFeatures(quorum, { ...request, timeoutMs: 60_000 }, context);

export const FEATURE_HANDLERS = {
  updateFeatures: updateFeaturesInTime,
  unregisterController: mutation(
    (quorum, request) =>
      decideUnregisterController(request, quorum.view(), { activeId: quorum.replica.leaderId }),
    LINEARIZABLE,
  ),
} satisfies Handlers;
