/** Who asks must be judged by the rules that were acknowledged before: a DENY first, then what allows. */

import { describe, expect, test } from "vitest";
import type { Probe } from "../observation.ts";
import type { AclText } from "../setting.ts";
import { broken } from "./histories.ts";
import { Rights } from "./rights.ts";

const TOPIC = 2;
const [LITERAL, PREFIXED] = [3, 4];
const [DENY, ALLOW] = [2, 3];
const [ALL, READ, CREATE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS] = [
  2, 3, 5, 7, 8, 10, 11,
];

function rule(overrides: Partial<AclText> = {}): AclText {
  return {
    resourceType: TOPIC,
    patternType: LITERAL,
    resourceName: "vault-a",
    principal: "User:guest",
    host: "*",
    operation: CREATE,
    permissionType: ALLOW,
    ...overrides,
  };
}

function probe(rules: readonly AclText[], overrides: Partial<Probe> = {}): Probe {
  return {
    principal: "User:guest",
    host: "10.1.0.1",
    operation: CREATE,
    resourceType: TOPIC,
    resourceName: "vault-a",
    rules,
    allowed: true,
    byLeader: true,
    ...overrides,
  };
}

function accepts(judged: Probe): boolean {
  try {
    new Rights().onProbe(judged);
    return true;
  } catch {
    return false;
  }
}

/** True when the rules allow it: then it may not be refused, and the other way round. */
function allows(rules: readonly AclText[], overrides: Partial<Probe> = {}): boolean {
  const allowed = accepts(probe(rules, { ...overrides, allowed: true }));
  expect(accepts(probe(rules, { ...overrides, allowed: false }))).toBe(!allowed);
  return allowed;
}

describe("allowed is", () => {
  test.each<[string, AclText[], Partial<Probe>]>([
    ["what a rule says", [rule()], {}],
    ["what a rule for all operations says", [rule({ operation: ALL })], {}],
    ["what a prefix covers", [rule({ patternType: PREFIXED, resourceName: "va" })], {}],
    ["what the wildcard covers", [rule({ resourceName: "*" })], {}],
    ["what everybody may", [rule({ principal: "User:*" })], {}],
    ["what may be done from this address", [rule({ host: "10.1.0.1" })], {}],
    ["what may be done from this block", [rule({ host: "10.1.0.0/16" })], {}],
    ["to describe what may be altered", [rule({ operation: ALTER })], { operation: DESCRIBE }],
    [
      "to read configs that may be altered",
      [rule({ operation: ALTER_CONFIGS })],
      { operation: DESCRIBE_CONFIGS },
    ],
    [
      "what a longer prefix forbids nothing of",
      [
        rule({ patternType: PREFIXED, resourceName: "v" }),
        rule({ patternType: PREFIXED, resourceName: "vault-b", permissionType: DENY }),
      ],
      {},
    ],
    ["what nobody else may", [rule(), rule({ operation: READ, permissionType: DENY })], {}],
  ])("%s", (_, rules, asked) => {
    expect(allows(rules, asked)).toBe(true);
  });
});

describe("refused is", () => {
  test.each<[string, AclText[], Partial<Probe>]>([
    ["what no rule speaks of", [], {}],
    ["what somebody else may", [rule({ principal: "User:other" })], {}],
    ["another operation", [rule({ operation: READ })], {}],
    ["to alter what may be described", [rule({ operation: DESCRIBE })], { operation: ALTER }],
    ["another name", [rule({ resourceName: "vault-b" })], {}],
    ["a name that is longer than the rule's", [rule({ resourceName: "vault" })], {}],
    ["another kind of resource", [rule({ resourceType: 3 })], {}],
    ["what may be done from elsewhere", [rule({ host: "10.1.0.2" })], {}],
    ["what may be done from another block", [rule({ host: "10.2.0.0/16" })], {}],
    ["what is denied", [rule(), rule({ permissionType: DENY })], {}],
    [
      "what a shorter prefix denies",
      [rule(), rule({ patternType: PREFIXED, resourceName: "v", permissionType: DENY })],
      {},
    ],
    [
      "to read where only describing is denied",
      [rule({ operation: ALTER, permissionType: DENY })],
      { operation: DESCRIBE },
    ],
  ])("%s", (_, rules, asked) => {
    expect(allows(rules, asked)).toBe(false);
  });
});

test("who is refused by one that may be behind says nothing", () => {
  expect(accepts(probe([rule()], { allowed: false, byLeader: false }))).toBe(true);
});

test("who is allowed by one that may be behind says as much as by a leader", () => {
  expect(broken(() => new Rights().onProbe(probe([], { byLeader: false })))).toEqual([
    "rights",
    "User:guest asks for operation 5 on vault-a and is allowed, by the rules []",
  ]);
});
