/** Requests that Kafka cannot read although their bytes are in order: they name kinds of things that cannot be. */

import type { ApiName, RequestOf } from "../protocol/apis.ts";

const UNKNOWN = 0;

type Checks = { readonly [N in ApiName]?: (request: RequestOf<N>) => boolean };

/** True for requests that are refused as if their bytes were wrong. Numbers that only are too new are read. */
const CHECKS: Checks = {
  createAcls: ({ creations }) =>
    creations.some(({ resourceType, resourcePatternType, operation, permissionType }) =>
      hasUnknown(resourceType, resourcePatternType, operation, permissionType),
    ),
  deleteAcls: ({ filters }) => filters.some(isUnknownFilter),
  describeAcls: isUnknownFilter,
};

export function isUnreadable(api: ApiName, request: object): boolean {
  return CHECKS[api]?.(request as never) ?? false;
}

function isUnknownFilter({
  resourceTypeFilter,
  patternTypeFilter,
  operation,
  permissionType,
}: RequestOf<"deleteAcls">["filters"][number]): boolean {
  return hasUnknown(resourceTypeFilter, patternTypeFilter, operation, permissionType);
}

function hasUnknown(...kinds: readonly number[]): boolean {
  return kinds.includes(UNKNOWN);
}
