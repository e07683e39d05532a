/** For load balancers: whether the gateway runs, and whether the quorum behind it can serve. */

import { unavailable } from "../kafka-error.ts";
import { readiness } from "../readiness.ts";
import { NotFormattedError } from "../reply-error.ts";
import { type Route, route } from "../route.ts";
import { CLUSTER_SHAPES } from "../shapes/cluster-shapes.ts";

const live = route({
  method: "GET",
  path: "/livez",
  operationId: "isAlive",
  tag: "Cluster",
  summary: "Whether the gateway runs",
  answers: { 200: { description: "It does.", schema: CLUSTER_SHAPES.Health } },
  right: null,
  async handle(call) {
    return call.ok({ status: "ok" });
  },
});

const ready = route({
  method: "GET",
  path: "/readyz",
  operationId: "isReady",
  tag: "Cluster",
  summary: "Whether a majority confirms an active controller",
  answers: { 200: { description: "It does.", schema: CLUSTER_SHAPES.Health } },
  errors: [503],
  right: null,
  async handle(call) {
    const { directory, timers } = call.quorum;
    const found = await readiness(directory, timers);
    if (found.kind === "ready") {
      call.quorum.trueAt = found.trueAt;
      return call.ok({ status: "ok", controller_id: found.controllerId });
    }
    throw unavailable(
      found.kind === "not-formatted"
        ? new NotFormattedError().message
        : "No majority of the controllers has confirmed who leads.",
    );
  },
});

export const healthRoutes: readonly Route[] = [live, ready];
