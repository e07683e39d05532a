/** For load balancers: whether the gateway runs, and whether the quorum behind it can serve. */

import { NotFormattedError } from "../context.ts";
import { unavailable } from "../kafka-error.ts";
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
    try {
      const { controllerId } = await call.quorum.read({ what: "cluster" });
      return call.ok({ status: "ok", controller_id: controllerId });
    } catch (error) {
      if (error instanceof NotFormattedError) throw unavailable(error.message);
      throw error;
    }
  },
});

export const healthRoutes: readonly Route[] = [live, ready];
