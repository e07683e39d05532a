/** For load balancers: whether the gateway runs, and whether the quorum behind it can serve. */

import { type GatewayContext, NotFormattedError } from "../context.ts";
import { refuseQuery } from "../input.ts";
import { unavailable } from "../kafka-error.ts";
import type { Route } from "../route.ts";

async function live(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  return context.json({ status: "ok" });
}

/** Ready means that a majority confirms an active controller. */
async function ready(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  try {
    const { controllerId } = await context.var.quorum.read({ what: "cluster" });
    return context.json({ status: "ok", controller_id: controllerId });
  } catch (error) {
    if (error instanceof NotFormattedError) throw unavailable(error.message);
    throw error;
  }
}

export const healthRoutes: readonly Route[] = [
  { method: "GET", path: "/livez", handle: live },
  { method: "GET", path: "/readyz", handle: ready },
];
