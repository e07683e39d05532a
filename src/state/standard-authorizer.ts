/**
 * Decides what the ACLs allow, as Apache's StandardAuthorizer does (KIP-801): super users may do anything, a DENY that
 * matches wins, then an ALLOW that matches; else a default holds, which opens only what no ACL covers at all.
 */

import { aclIndexOf, type PatternAcls } from "./acl-index.ts";
import {
  type AuthorizedAction,
  type AuthorizerSettings,
  nameOf,
  Operation,
  PatternType,
  Permission,
  type Requester,
  ResourceType,
  WILDCARD,
  WILDCARD_PRINCIPAL,
} from "./authorizer.ts";
import { isInCidr } from "./cidr.ts";
import type { AclState, MetadataView } from "./metadata-view.ts";

/** What an action was decided by. */
export type Rule =
  | { readonly kind: "super-user" }
  | { readonly kind: "acl"; readonly acl: AclState }
  | { readonly kind: "default"; readonly allowed: boolean };

const DENIED_BY_DEFAULT: Rule = { kind: "default", allowed: false };

/** Operations whose ALLOW contains the right to another; a DENY contains nothing else. */
const IMPLIED_BY: ReadonlyMap<number, readonly number[]> = new Map([
  [
    Operation.DESCRIBE,
    [Operation.DESCRIBE, Operation.READ, Operation.WRITE, Operation.DELETE, Operation.ALTER],
  ],
  [Operation.DESCRIBE_CONFIGS, [Operation.DESCRIBE_CONFIGS, Operation.ALTER_CONFIGS]],
]);

/** True when the principal, coming from the host, may do it. */
export function isAuthorized(
  view: MetadataView,
  settings: AuthorizerSettings,
  who: Requester,
  action: AuthorizedAction,
): boolean {
  return allows(decidingRule(view, settings, who, action));
}

export function allows(rule: Rule): boolean {
  switch (rule.kind) {
    case "super-user":
      return true;
    case "acl":
      return rule.acl.permissionType === Permission.ALLOW;
    case "default":
      return rule.allowed;
  }
}

export function decidingRule(
  view: MetadataView,
  settings: AuthorizerSettings,
  who: Requester,
  { operation, resourceType, resourceName }: AuthorizedAction,
): Rule {
  if (settings.superUsers.has(who.principal)) return { kind: "super-user" };
  const patterns = aclIndexOf(view).covering(resourceType, resourceName);
  if (patterns.length === 0) {
    return { kind: "default", allowed: settings.allowEveryoneIfNoAclFound };
  }
  let allowing: AclState | null = null;
  for (const pattern of patterns) {
    const acl = verdictOf(pattern, who, operation);
    if (acl === null) continue;
    if (acl.permissionType === Permission.DENY) return { kind: "acl", acl };
    allowing = acl;
  }
  return allowing === null ? DENIED_BY_DEFAULT : { kind: "acl", acl: allowing };
}

/** Verdicts on a pattern are asked for again and again: the wildcard covers every topic of a request. */
const VERDICTS = new WeakMap<PatternAcls, Map<string, AclState | null>>();
const MAX_VERDICTS = 64;

/** The entry that decides on this pattern: the first DENY, else an ALLOW, else null. */
function verdictOf(pattern: PatternAcls, who: Requester, operation: number): AclState | null {
  let verdicts = VERDICTS.get(pattern);
  if (verdicts === undefined) {
    verdicts = new Map();
    VERDICTS.set(pattern, verdicts);
  }
  const key = `${operation} ${who.host} ${who.principal}`;
  let verdict = verdicts.get(key);
  if (verdict === undefined) {
    const matching = pattern.acls.filter((acl) => matches(acl, who, operation));
    const denying = matching.find(({ permissionType }) => permissionType === Permission.DENY);
    verdict = denying ?? matching.at(-1) ?? null;
    if (verdicts.size >= MAX_VERDICTS) verdicts.clear();
    verdicts.set(key, verdict);
  }
  return verdict;
}

/** True when the entry speaks of this principal, host and operation. Its resource is not looked at. */
export function matches(acl: AclState, { principal, host }: Requester, operation: number): boolean {
  if (acl.principal !== principal && acl.principal !== WILDCARD_PRINCIPAL) return false;
  if (acl.host !== WILDCARD && acl.host !== host && !isInCidr(host, acl.host)) return false;
  if (acl.operation === Operation.ALL || acl.operation === operation) return true;
  if (acl.permissionType !== Permission.ALLOW) return false;
  return IMPLIED_BY.get(operation)?.includes(acl.operation) ?? false;
}

/** The rule as Apache's audit log names it. */
export function ruleText(rule: Rule): string {
  switch (rule.kind) {
    case "super-user":
      return "SuperUser";
    case "default":
      return rule.allowed ? "DefaultAllow" : "DefaultDeny";
    case "acl": {
      const { resourceType, resourceName, patternType, principal, host } = rule.acl;
      const fields = [
        `resourceType=${nameOf(ResourceType, resourceType)}`,
        `resourceName=${resourceName}`,
        `patternType=${nameOf(PatternType, patternType)}`,
        `principal=${principal}`,
        `host=${host}`,
        `operation=${nameOf(Operation, rule.acl.operation)}`,
        `permissionType=${nameOf(Permission, rule.acl.permissionType)}`,
      ];
      return `MatchingAcl(acl=StandardAcl[${fields.join(", ")}])`;
    }
  }
}
