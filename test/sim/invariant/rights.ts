/**
 * Whoever asks for a change, or the active controller for what is committed, is judged by all rules that were
 * acknowledged before it asked: a right that was revoked is not honoured any more, whoever answers, and one that was
 * given is, by a leader that has committed in its own epoch (KIP-11, KIP-290). Controllers that answer from their own
 * copy are behind by design; they are not asked here.
 */

import { type Invariant, InvariantBroken, type Probe } from "../observation.ts";
import type { AclText } from "../setting.ts";

const LITERAL = 3;
const PREFIXED = 4;
const DENY = 2;
const ALLOW = 3;
const ALL = 2;
/** Operations whose permission includes that to describe: reading, writing, deleting, altering. */
const DESCRIBE = 8;
const INCLUDE_DESCRIBE = [3, 4, 6, 7];
const DESCRIBE_CONFIGS = 10;
const ALTER_CONFIGS = 11;

export class Rights implements Invariant {
  readonly name = "rights";

  onProbe(probe: Probe): void {
    const { rules, allowed, byLeader, principal, operation, resourceName } = probe;
    const expected = isAllowed(probe);
    if (allowed === expected || (expected && !byLeader)) return;
    const asks = `${principal} asks for operation ${operation} on ${resourceName}`;
    const verdict = allowed ? "allowed" : "refused";
    throw new InvariantBroken(
      this.name,
      `${asks} and is ${verdict}, by the rules ${JSON.stringify(rules)}`,
    );
  }
}

/** What the rules say: a DENY counts before any ALLOW, and what nothing allows is not allowed. */
function isAllowed(probe: Probe): boolean {
  const speaking = probe.rules.filter((rule) => speaksOf(rule, probe));
  if (speaking.some(({ permissionType }) => permissionType === DENY)) return false;
  return speaking.some(({ permissionType }) => permissionType === ALLOW);
}

function speaksOf(rule: AclText, probe: Probe): boolean {
  return (
    (rule.principal === probe.principal || rule.principal === "User:*") &&
    (rule.host === "*" || rule.host === probe.host || isInBlock(probe.host, rule.host)) &&
    rule.resourceType === probe.resourceType &&
    covers(rule, probe.resourceName) &&
    includes(rule, probe.operation)
  );
}

function covers({ patternType, resourceName }: AclText, name: string): boolean {
  if (patternType === PREFIXED) return name.startsWith(resourceName);
  return patternType === LITERAL && (resourceName === "*" || resourceName === name);
}

function includes({ operation, permissionType }: AclText, asked: number): boolean {
  if (operation === ALL || operation === asked) return true;
  if (permissionType === DENY) return false;
  if (asked === DESCRIBE) return INCLUDE_DESCRIBE.includes(operation);
  return asked === DESCRIBE_CONFIGS && operation === ALTER_CONFIGS;
}

/** Blocks of whole bytes are all that is asked for here, such as 10.1.0.0/16. */
function isInBlock(host: string, block: string): boolean {
  const [base = "", bits] = block.split("/");
  if (bits === undefined) return false;
  const bytes = Number(bits) / 8;
  return host.split(".").slice(0, bytes).join() === base.split(".").slice(0, bytes).join();
}
