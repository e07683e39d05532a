/** AlterConfigs (KIP-133): the configs of a resource become those of the request, and what it leaves out is deleted. */

import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { type ConfigChange, settledConfigs } from "./config-alteration.ts";
import type { ConfigResourceName } from "./config-records.ts";
import { answerTo } from "./config-resources.ts";
import { type AlterConfigsContext, decideAlterations, type Planned } from "./decide-alterations.ts";
import type { Decision } from "./decision.ts";
import { stringHashCode, timelineOrder } from "./hash-order.ts";
import { HashedMap } from "./hashed-map.ts";
import { ConfigResource, type MetadataView } from "./metadata-view.ts";

type Request = RequestOf<"alterConfigs">;
type AskedConfig = Request["resources"][number]["configs"][number];

/** Error codes are those of IncrementalAlterConfigs; loggers are refused with INVALID_REQUEST. */
export function decideAlterConfigs(
  { resources, validateOnly }: Request,
  view: MetadataView,
  context: AlterConfigsContext,
): Decision<ResponseInit<"alterConfigs">> {
  const { failure, responses, records } = decideAlterations(resources, view, {
    ...context,
    validateOnly,
    plan: (resource) => plan(view, resource, resource.configs),
  });
  if (failure !== null) {
    const refused = resources.map((resource) => answerTo(resource, failure));
    return { records: [], atomic: true, response: { responses: refused } };
  }
  return { records, atomic: true, response: { responses } };
}

function plan(
  view: MetadataView,
  resource: ConfigResourceName,
  configs: readonly AskedConfig[],
): Planned {
  // Of a config that is named twice the last value counts.
  const asked = new HashedMap<string | null>();
  for (const { name, value } of configs) asked.set(name, value);
  const settled = settledConfigs(view, resource);
  const changes: ConfigChange[] = [];
  for (const [name, value] of asked.entries()) {
    const unchanged = value === (settled.get(name) ?? null);
    // Brokers read their files again when they hear of their configs, changed or not (KAFKA-14136).
    if (unchanged && resource.resourceType !== ConfigResource.BROKER) continue;
    changes.push({ name, value });
  }
  const leftOut = [...settled.keys()].filter((name) => !asked.has(name));
  for (const name of timelineOrder(leftOut, stringHashCode)) changes.push({ name, value: null });
  return { changes };
}
