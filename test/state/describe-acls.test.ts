import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { aclsMatching, filterOf, matchesFilter } from "../../src/state/acl-filter.ts";
import { Operation, PatternType, Permission, ResourceType } from "../../src/state/authorizer.ts";
import { describeAcls } from "../../src/state/describe-acls.ts";
import { acl, aclFilter, type Filter, stateWithAcls } from "./acls.ts";

const { LITERAL, PREFIXED, MATCH, ANY } = PatternType;

const ENTRIES = [
  acl({ resourceName: "foo" }),
  acl({ resourceName: "foo", operation: Operation.WRITE }),
  acl({ resourceName: "foo", resourcePatternType: PREFIXED }),
  acl({ resourceName: "fo", resourcePatternType: PREFIXED }),
  acl({ resourceName: "food" }),
  acl({ resourceName: "food", resourcePatternType: PREFIXED }),
  acl({ resourceName: "*", principal: "User:bob" }),
  acl({ resourceName: "*", resourcePatternType: PREFIXED }),
  acl({ resourceName: "foo", resourceType: ResourceType.GROUP, permissionType: Permission.DENY }),
  acl({ resourceName: "bar", host: "10.0.0.1" }),
];
const state = stateWithAcls(ENTRIES);

/** The patterns that are described, as texts. */
function described(changes: Partial<Filter>): string[] {
  const { resources = [] } = describeAcls(aclFilter(changes), state.view(), {
    authorizerEnabled: true,
  });
  const kinds: Record<number, string> = { [LITERAL]: "", [PREFIXED]: "..." };
  return resources.map(({ resourceType, resourceName, patternType, acls }) => {
    return `${resourceType} ${resourceName}${kinds[patternType ?? 0]} ${acls?.length}`;
  });
}

describe("entries are chosen", () => {
  it("by whatever covers a name", () => {
    const chosen = described({ resourceNameFilter: "foo", patternTypeFilter: MATCH });
    expect(chosen.sort()).toEqual(["2 * 1", "2 fo... 1", "2 foo 2", "2 foo... 1", "3 foo 1"]);
    const topics = { resourceTypeFilter: ResourceType.TOPIC, resourceNameFilter: "foo" };
    const ofTopics = described({ ...topics, patternTypeFilter: MATCH });
    expect(ofTopics.sort()).toEqual(["2 * 1", "2 fo... 1", "2 foo 2", "2 foo... 1"]);
  });

  it("by the name of their pattern", () => {
    const named = (patternTypeFilter: number) =>
      described({ resourceNameFilter: "foo", patternTypeFilter });
    expect(named(ANY).sort()).toEqual(["2 foo 2", "2 foo... 1", "3 foo 1"]);
    expect(named(LITERAL)).toEqual(["2 foo 2", "3 foo 1"]);
    expect(named(PREFIXED)).toEqual(["2 foo... 1"]);
    expect(described({ resourceNameFilter: "*", patternTypeFilter: LITERAL })).toEqual(["2 * 1"]);
  });

  it("by principal, host, operation and permission", () => {
    expect(described({ principalFilter: "User:bob" })).toEqual(["2 * 1"]);
    expect(described({ hostFilter: "10.0.0.1" })).toEqual(["2 bar 1"]);
    expect(described({ operation: Operation.WRITE })).toEqual(["2 foo 1"]);
    expect(described({ permissionType: Permission.DENY })).toEqual(["3 foo 1"]);
  });

  it("not at all by a kind that there is not", () => {
    expect(described({ patternTypeFilter: 99 })).toEqual([]);
    expect(described({ operation: 99 })).toEqual([]);
    expect(described({ resourceTypeFilter: 99, resourceNameFilter: "foo" })).toEqual([]);
  });

  it("alike whether those of the resource are read or all", () => {
    const view = state.view();
    const all = [...view.acls()];
    for (const resourceTypeFilter of [ResourceType.ANY, ResourceType.TOPIC, ResourceType.GROUP]) {
      for (const resourceNameFilter of [
        null,
        "f",
        "fo",
        "foo",
        "food",
        "fooder",
        "*",
        "*a",
        "bar",
      ]) {
        for (const patternTypeFilter of [ANY, MATCH, LITERAL, PREFIXED]) {
          const fields = aclFilter({ resourceTypeFilter, resourceNameFilter, patternTypeFilter });
          const filter = filterOf(fields);
          const ids = [...aclsMatching(view, filter)].map(({ id }) => id).sort();
          const expected = all.filter((entry) => matchesFilter(entry, filter));
          expect(ids).toEqual(expected.map(({ id }) => id).sort());
        }
      }
    }
  });
});

it("an entry is described with all that its pattern does not say", () => {
  const entry = acl({ resourceName: "bar", host: "10.0.0.1" });
  const { resources } = describeAcls(aclFilter({ hostFilter: "10.0.0.1" }), state.view(), {
    authorizerEnabled: true,
  });
  const { principal, host, operation, permissionType } = entry;
  expect(resources).toEqual([
    {
      resourceType: ResourceType.TOPIC,
      resourceName: "bar",
      patternType: LITERAL,
      acls: [{ principal, host, operation, permissionType }],
    },
  ]);
});

it("nothing is described when ACLs are not enforced", () => {
  expect(describeAcls(aclFilter(), state.view(), { authorizerEnabled: false })).toEqual({
    errorCode: ErrorCode.SECURITY_DISABLED,
    errorMessage: "No Authorizer is configured on the broker",
  });
});
