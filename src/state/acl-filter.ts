/** What DescribeAcls and DeleteAcls choose ACLs by (KIP-140, KIP-290). */

import { aclIndexOf } from "./acl-index.ts";
import {
  nameOf,
  Operation,
  PatternType,
  Permission,
  ResourceType,
  WILDCARD,
} from "./authorizer.ts";
import type { AclState, MetadataView } from "./metadata-view.ts";

/** Null is any; a pattern type MATCH stands for whatever covers the name. */
export interface AclFilter {
  readonly resourceType: number;
  readonly resourceName: string | null;
  readonly patternType: number;
  readonly principal: string | null;
  readonly host: string | null;
  readonly operation: number;
  readonly permissionType: number;
}

/** The fields of a filter as requests carry them. */
export interface FilterFields {
  readonly resourceTypeFilter: number;
  readonly resourceNameFilter: string | null;
  readonly patternTypeFilter: number;
  readonly principalFilter: string | null;
  readonly hostFilter: string | null;
  readonly operation: number;
  readonly permissionType: number;
}

export function filterOf(fields: FilterFields): AclFilter {
  return {
    resourceType: fields.resourceTypeFilter,
    resourceName: fields.resourceNameFilter,
    patternType: fields.patternTypeFilter,
    principal: fields.principalFilter,
    host: fields.hostFilter,
    operation: fields.operation,
    permissionType: fields.permissionType,
  };
}

/** True when the filter asks for a kind of pattern that there is not. */
export function hasUnknownPattern({ resourceType, patternType }: AclFilter): boolean {
  return isUnknown(ResourceType, resourceType) || isUnknown(PatternType, patternType);
}

/** True when the filter asks for an operation or a permission that there is not. */
export function hasUnknownEntry({ operation, permissionType }: AclFilter): boolean {
  return isUnknown(Operation, operation) || isUnknown(Permission, permissionType);
}

function isUnknown(table: Readonly<Record<string, number>>, value: number): boolean {
  return nameOf(table, value) === "UNKNOWN";
}

/**
 * The entries that the filter chooses; of a filter that names its resource only those on it are read. `all` has every
 * entry, for who has many filters.
 */
export function* aclsMatching(
  view: MetadataView,
  filter: AclFilter,
  all: () => Iterable<AclState> = () => view.acls(),
): Iterable<AclState> {
  for (const acl of candidates(view, filter) ?? all()) {
    if (matchesFilter(acl, filter)) yield acl;
  }
}

export function matchesFilter(acl: AclState, filter: AclFilter): boolean {
  return (
    matchesPattern(acl, filter) &&
    (filter.principal === null || filter.principal === acl.principal) &&
    (filter.host === null || filter.host === acl.host) &&
    (filter.operation === Operation.ANY || filter.operation === acl.operation) &&
    (filter.permissionType === Permission.ANY || filter.permissionType === acl.permissionType)
  );
}

function matchesPattern(acl: AclState, { resourceType, resourceName, patternType }: AclFilter) {
  if (resourceType !== ResourceType.ANY && resourceType !== acl.resourceType) return false;
  const isExact = patternType === PatternType.ANY || patternType === acl.patternType;
  if (!isExact && patternType !== PatternType.MATCH) return false;
  if (resourceName === null || acl.resourceName === resourceName) return true;
  if (isExact) return false;
  if (acl.patternType === PatternType.LITERAL) return acl.resourceName === WILDCARD;
  return resourceName.startsWith(acl.resourceName);
}

/** Null for all of them. */
function candidates(
  view: MetadataView,
  { resourceType, resourceName, patternType }: AclFilter,
): Iterable<AclState> | null {
  if (resourceType === ResourceType.ANY || resourceName === null) return null;
  const { LITERAL, PREFIXED, MATCH } = PatternType;
  if (patternType === MATCH) {
    const covering = aclIndexOf(view).covering(resourceType, resourceName);
    const acls = covering.flatMap((pattern) => pattern.acls);
    // The wildcard does not cover what begins with an asterisk, but here it is chosen for it.
    const isMissing = resourceName.startsWith(WILDCARD) && resourceName !== WILDCARD;
    return isMissing ? [...acls, ...view.aclsOn(resourceType, LITERAL, WILDCARD)] : acls;
  }
  const types = patternType === PatternType.ANY ? [LITERAL, PREFIXED] : [patternType];
  return types.flatMap((type) => view.aclsOn(resourceType, type, resourceName));
}
