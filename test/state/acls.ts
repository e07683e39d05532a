/** ACLs as tests write them: what is not said is an ALLOW of READ on a literal topic for User:alice from anywhere. */

import { Prng } from "../../src/base/prng.ts";
import { randomUuid } from "../../src/base/uuid.ts";
import type { RequestOf } from "../../src/protocol/apis.ts";
import { Operation, PatternType, Permission, ResourceType } from "../../src/state/authorizer.ts";
import { clusterState } from "./cluster-state.ts";
import { record, type StateUnderTest } from "./records.ts";

export type Creation = RequestOf<"createAcls">["creations"][number];
export type Filter = RequestOf<"deleteAcls">["filters"][number];

export function acl(changes: Partial<Creation> = {}): Creation {
  return {
    resourceType: ResourceType.TOPIC,
    resourceName: "orders",
    resourcePatternType: PatternType.LITERAL,
    principal: "User:alice",
    host: "*",
    operation: Operation.READ,
    permissionType: Permission.ALLOW,
    ...changes,
  };
}

/** A filter that chooses every entry, but for what is said. */
export function aclFilter(changes: Partial<Filter> = {}): Filter {
  return {
    resourceTypeFilter: ResourceType.ANY,
    resourceNameFilter: null,
    patternTypeFilter: PatternType.ANY,
    principalFilter: null,
    hostFilter: null,
    operation: Operation.ANY,
    permissionType: Permission.ANY,
    ...changes,
  };
}

const ids = Prng.fromNumber(4711);

/** The record of an entry, with a new id. */
export function aclRecord({ resourcePatternType: patternType, ...entry }: Creation) {
  return record("accessControlEntry", { ...entry, patternType, id: randomUuid(ids) });
}

/** A state with these entries, at the newest metadata.version. */
export function stateWithAcls(
  creations: readonly Creation[] = [],
  { metadataVersion = 33 } = {},
): StateUnderTest {
  const state = clusterState([], { metadataVersion });
  if (creations.length > 0) state.apply(...creations.map(aclRecord));
  return state;
}
