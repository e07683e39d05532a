/** Metrics for Prometheus. They are wanted most when something is wrong, so one controller that is silent stops nothing. */

import * as v from "valibot";
import type { ApiReply } from "../../../src/controller/api.ts";
import type { QuorumCalls } from "../context.ts";
import { metricsPage, type Scraped } from "../metrics/metrics-page.ts";
import { TEXT_FORMAT } from "../metrics/text-format.ts";
import { replyError } from "../reply-error.ts";
import { type Route, route } from "../route.ts";
import { withDeadline } from "../timers.ts";

/** Well below the 10 s that a scrape may take by default. */
const DEADLINE_MS = 2000;

const metrics = route({
  method: "GET",
  path: "/metrics",
  operationId: "getMetrics",
  tag: "Cluster",
  summary: "Metrics of every controller, for Prometheus",
  description:
    "Names are those of Apache's KRaft controllers where there is one. Controllers that do not answer within 2 s are shown as quorate_controller_up 0.",
  answers: {
    200: {
      description: "The metrics, in the text exposition format 0.0.4.",
      schema: v.string(),
      mediaType: "text/plain",
    },
  },
  right: { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" },
  async handle({ context, quorum }) {
    const ids = quorum.directory.ids();
    const scraped = await Promise.all(ids.map((id) => scrape(quorum, id)));
    // While no controller vouches for a client it learns who is up, and nothing of what others have asked.
    const isLetIn = !quorum.access.isRequired || scraped.some(({ facts }) => facts !== null);
    const own = isLetIn ? context.get("metrics").text() : "";
    return context.body(metricsPage(scraped) + own, 200, { "Content-Type": TEXT_FORMAT });
  },
});

/** Throws when the controller refuses the client: only one that knows the newest rights does. */
async function scrape({ directory, timers, sender }: QuorumCalls, id: number): Promise<Scraped> {
  const asked = directory.call(id, { kind: "metrics", sender });
  let reply: ApiReply;
  try {
    reply = await withDeadline(timers, DEADLINE_MS, asked);
  } catch {
    return { controllerId: id, isUp: false, facts: null };
  }
  const error = replyError(reply);
  if (error !== null) throw error;
  return { controllerId: id, isUp: true, facts: reply.kind === "metrics" ? reply.facts : null };
}

export const metricsRoutes: readonly Route[] = [metrics];
