/** Access control lists: which rules count, for whom, and what of them is written. */

import { beforeEach, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { Uuid } from "../../src/base/uuid.ts";
import { Operation, PatternType, Permission, ResourceType } from "../../src/state/authorizer.ts";
import { decideDeleteAcls } from "../../src/state/decide-delete-acls.ts";
import { Cluster, type Stream } from "../controller/cluster.ts";
import { acl, aclFilter, type Creation, stateWithAcls } from "../state/acls.ts";
import { uuid } from "../state/cluster-state.ts";
import { record } from "../state/records.ts";

const { PREFIXED } = PatternType;
const { resourcePatternType: patternType, ...FIELDS } = acl();
const ENTRY = { ...FIELDS, patternType };
const ENABLED = { authorizerEnabled: true };
/** Whoever connects without saying who it is. */
const CALLER = "User:ANONYMOUS";

let cluster: Cluster;
let leader: number;
let stream: Stream;

beforeEach(() => begin({}));

function begin(properties: Readonly<Record<string, string>>): void {
  const authorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
  const all = { "authorizer.class.name": authorizer, ...properties };
  cluster = new Cluster({ seed: 7, controllers: 1, properties: all });
  cluster.format();
  leader = cluster.leader();
  stream = cluster.connect(leader, "10.0.0.7");
}

/** To alter topics is what the caller is allowed, unless it says otherwise. */
function rule(changes: Partial<Creation>): Creation {
  return acl({ principal: CALLER, operation: Operation.ALTER, ...changes });
}

function allow(...creations: readonly Creation[]): void {
  const { results } = cluster.askAsPeer(leader, "createAcls", { creations: [...creations] });
  expect(results.map(({ errorCode }) => errorCode)).toEqual(creations.map(() => 0));
}

/** Whether the caller may alter the topic, which does not exist. */
function mayAlter(name: string): boolean {
  const topics = [{ name, count: 2, assignments: null }];
  const { results } = stream.call("createPartitions", { topics, timeoutMs: 5000 });
  const code = results[0]?.errorCode ?? 0;
  expect([ErrorCode.TOPIC_AUTHORIZATION_FAILED, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]).toContain(
    code,
  );
  return code !== ErrorCode.TOPIC_AUTHORIZATION_FAILED;
}

test("KAFKA-14435: what no rule covers is open by default, and nothing else is", () => {
  begin({ "allow.everyone.if.no.acl.found": "true" });
  expect(mayAlter("orders")).toBe(true);
  allow(rule({ principal: "User:other" }));
  expect(mayAlter("orders")).toBe(false);
  expect(mayAlter("payments")).toBe(true);
  allow(rule({ principal: "User:other", resourcePatternType: PREFIXED, resourceName: "pay" }));
  expect(mayAlter("payments")).toBe(false);
});

test("KAFKA-14265: a short prefix hides no longer one, whatever either says", () => {
  const prefixed = (resourceName: string, changes: Partial<Creation> = {}): Creation =>
    rule({ resourcePatternType: PREFIXED, resourceName, ...changes });
  allow(prefixed("o", { principal: "User:other" }), prefixed("orders-"));
  expect([mayAlter("orders-a"), mayAlter("others")]).toEqual([true, false]);
  allow(prefixed("order"), prefixed("orders-a", { permissionType: Permission.DENY }));
  expect([mayAlter("orders-a"), mayAlter("orders-b"), mayAlter("order")]).toEqual([
    false,
    true,
    true,
  ]);
});

test("KAFKA-13697: a rule for all operations counts for each, be it allowed or denied", () => {
  allow(rule({ operation: Operation.ALL }));
  expect(mayAlter("orders")).toBe(true);
  allow(rule({ operation: Operation.ALL, permissionType: Permission.DENY }));
  expect(mayAlter("orders")).toBe(false);
});

test("KAFKA-13698: a host is an address: no name counts, not even that of the same host", () => {
  allow(rule({ host: "localhost" }), rule({ host: "10.0.0.8" }));
  expect(mayAlter("orders")).toBe(false);
  allow(rule({ host: "10.0.0.7" }));
  expect(mayAlter("orders")).toBe(true);
});

test("KAFKA-13889: a rule that one batch makes and removes is gone, one that it replaces is there", () => {
  const state = stateWithAcls();
  const [first, second] = [uuid(1), uuid(2)];
  const made = (id: Uuid) => record("accessControlEntry", { ...ENTRY, id });
  const removed = (id: Uuid) => record("removeAccessControlEntry", { id });
  state.apply(made(first), removed(first));
  expect([...state.view().acls()]).toEqual([]);
  state.apply(made(first));
  state.apply(removed(first), made(second));
  expect([...state.view().acls()]).toEqual([{ ...ENTRY, id: second }]);
});

test("KAFKA-13892: a rule that two filters choose is told twice and removed once", () => {
  const state = stateWithAcls([acl()]);
  const filters = [aclFilter(), aclFilter({ resourceTypeFilter: ResourceType.TOPIC })];
  const { records, response } = decideDeleteAcls({ filters }, state.view(), ENABLED);
  const told = response.filterResults?.map(({ matchingAcls }) => matchingAcls?.length);
  expect([records.length, told]).toEqual([1, [1, 1]]);
  state.apply(...records);
  expect([...state.view().acls()]).toEqual([]);
});
