/** The authorizer reads only the ACLs that cover a name; a twin that looks at all of them must say the same. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AuthorizedAction,
  type AuthorizerSettings,
  Operation,
  PatternType,
  Permission,
  type Requester,
  ResourceType,
} from "../../src/state/authorizer.ts";
import type { AclState } from "../../src/state/metadata-view.ts";
import { isAuthorized } from "../../src/state/standard-authorizer.ts";
import { type Creation, stateWithAcls } from "./acls.ts";
import "../support/property-seed.ts";

function twin(
  acls: readonly AclState[],
  settings: AuthorizerSettings,
  { principal, host }: Requester,
  { operation, resourceType, resourceName }: AuthorizedAction,
): boolean {
  if (settings.superUsers.has(principal)) return true;
  const covering = acls.filter((acl) => {
    if (acl.resourceType !== resourceType) return false;
    if (acl.patternType === PatternType.PREFIXED) return resourceName.startsWith(acl.resourceName);
    const isCovered = acl.resourceName === "*" && !resourceName.startsWith("*");
    return isCovered || acl.resourceName === resourceName;
  });
  const speaking = covering.filter(
    (acl) => ["User:*", principal].includes(acl.principal) && ["*", host].includes(acl.host),
  );
  const said = (permission: number, operations: readonly number[]) =>
    speaking.some((acl) => acl.permissionType === permission && operations.includes(acl.operation));
  if (said(Permission.DENY, [operation, Operation.ALL])) return false;
  const { READ, WRITE, DELETE, ALTER, DESCRIBE, ALTER_CONFIGS, DESCRIBE_CONFIGS } = Operation;
  const stronger: Record<number, number[]> = {
    [DESCRIBE]: [READ, WRITE, DELETE, ALTER],
    [DESCRIBE_CONFIGS]: [ALTER_CONFIGS],
  };
  const enough = [operation, Operation.ALL, ...(stronger[operation] ?? [])];
  if (said(Permission.ALLOW, enough)) return true;
  return covering.length === 0 && settings.allowEveryoneIfNoAclFound;
}

const resourceName = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 5 }),
  fc.string({ unit: fc.constantFrom("a", "-", "/", "ü", "😀", "*"), minLength: 1, maxLength: 4 }),
);
const principal = fc.constantFrom("User:a", "User:b", "User:*", "Group:a");
const host = fc.constantFrom("*", "10.0.0.1", "10.0.0.2");
const operation = fc.constantFrom(...Object.values(Operation).filter((one) => one > 1));
const resourceType = fc.constantFrom(ResourceType.TOPIC, ResourceType.GROUP);

const creation: fc.Arbitrary<Creation> = fc.record({
  resourceType,
  resourceName: fc.oneof(
    { weight: 1, arbitrary: fc.constant("*") },
    { weight: 9, arbitrary: resourceName },
  ),
  resourcePatternType: fc.constantFrom(PatternType.LITERAL, PatternType.PREFIXED),
  principal,
  host,
  operation,
  permissionType: fc.constantFrom(Permission.ALLOW, Permission.ALLOW, Permission.DENY),
});
const question = fc.record({ principal, host, resourceType, resourceName, operation });
const settings = fc.record({
  superUsers: fc.constantFrom(new Set<string>(), new Set(["User:b"])),
  allowEveryoneIfNoAclFound: fc.boolean(),
});

describe("the authorizer and its twin agree", () => {
  it.each([
    ["few", 12, 300],
    ["so many that not all below a prefix are read at once", 400, 25],
  ])("on %s ACLs", (_many, maxLength, numRuns) => {
    const acls = fc.array(creation, { maxLength, size: "max" });
    const questions = fc.array(question, { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(acls, questions, settings, (creations, asked, set) => {
        const view = stateWithAcls(creations).view();
        const everyAcl = [...view.acls()];
        for (const one of asked) {
          expect(isAuthorized(view, set, one, one)).toBe(twin(everyAcl, set, one, one));
        }
      }),
      { numRuns },
    );
  });
});
