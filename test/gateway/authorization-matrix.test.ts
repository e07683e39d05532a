/**
 * Who may do what, for every operation: nobody without a token, nobody without the right that the route declares, nobody
 * with another one, and whoever has it. Whole controllers with Kafka's authorizer judge.
 */
import { beforeAll, expect, test } from "vitest";
import { ROUTES } from "../../workers/gateway/route-table.ts";
import { EXAMPLES, type Example } from "./every-operation.ts";
import { LiveGateway, WITH_AUTHORIZER, WITH_DELEGATION_TOKENS } from "./live-gateway.ts";
import { requestOf, routeOf } from "./operation.ts";

const TESTER = "User:tester";
let gateway: LiveGateway;
let testerToken: string;
let address = 0;

beforeAll(async () => {
  const properties = {
    ...WITH_AUTHORIZER,
    ...WITH_DELEGATION_TOKENS,
    "super.users": "User:admin",
  };
  gateway = await LiveGateway.secured(83, { metadataVersion: 33, properties });
  await gateway.join(101, 102);
  testerToken = await gateway.makeToken(TESTER);
  await gateway.makeToken("User:alice");
  await gateway.makeDelegationToken({ owner_principal: TESTER });
});

interface Grant {
  readonly operation: string;
  readonly resource_type: string;
  readonly resource_name: string;
}

type Right = Exclude<(typeof ROUTES)[number]["right"], "token" | null>;

/** Of things that are judged each by itself: those that the example is about. */
const EACH: Readonly<Record<string, string>> = {
  TOPIC: "orders",
  GROUP: "g",
  DELEGATION_TOKEN: "*",
};

function grantOf({ operation, resourceType, resource }: Right, example: Example): Grant {
  const named = { ...example.params, ...example.query, ...(example.body as object | undefined) };
  const name = (): string => {
    if (resource === "cluster") return "kafka-cluster";
    if (resource === "each") return EACH[resourceType] ?? "";
    return String((named as Record<string, unknown>)[resource.name]);
  };
  return { operation, resource_type: resourceType, resource_name: name() };
}

/** Of each operation one that is close to it and does not imply it. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  DESCRIBE: "DESCRIBE_CONFIGS",
  DESCRIBE_CONFIGS: "DESCRIBE",
  ALTER: "ALTER_CONFIGS",
  ALTER_CONFIGS: "DESCRIBE_CONFIGS",
  CREATE: "ALTER",
  DELETE: "ALTER",
  CLUSTER_ACTION: "ALTER",
  WRITE: "READ",
  CREATE_TOKENS: "DESCRIBE_TOKENS",
};

/** Rights that are next to the one that is needed: another operation, another name, another type, another principal. */
function neighboursOf(grant: Grant): (Grant & { readonly principal?: string })[] {
  const operation = NEIGHBOURS[grant.operation];
  if (operation === undefined) throw new Error(`no neighbour of ${grant.operation}`);
  const isCluster = grant.resource_type === "CLUSTER";
  const other = isCluster
    ? { ...grant, resource_type: "TOPIC", resource_name: "kafka-cluster" }
    : { ...grant, resource_name: `${grant.resource_name}-2` };
  return [{ ...grant, operation }, other, { ...grant, principal: "User:somebody" }];
}

function aclOf({ principal = TESTER, ...grant }: Grant & { readonly principal?: string }) {
  return { ...grant, pattern_type: "LITERAL", principal, host: "*", permission: "ALLOW" };
}

/** Runs something while the tester has these rights and no others. */
async function having(
  grants: readonly (Grant & { readonly principal?: string })[],
  run: () => Promise<void>,
): Promise<void> {
  const acls = grants.map(aclOf);
  const created = await gateway.ask("POST", "/acls:batch", { data: acls });
  expect(created.status).toBe(201);
  await run();
  for (const acl of acls) {
    const filter = new URLSearchParams(acl);
    expect((await gateway.ask("DELETE", `/acls?${filter}`)).status).toBe(200);
  }
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly requestId: string;
}

/** Sends an example with a token, each time from another address, so that failures do not add up. */
async function send(example: Example, token: string | null): Promise<Answered> {
  const { target, init } = requestOf(gateway, example);
  address += 1;
  const headers: Record<string, string> = {
    ...(init.headers as Record<string, string>),
    "CF-Connecting-IP": `10.0.${address >> 8}.${address & 255}`,
    Authorization: token === null ? "" : `Bearer ${token}`,
  };
  if (token === null) delete headers.Authorization;
  const before = gateway.token;
  gateway.token = null;
  const response = await gateway.raw(target, { ...init, headers });
  gateway.token = before;
  const isStream = response.headers.get("Content-Type")?.startsWith("text/event-stream") ?? false;
  const text = isStream ? "" : await response.text();
  if (isStream) await response.body?.cancel();
  return {
    status: response.status,
    text,
    requestId: response.headers.get("X-Request-Id") ?? "",
  };
}

/** Nothing is shown or done: refused, or of many things none. */
function expectNothing({ operationId }: Example, answered: Answered, what: string): void {
  const { right } = routeOf(operationId);
  const isEach = right !== null && right !== "token" && right.resource === "each";
  if (!isEach) {
    expect(answered.status, `${what}: ${answered.text}`).toBe(403);
    expect(JSON.parse(answered.text)).toMatchObject({ error_code: 40301 });
    return;
  }
  // Groups are not here, so that none is left over of those that may be seen.
  if (answered.status === 501) return;
  const body = JSON.parse(answered.text) as {
    data?: unknown[];
    failures?: { error_code: number }[];
  };
  if (answered.status === 207) {
    expect(
      body.failures?.map((failure) => failure.error_code),
      what,
    ).toEqual([40301, 40301]);
    return;
  }
  expect(answered.status, `${what}: ${answered.text}`).toBe(200);
  expect(body.data, what).toEqual([]);
}

function auditOf(requestId: string): Record<string, unknown>[] {
  return gateway.cluster.logged
    .filter(({ event, fields }) => event === "audit" && fields.requestId === requestId)
    .map(({ fields }) => fields);
}

test("every route has an example, and so a row here", () => {
  const operations = ROUTES.map(({ operationId }) => operationId);
  const examples = EXAMPLES.map(({ operationId }) => operationId);
  expect(examples.toSorted()).toEqual(operations.toSorted());
});

/** Changes that no controller hears of, and signs of life, of which each broker gives one every two seconds. */
const NOT_AUDITED = new Set(["createCluster", "produceRecord", "produceRecords", "sendHeartbeat"]);

test.each(EXAMPLES)("$operationId", async (example) => {
  const { right, alsoNeeds, method } = routeOf(example.operationId);
  const expected = example.status ?? 200;
  if (right === null) {
    expect((await send(example, null)).status).toBe(expected);
    return;
  }
  const nobody = await send(example, null);
  expect(nobody.status, "without a token").toBe(401);
  const wrong = await send(
    example,
    `${testerToken.slice(0, -1)}${testerToken.endsWith("A") ? "B" : "A"}`,
  );
  expect(wrong.status, "with a wrong secret").toBe(401);
  expect(JSON.parse(wrong.text)).toMatchObject({ error_code: 40101 });
  if (right === "token") {
    expect((await send(example, testerToken)).status).toBe(expected);
    return;
  }
  const isAudited = method !== "GET" && !NOT_AUDITED.has(example.operationId);
  const denied = await send(example, testerToken);
  expectNothing(example, denied, "without a right");
  if (isAudited) {
    const [line, ...more] = auditOf(denied.requestId);
    expect(line).toMatchObject({ principal: TESTER, outcome: "denied" });
    expect(more).toEqual([]);
  }
  const grant = grantOf(right, example);
  const second = alsoNeeds === undefined ? [] : [grantOf(alsoNeeds, example)];
  for (const neighbour of neighboursOf(grant)) {
    await having([neighbour, ...second], async () => {
      expectNothing(example, await send(example, testerToken), JSON.stringify(neighbour));
    });
  }
  for (const neighbour of second.flatMap(neighboursOf)) {
    await having([grant, neighbour], async () => {
      expectNothing(example, await send(example, testerToken), JSON.stringify(neighbour));
    });
  }
  await having([grant, ...second], async () => {
    const allowed = await send(example, testerToken);
    expect(allowed.status, allowed.text).toBe(expected);
    if (right.resource === "each" && expected === 200) {
      expect((JSON.parse(allowed.text) as { data: unknown[] }).data.length).toBeGreaterThan(0);
    }
    if (expected === 207) {
      const { failures } = JSON.parse(allowed.text) as { failures: { topic_name: string }[] };
      expect(failures.map(({ topic_name: name }) => name)).toEqual(["no"]);
    }
    if (!isAudited) return;
    const [line, ...more] = auditOf(allowed.requestId);
    expect(line).toMatchObject({ principal: TESTER, requestId: allowed.requestId });
    if (expected < 207) expect(line?.outcome).not.toBe("denied");
    expect(more).toEqual([]);
  });
});
