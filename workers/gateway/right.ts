/** The right that a route declares, in the numbers in which a controller is asked for it. */

import type { NeededRight } from "../../src/controller/sender.ts";
import { CLUSTER_NAME, Operation, ResourceType } from "../../src/state/authorizer.ts";
import type { Right } from "./route.ts";

/** Null for a right that is asked for of each thing by itself. `named` has the values of the path. */
export function neededRight(
  { operation, resourceType, resource }: Right,
  named: Readonly<Record<string, unknown>> = {},
): NeededRight | null {
  if (resource === "each") return null;
  const resourceName = resource === "cluster" ? CLUSTER_NAME : String(named[resource.name]);
  return {
    operation: Operation[operation],
    resourceType: ResourceType[resourceType],
    resourceName,
  };
}
