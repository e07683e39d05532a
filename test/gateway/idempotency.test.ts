/** A change that is sent again under its key is made once and answered as it was; the same key for another one is refused. */
import { beforeEach, expect, test } from "vitest";
import { canonicalJson, clientIdempotency, uuidOf } from "../../workers/gateway/idempotency.ts";
import { ROUTES } from "../../workers/gateway/route-table.ts";
import { EXAMPLES } from "./every-operation.ts";
import {
  type Answer,
  LiveGateway,
  WITH_AUTHORIZER,
  WITH_DELEGATION_TOKENS,
} from "./live-gateway.ts";
import { requestOf, routeOf } from "./operation.ts";

let gateway: LiveGateway;

beforeEach(async () => {
  const properties = { ...WITH_AUTHORIZER, ...WITH_DELEGATION_TOKENS };
  gateway = LiveGateway.formatted(53, { metadataVersion: 33, properties });
  await gateway.join(101, 102);
});

function keyed(method: string, path: string, body: unknown, key = "k-1"): Promise<Answer> {
  return gateway.ask(method, path, body, { "Idempotency-Key": key });
}

function isReplayed({ headers }: Answer): boolean {
  return headers.get("Idempotency-Replayed") === "true";
}

/** Where an answer says that it is true, and how what it shows looks. */
function truthOf({ headers }: Answer): (string | null)[] {
  return ["Quorate-Offset", "Quorate-Epoch", "ETag"].map((name) => headers.get(name));
}

function logEnd(): number {
  return gateway.cluster.status(gateway.cluster.leader()).logEndOffset;
}

test("the same change under the same key is made once and answered twice alike", async () => {
  const body = { topic_name: "orders", partitions_count: 2 };
  const first = await keyed("POST", "/topics", body);
  expect([first.status, isReplayed(first)]).toEqual([201, false]);
  const endOffset = logEnd();
  const again = await keyed("POST", "/topics", body);
  expect([again.status, isReplayed(again)]).toEqual([201, true]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("Location")).toBe(first.headers.get("Location"));
  expect(truthOf(again)).toEqual([String(endOffset - 1), expect.anything(), null]);
  expect(truthOf(again)).toEqual(truthOf(first));
  expect(logEnd()).toBe(endOffset);
  // Without the key it is one more attempt.
  expect((await gateway.ask("POST", "/topics", body)).status).toBe(400);
});

test.each([
  ["the client's", { "Idempotency-Key": "k" }],
  ["the gateway's own", {}],
])("a change that is sent again under %s key names the offset of the change", async (_, key) => {
  let lost: number | null = null;
  gateway.intercept = (call, request) => {
    const reply = call();
    if (request.kind !== "write" || lost !== null) return reply;
    lost = logEnd() - 1;
    // Something else goes on before the change is sent again.
    gateway.intercept = null;
    void gateway.cluster.api(gateway.cluster.leader(), {
      kind: "write",
      sender: null,
      api: "createTopics",
      body: { topics: [{ name: "b", numPartitions: 1, replicationFactor: 1 }], timeoutMs: 1000 },
    });
    throw new Error("Network connection lost.");
  };
  const answer = await gateway.ask("POST", "/topics", { topic_name: "a" }, key);
  expect(answer.status).toBe(201);
  expect(answer.headers.get("Quorate-Offset")).toBe(String(lost));
  expect(logEnd() - 1).toBeGreaterThan(lost ?? 0);
});

test("it is the same change in whatever order its fields and parameters come", async () => {
  const first = await keyed("POST", "/topics", { topic_name: "a", partitions_count: 2 });
  const again = await keyed("POST", "/topics", { partitions_count: 2, topic_name: "a" });
  expect([first.status, again.status, isReplayed(again)]).toEqual([201, 201, true]);
  const filter = "resource_type=ANY&pattern_type=ANY&operation=ANY&permission=ANY";
  const turned = filter.split("&").toReversed().join("&");
  await gateway.ask("POST", "/acls", {
    resource_type: "TOPIC",
    resource_name: "a",
    pattern_type: "LITERAL",
    principal: "User:alice",
    host: "*",
    operation: "READ",
    permission: "ALLOW",
  });
  const deleted = await keyed("DELETE", `/acls?${filter}`, undefined, "k-2");
  const repeated = await keyed("DELETE", `/acls?${turned}`, undefined, "k-2");
  expect(repeated.body).toEqual(deleted.body);
  expect([deleted.body.data.length, isReplayed(repeated)]).toEqual([1, true]);
});

test.each([
  ["another body", "POST", "/topics", { topic_name: "b" }],
  ["another path", "DELETE", "/topics/a", undefined],
  ["another API", "PUT", "/broker-configs/log.retention.ms", { value: "1" }],
])("%s under the same key is refused and changes nothing", async (_, method, path, body) => {
  await keyed("POST", "/topics", { topic_name: "a" });
  const endOffset = logEnd();
  const { status, body: error } = await keyed(method, path, body);
  expect([status, error.error_code]).toEqual([422, 42201]);
  expect(logEnd()).toBe(endOffset);
});

test("the keys of one principal are not those of another", async () => {
  const secured = await LiveGateway.secured(53);
  await secured.join(101);
  const other = await secured.makeToken("User:alice");
  const key = { "Idempotency-Key": "k" };
  const body = { topic_name: "a" };
  expect((await secured.ask("POST", "/topics", body, key)).status).toBe(201);
  const headers = { ...key, Authorization: `Bearer ${other}` };
  expect((await secured.ask("POST", "/topics", { topic_name: "b" }, headers)).status).toBe(201);
});

test("what was refused is not remembered, so that it can be put right under the same key", async () => {
  const body = { topic_name: "a", replication_factor: 3 };
  expect((await keyed("POST", "/topics", body)).status).toBe(400);
  await gateway.join(103);
  const { status, headers } = await keyed("POST", "/topics", body);
  expect([status, headers.get("Idempotency-Replayed")]).toEqual([201, null]);
});

test.each(["", "a b", "é", "x".repeat(256), "a\tb"])("the key %j is refused", async (key) => {
  const endOffset = logEnd();
  const { status, body } = await keyed("POST", "/topics", { topic_name: "a" }, key);
  expect(status).toBe(400);
  expect(body.message).toBe(
    "The header Idempotency-Key must have 1 to 255 visible ASCII characters.",
  );
  expect(logEnd()).toBe(endOffset);
});

test.each(["!", "x".repeat(255), '"quoted,key"'])("the key %j is taken", async (key) => {
  expect((await keyed("POST", "/topics", { topic_name: "a" }, key)).status).toBe(201);
});

test("a change under If-Match whose answer was lost is not taken for somebody else's", async () => {
  await gateway.ask("POST", "/topics", { topic_name: "a" });
  const { headers } = await gateway.get("/topics/a/configs");
  const conditions = { "If-Match": headers.get("ETag") ?? "", "Idempotency-Key": "k" };
  const put = () =>
    gateway.ask("PUT", "/topics/a/configs/retention.ms", { value: "1" }, conditions);
  expect((await put()).status).toBe(204);
  const again = await put();
  expect([again.status, isReplayed(again)]).toEqual([204, true]);
});

test("the gateway itself repeats a change under If-Match whose answer was lost", async () => {
  await gateway.ask("POST", "/topics", { topic_name: "a" });
  const { headers } = await gateway.get("/topics/a/configs");
  let isLost = false;
  gateway.intercept = (call, request) => {
    const reply = call();
    if (request.kind !== "write" || isLost) return reply;
    isLost = true;
    throw new Error("Network connection lost.");
  };
  const conditions = { "If-Match": headers.get("ETag") ?? "" };
  const path = "/topics/a/configs/retention.ms";
  const { status } = await gateway.ask("PUT", path, { value: "1" }, conditions);
  expect([isLost, status]).toEqual([true, 204]);
});

/** Of what somebody else does with the topic meanwhile. */
const LATER = [
  ["PATCH", "/topics/a", { partitions_count: 5 }],
  ["DELETE", "/topics/a", undefined],
  ["POST", "/topics", { topic_name: "a" }],
] as const;

test("growing a topic is answered again with the topic as it was then, also when it is gone", async () => {
  await gateway.ask("POST", "/topics", { topic_name: "a" });
  const first = await keyed("PATCH", "/topics/a", { partitions_count: 2 });
  const again = await keyed("PATCH", "/topics/a", { partitions_count: 2 });
  expect([again.status, isReplayed(again)]).toEqual([200, true]);
  expect([again.body, again.body.partitions_count]).toEqual([first.body, 2]);
  for (const [method, path, body] of LATER) {
    expect((await gateway.ask(method, path, body)).status).toBeLessThan(300);
    const late = await keyed("PATCH", "/topics/a", { partitions_count: 2 });
    expect([late.status, isReplayed(late), late.body]).toEqual([200, true, first.body]);
    expect(truthOf(late)).toEqual(truthOf(first));
  }
});

test.each([
  ["PUT", "/topics/a/configs/retention.ms", { value: "1" }],
  ["POST", "/topics/a/configs:alter", { data: [{ name: "retention.ms", value: "1" }] }],
])("%s %s is answered again when its topic is gone", async (method, path, body) => {
  await gateway.ask("POST", "/topics", { topic_name: "a" });
  expect((await keyed(method, path, body)).status).toBe(204);
  await gateway.ask("DELETE", "/topics/a");
  const again = await keyed(method, path, body);
  expect([again.status, isReplayed(again)]).toEqual([204, true]);
  expect((await keyed(method, path, body, "k-2")).status).toBe(404);
});

test("a config that no topic has is not found, with a key as without", async () => {
  await gateway.ask("POST", "/topics", { topic_name: "a" });
  const endOffset = logEnd();
  for (const key of [undefined, "k"]) {
    const headers: Record<string, string> = key === undefined ? {} : { "Idempotency-Key": key };
    for (const [method, body] of [
      ["PUT", { value: "1" }],
      ["DELETE", undefined],
    ] as const) {
      const path = "/topics/a/configs/no.such";
      const { status, body: error } = await gateway.ask(method, path, body, headers);
      expect([status, error.error_code]).toEqual([404, 404]);
    }
  }
  expect(logEnd()).toBe(endOffset);
});

test("a broker that is registered again under its key is the same incarnation with the same directories", async () => {
  const body = { broker_id: 7, listeners: [{ name: "P", host: "h", port: 1 }] };
  const first = await keyed("POST", "/brokers", body);
  const again = await keyed("POST", "/brokers", body);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
});

/** Takes a key, and finds nothing changed that the request before has not changed. */
const REPEATABLE = EXAMPLES.filter(({ operationId }) => routeOf(operationId).takesKey);

test("every example that takes a key and changes something is answered alike the second time", async () => {
  await gateway.makeToken("User:alice");
  await gateway.makeDelegationToken();
  const differing: unknown[] = [];
  for (const example of EXAMPLES) {
    const { target, init } = requestOf(gateway, example);
    const key = { "Idempotency-Key": example.operationId };
    const isKeyed = REPEATABLE.includes(example);
    const send = async () => {
      const headers = { ...(init.headers as object), ...(isKeyed ? key : {}) };
      const response = await gateway.raw(target, { ...init, headers });
      const isStream = response.headers.get("Content-Type") === "text/event-stream";
      if (isStream) await response.body?.cancel();
      return { status: response.status, text: isStream ? "" : await response.text() };
    };
    const first = await send();
    expect([example.operationId, first.status]).toEqual([
      example.operationId,
      example.status ?? 200,
    ]);
    if (!isKeyed) continue;
    const again = await send();
    if (first.status !== again.status || first.text !== again.text) {
      differing.push([example.operationId, first, again]);
    }
  }
  expect(differing).toEqual([]);
});

test("routes that change something take a key or say why not", () => {
  const refusing = ROUTES.filter(({ method, takesKey }) => method !== "GET" && !takesKey);
  expect(refusing.map(({ operationId }) => operationId).toSorted()).toEqual([
    "createAccessToken",
    "createCluster",
    "produceRecord",
    "produceRecords",
    "revokeAccessToken",
    "rotateAccessToken",
  ]);
  for (const { takesKey, headers = {} } of ROUTES) {
    expect(Object.keys(headers).includes("Idempotency-Key")).toBe(takesKey);
  }
});

test("a fingerprint does not let anybody guess a password", async () => {
  const asked = (password: string) => ({
    method: "PUT",
    url: "http://h/kafka/v3/clusters/c/scram-users/alice/SCRAM-SHA-256",
    body: { password },
    secrets: ["password"],
  });
  const of = async (key: string, password: string) =>
    (await clientIdempotency(key, asked(password))).fingerprint;
  expect(await of("k", "p")).toEqual(await of("k", "p"));
  expect(await of("k", "p")).not.toEqual(await of("k", "q"));
  const text = (body: unknown) =>
    [asked("p").method, new URL(asked("p").url).pathname, "", canonicalJson(body)].join("\n");
  const plain = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text({ password: "p" })),
  );
  expect(await of("k", "p")).not.toEqual(new Uint8Array(plain));
  const open = { ...asked("p"), secrets: [] };
  expect((await clientIdempotency("k", open)).fingerprint).toEqual(new Uint8Array(plain));
});

test("the routes that take secrets keep them out of fingerprints", () => {
  const secretive = ROUTES.filter(({ secrets = [] }) => secrets.length > 0);
  expect(secretive.map(({ operationId, secrets }) => [operationId, secrets])).toEqual([
    ["setScramCredential", ["password", "salted_password", "salt"]],
  ]);
});

test("a UUID that is made under a key has the form of one and no dash in front", async () => {
  for (let i = 0; i < 200; i += 1) {
    const fingerprint = new Uint8Array(32).fill(i);
    const uuid = await uuidOf({ key: `k${i}`, fingerprint, retentionMs: 1 }, "label");
    expect(uuid).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
    expect(uuid).not.toBe(await uuidOf({ key: `k${i}`, fingerprint, retentionMs: 1 }, "other"));
  }
});
