/** What ACLs allow, by the rules of Apache Kafka's StandardAuthorizer. */

import { describe, expect, it } from "vitest";
import { Operation, PatternType, Permission, ResourceType } from "../../src/state/authorizer.ts";
import { decidingRule, isAuthorized, ruleText } from "../../src/state/standard-authorizer.ts";
import { acl, type Creation, stateWithAcls } from "./acls.ts";

const { READ, WRITE, DELETE, ALTER, DESCRIBE, CREATE, DESCRIBE_CONFIGS, ALTER_CONFIGS, ALL } =
  Operation;
const { DENY } = Permission;
const { PREFIXED } = PatternType;

const NOBODY_ELSE = { superUsers: new Set<string>(), allowEveryoneIfNoAclFound: false };
const ANYBODY_ELSE = { ...NOBODY_ELSE, allowEveryoneIfNoAclFound: true };

interface Asked {
  readonly principal?: string;
  readonly host?: string;
  readonly operation?: number;
  readonly name?: string;
  readonly settings?: typeof NOBODY_ELSE;
}

function may(acls: readonly Creation[], asked: Asked = {}): boolean {
  const { principal = "User:alice", host = "10.0.0.1", operation = READ } = asked;
  const { name: resourceName = "orders", settings = NOBODY_ELSE } = asked;
  const action = { operation, resourceType: ResourceType.TOPIC, resourceName };
  return isAuthorized(stateWithAcls(acls).view(), settings, { principal, host }, action);
}

const all = acl({ operation: ALL });

describe("who", () => {
  it("is named by the ACL, or anybody is", () => {
    expect(may([acl()])).toBe(true);
    expect(may([acl()], { principal: "User:bob" })).toBe(false);
    expect(may([acl()], { principal: "Group:alice" })).toBe(false);
    const anybody = acl({ principal: "User:*" });
    expect(may([anybody], { principal: "User:bob" })).toBe(true);
    expect(may([anybody], { principal: "Group:bob" })).toBe(true);
    expect(may([acl({ principal: "Group:*" })], { principal: "Group:bob" })).toBe(false);
  });

  it("may do anything as a super user, whatever is denied", () => {
    const settings = { ...NOBODY_ELSE, superUsers: new Set(["User:root", "Group:root"]) };
    const denied = [acl({ principal: "User:*", operation: ALL, permissionType: DENY })];
    expect(may(denied, { principal: "User:root", settings })).toBe(true);
    expect(may(denied, { principal: "Group:root", settings })).toBe(true);
    expect(may(denied, { principal: "User:roo", settings })).toBe(false);
  });

  it("comes from the host of the ACL, from any, or from its range of addresses", () => {
    expect(may([acl({ host: "10.0.0.1" })])).toBe(true);
    expect(may([acl({ host: "10.0.0.2" })])).toBe(false);
    expect(may([acl({ host: "10.0.0.0/24" })])).toBe(true);
    expect(may([acl({ host: "10.0.0.0/24" })], { host: "10.0.1.1" })).toBe(false);
    expect(may([acl({ host: "::1" })], { host: "0:0:0:0:0:0:0:1" })).toBe(false);
    expect(may([acl({ host: "::1/128" })], { host: "0:0:0:0:0:0:0:1" })).toBe(true);
    const denied = acl({ host: "10.0.0.0/24", permissionType: DENY });
    expect(may([acl(), denied])).toBe(false);
    expect(may([acl(), denied], { host: "10.0.1.1" })).toBe(true);
  });
});

describe("what", () => {
  it("is named by the pattern, by a prefix of it or by the wildcard", () => {
    expect(may([acl()], { name: "orders" })).toBe(true);
    expect(may([acl()], { name: "orders2" })).toBe(false);
    const prefixed = acl({ resourceName: "ord", resourcePatternType: PREFIXED });
    expect(may([prefixed], { name: "orders" })).toBe(true);
    expect(may([prefixed], { name: "ord" })).toBe(true);
    expect(may([prefixed], { name: "or" })).toBe(false);
    expect(may([acl({ resourceName: "*" })])).toBe(true);
    expect(may([acl({ resourceName: "*" })], { name: "*" })).toBe(true);
    expect(may([acl({ resourceName: "*" })], { name: "*a" })).toBe(false);
    expect(may([acl({ resourceName: "*", resourcePatternType: PREFIXED })])).toBe(false);
    expect(may([acl({ resourceName: "*", resourcePatternType: PREFIXED })], { name: "*a" })).toBe(
      true,
    );
    expect(may([acl({ resourceType: ResourceType.GROUP })])).toBe(false);
  });

  it("is found by prefixes of any script", () => {
    const prefixed = acl({ resourceName: "a😀b", resourcePatternType: PREFIXED });
    const others = Array.from({ length: 100 }, (_, i) =>
      acl({
        resourceName: `a😀${String.fromCodePoint(0x1f600 + i)}`,
        resourcePatternType: PREFIXED,
      }),
    );
    expect(may([prefixed, ...others], { name: "a😀b/c" })).toBe(true);
    expect(may([prefixed, ...others], { name: "a😀c" })).toBe(false);
  });
});

describe("an operation", () => {
  it("is the one of the ACL, or all are", () => {
    expect(may([acl({ operation: READ })], { operation: WRITE })).toBe(false);
    expect(may([all], { operation: WRITE })).toBe(true);
    expect(may([all], { operation: DESCRIBE_CONFIGS })).toBe(true);
  });

  it("implies DESCRIBE or DESCRIBE_CONFIGS when it is allowed", () => {
    const implied = (operation: number, asked: number) =>
      may([acl({ operation })], { operation: asked });
    const describing = [READ, WRITE, DELETE, ALTER, DESCRIBE];
    expect(describing.map((operation) => implied(operation, DESCRIBE))).toEqual(
      Array(5).fill(true),
    );
    const others = [CREATE, DESCRIBE_CONFIGS, ALTER_CONFIGS];
    expect(others.map((operation) => implied(operation, DESCRIBE))).toEqual([false, false, false]);
    expect(implied(ALTER_CONFIGS, DESCRIBE_CONFIGS)).toBe(true);
    expect(implied(ALTER, DESCRIBE_CONFIGS)).toBe(false);
    expect(implied(DESCRIBE, READ)).toBe(false);
  });

  it("implies nothing when it is denied", () => {
    const denied = acl({ operation: READ, permissionType: DENY });
    expect(may([all, denied], { operation: DESCRIBE })).toBe(true);
    expect(may([all, denied], { operation: READ })).toBe(false);
    const deniedAll = acl({ operation: ALL, permissionType: DENY });
    expect(may([acl(), deniedAll], { operation: DESCRIBE })).toBe(false);
  });
});

describe("ACLs that disagree", () => {
  it("deny, wherever the denial stands", () => {
    const denials = [
      acl({ permissionType: DENY }),
      acl({ permissionType: DENY, resourceName: "o", resourcePatternType: PREFIXED }),
      acl({ permissionType: DENY, resourceName: "*" }),
    ];
    const allowing = [
      acl(),
      acl({ resourceName: "or", resourcePatternType: PREFIXED }),
      acl({ resourceName: "*" }),
    ];
    for (const denial of denials) expect(may([...allowing, denial])).toBe(false);
    expect(may(allowing)).toBe(true);
  });
});

describe("what no ACL allows", () => {
  it("is allowed to everybody only when no ACL covers the resource and the setting says so", () => {
    expect(may([], { settings: NOBODY_ELSE })).toBe(false);
    expect(may([], { settings: ANYBODY_ELSE })).toBe(true);
    const other = acl({ resourceName: "others" });
    expect(may([other], { settings: ANYBODY_ELSE })).toBe(true);
  });

  it("is denied when any ACL covers the resource, whoever and whatever it speaks of", () => {
    const covering = [
      acl({ principal: "User:bob", host: "1.1.1.1", operation: DELETE }),
      acl({ principal: "User:bob", resourceName: "*" }),
      acl({ principal: "User:bob", resourceName: "o", resourcePatternType: PREFIXED }),
      acl({ principal: "User:bob", permissionType: DENY }),
    ];
    for (const one of covering) expect(may([one], { settings: ANYBODY_ELSE })).toBe(false);
  });
});

describe("a rule", () => {
  const who = { principal: "User:alice", host: "10.0.0.1" };
  const action = { operation: READ, resourceType: ResourceType.TOPIC, resourceName: "orders" };
  const text = (acls: readonly Creation[], settings = NOBODY_ELSE) =>
    ruleText(decidingRule(stateWithAcls(acls).view(), settings, who, action));

  it("is told as Apache's audit log tells it", () => {
    expect(text([])).toBe("DefaultDeny");
    expect(text([], ANYBODY_ELSE)).toBe("DefaultAllow");
    expect(text([acl({ operation: WRITE })], ANYBODY_ELSE)).toBe("DefaultDeny");
    expect(text([], { ...NOBODY_ELSE, superUsers: new Set(["User:alice"]) })).toBe("SuperUser");
    expect(text([acl({ permissionType: DENY })])).toBe(
      "MatchingAcl(acl=StandardAcl[resourceType=TOPIC, resourceName=orders, patternType=LITERAL, " +
        "principal=User:alice, host=*, operation=READ, permissionType=DENY])",
    );
  });

  it("is the denial on the longest name, of these the first by operation, principal and host", () => {
    const denial = (changes: Partial<Creation>) => acl({ permissionType: DENY, ...changes });
    const acls = [
      denial({ resourceName: "*" }),
      denial({ resourceName: "ord", resourcePatternType: PREFIXED }),
      denial({ resourcePatternType: PREFIXED }),
      denial({ host: "10.0.0.1" }),
      denial({ principal: "User:*" }),
      denial({ operation: ALL, host: "10.0.0.1" }),
      acl(),
    ];
    const orders: string[] = [];
    for (let rest = acls; rest.length > 1; ) {
      const rule = decidingRule(stateWithAcls(rest).view(), NOBODY_ELSE, who, action);
      if (rule.kind !== "acl") throw new Error(rule.kind);
      const { id: _, patternType: resourcePatternType, ...entry } = rule.acl;
      const at = rest.findIndex(
        (one) =>
          JSON.stringify(acl(one)) === JSON.stringify(acl({ ...entry, resourcePatternType })),
      );
      orders.push(String(acls.indexOf(rest[at] ?? acl())));
      rest = rest.filter((_, position) => position !== at);
    }
    expect(orders).toEqual(["5", "4", "3", "2", "1", "0"]);
  });
});
