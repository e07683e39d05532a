/** What administrators do over HTTP: ACLs, SCRAM users, quotas, features, reassignments, elections. */
import { createHmac, pbkdf2Sync } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { decodeRecord } from "../../src/protocol/metadata-record.ts";
import { readBatches, readRecords } from "../../src/protocol/record-batch.ts";
import { LiveGateway, WITH_AUTHORIZER } from "./live-gateway.ts";

let gateway: LiveGateway;
let url: string;

beforeEach(() => {
  gateway = LiveGateway.formatted(17, { metadataVersion: 33, properties: WITH_AUTHORIZER });
  url = `http://localhost${gateway.clusterPath}`;
});

const ACL = {
  resource_type: "TOPIC",
  resource_name: "orders",
  pattern_type: "LITERAL",
  principal: "User:alice",
  host: "*",
  operation: "READ",
  permission: "ALLOW",
};

async function aclNames(query: string): Promise<string[]> {
  const { status, body } = await gateway.get(`/acls${query}`);
  expect(status).toBe(200);
  return body.data.map((acl: typeof ACL) => acl.resource_name);
}

test("an ACL is created, found with a link to itself, and deleted by a filter", async () => {
  const created = await gateway.ask("POST", "/acls", ACL);
  expect([created.status, created.body]).toEqual([201, null]);
  expect(created.headers.get("Location")).toBe(`${url}/acls`);
  const { body } = await gateway.get("/acls");
  const self = `${url}/acls?${new URLSearchParams(ACL)}`;
  const cluster_id = gateway.cluster.document.clusterId;
  const acl = { kind: "KafkaAcl", metadata: { self }, cluster_id, ...ACL };
  expect(body).toEqual({
    kind: "KafkaAclList",
    metadata: { self: `${url}/acls`, next: null },
    data: [acl],
  });
  expect(((await (await gateway.raw(self)).json()) as { data: unknown }).data).toEqual([acl]);
  const filter = "resource_type=TOPIC&pattern_type=ANY&operation=ANY&permission=ANY";
  const deleted = await gateway.ask("DELETE", `/acls?${filter}`);
  expect([deleted.status, deleted.body]).toEqual([200, { data: [acl] }]);
  expect(await aclNames("")).toEqual([]);
});

test("ACLs are searched by what they cover, and come in pages", async () => {
  const data = [
    { ...ACL, resource_name: "ord", pattern_type: "PREFIXED" },
    { ...ACL, resource_name: "*" },
    { ...ACL, resource_name: "orders" },
    { ...ACL, resource_type: "GROUP", resource_name: "orders" },
    { ...ACL, resource_name: "other" },
  ];
  expect((await gateway.ask("POST", "/acls:batch", { data })).status).toBe(201);
  const covers = "?resource_type=TOPIC&resource_name=orders&pattern_type=MATCH";
  expect((await aclNames(covers)).sort()).toEqual(["*", "ord", "orders"]);
  expect(await aclNames("?resource_type=GROUP")).toEqual(["orders"]);
  const first = await gateway.get(`/acls${covers}&page_size=2`);
  const second = (await (await gateway.raw(first.body.metadata.next)).json()) as typeof first.body;
  const names = [...first.body.data, ...second.data].map((acl: typeof ACL) => acl.resource_name);
  expect(names.sort()).toEqual(["*", "ord", "orders"]);
  const all: string[] = [];
  for (let next = `${url}/acls?page_size=1`; next !== null; ) {
    const page = (await (await gateway.raw(next)).json()) as typeof first.body;
    all.push(...page.data.map((acl: typeof ACL) => acl.resource_name));
    next = page.metadata.next;
  }
  expect(all).toHaveLength(5);
});

test("a list with names that are too long for a URL can be followed to its end", async () => {
  const names = ["a", `b${"l".repeat(30_000)}`, `c${"l".repeat(7000)}`, "d", "e"];
  for (const resource_name of names) {
    expect((await gateway.ask("POST", "/acls", { ...ACL, resource_name })).status).toBe(201);
  }
  const all: string[] = [];
  let next: string | null = `${url}/acls?page_size=1`;
  while (next !== null) {
    const response: Response = await gateway.raw(next);
    expect(response.status).toBe(200);
    const page = (await response.json()) as {
      data: (typeof ACL)[];
      metadata: { next: string | null };
    };
    all.push(...page.data.map((acl) => acl.resource_name));
    next = page.metadata.next;
  }
  expect(all).toEqual(names);
});

test("ACLs that make no sense are refused, in a batch one by one", async () => {
  const wrong = { ...ACL, resource_type: "CLUSTER" };
  expect(await gateway.ask("POST", "/acls", wrong)).toMatchObject({
    status: 400,
    body: {
      error_code: 40002,
      message: "The only valid name for the CLUSTER resource is kafka-cluster",
    },
  });
  const message = "The only valid name for the CLUSTER resource is kafka-cluster";
  const batch = await gateway.ask("POST", "/acls:batch", { data: [ACL, wrong] });
  expect(batch.status).toBe(207);
  expect(batch.body).toEqual({ failures: [{ index: 1, error_code: 40002, message }] });
  const none = await gateway.ask("POST", "/acls:batch", { data: [wrong] });
  expect(none.status).toBe(400);
  expect(none.body).toEqual({ error_code: 40002, message: `Entry 0: ${message}` });
  expect(await aclNames("")).toEqual(["orders"]);
  const any = await gateway.ask("POST", "/acls", { ...ACL, operation: "ANY" });
  expect(any).toMatchObject({ status: 400, body: { error_code: 400 } });
  expect(any.body.message).toContain('Field "operation" must be one of ALL, READ, WRITE');
  expect((await gateway.ask("DELETE", "/acls")).body.message).toBe(
    'Query parameter "resource_type" is required.',
  );
});

test("without an authorizer there are no ACLs to speak of", async () => {
  const open = LiveGateway.formatted();
  const refused = { error_code: 40002, message: "No Authorizer is configured." };
  expect(await open.get("/acls")).toMatchObject({ status: 400, body: refused });
  expect(await open.ask("POST", "/acls", ACL)).toMatchObject({ status: 400, body: refused });
});

/** The newest SCRAM credential in the raw log: in its JSON form the keys are hidden. */
async function newestCredential() {
  const response = await gateway.raw(`${gateway.clusterPath}/log/raw`);
  const batches = [...readBatches(new Uint8Array(await response.arrayBuffer()))];
  return batches
    .filter(({ control }) => !control)
    .flatMap((batch) => readRecords(batch).map(({ value }) => decodeRecord(value)))
    .findLast((record) => record.type === "userScramCredential")?.data;
}

test.each([
  ["SCRAM-SHA-256", "sha256", 32],
  ["SCRAM-SHA-512", "sha512", 64],
] as const)("a password becomes the keys of %s and is found nowhere", async (name, hash, bytes) => {
  const path = `/scram-users/alice/${name}`;
  const body = { password: "swordfish é", iterations: 4096 };
  expect((await gateway.ask("PUT", path, body)).status).toBe(204);
  const record = await newestCredential();
  const salt = Buffer.from(record?.salt ?? []);
  const salted = pbkdf2Sync(body.password, salt, 4096, bytes, hash);
  const serverKey = createHmac(hash, salted).update("Server Key").digest();
  expect(record).toMatchObject({ name: "alice", iterations: 4096 });
  expect(serverKey.equals(record?.serverKey ?? new Uint8Array())).toBe(true);
  const { body: list } = await gateway.get("/scram-users/alice");
  expect(list.data).toEqual([
    {
      kind: "KafkaScramCredential",
      metadata: {
        self: `${url}${path}`,
        resource_name: `crn:///kafka=${gateway.cluster.document.clusterId}/scram-user=alice/mechanism=${name}`,
      },
      cluster_id: gateway.cluster.document.clusterId,
      user_name: "alice",
      mechanism: name,
      iterations: 4096,
    },
  ]);
  expect(JSON.stringify([list, gateway.lines])).not.toContain("swordfish");
  const salting = { salted_password: salted.toString("base64"), salt: salt.toString("base64") };
  expect((await gateway.ask("PUT", path, { ...salting, iterations: 4096 })).status).toBe(204);
  const again = await newestCredential();
  expect(again).toEqual(record);
  expect((await gateway.ask("DELETE", path)).status).toBe(204);
  expect((await gateway.get("/scram-users/alice")).status).toBe(404);
  expect((await gateway.ask("DELETE", path)).status).toBe(404);
});

test.each([
  [{}, "must have either password, or salted_password and salt"],
  [{ password: "p", salt: "AAAA" }, "must have either password, or salted_password and salt"],
  [{ password: "" }, "must not be empty"],
  [{ password: "p", iterations: 4095 }, "must be an integer from 4096 to 16384"],
  [{ password: "p", iterations: 16385 }, "must be an integer from 4096 to 16384"],
  [{ salted_password: "AAAA", salt: "AAAA" }, "must have 32 bytes for SCRAM-SHA-256"],
  [{ salted_password: "?", salt: "AAAA" }, "must be base64"],
  // A letter that is a K to whoever ignores case in Unicode.
  [{ salted_password: "AAAA", salt: "\u212a\u212a\u212a\u212a" }, "must be base64"],
])("a SCRAM credential of %j is refused", async (body, message) => {
  const answer = await gateway.ask("PUT", "/scram-users/a/SCRAM-SHA-256", body);
  expect(answer.status).toBe(400);
  expect(answer.body.message).toContain(message);
  expect((await gateway.get("/scram-users")).body.data).toEqual([]);
});

test("a quota is set, seen, validated and removed", async () => {
  const entity = { user: "alice", "client-id": null };
  const alter = (value: number | null, more: object = {}) =>
    gateway.ask("POST", "/client-quotas:alter", {
      entity,
      quotas: [{ name: "producer_byte_rate", value }],
      ...more,
    });
  expect((await alter(1024)).status).toBe(204);
  expect((await alter(1, { validate_only: true })).status).toBe(204);
  const cluster_id = gateway.cluster.document.clusterId;
  expect((await gateway.get("/client-quotas")).body.data).toEqual([
    { kind: "KafkaClientQuota", cluster_id, entity, quota_name: "producer_byte_rate", value: 1024 },
  ]);
  expect((await alter(null)).status).toBe(204);
  expect((await gateway.get("/client-quotas")).body.data).toEqual([]);
  const unknown = { entity: { ip: "10.0.0.1" }, quotas: [{ name: "speed", value: 1 }] };
  const refused = await gateway.ask("POST", "/client-quotas:alter", unknown);
  expect(refused).toMatchObject({ status: 400, body: { error_code: 40002 } });
  expect(refused.body.message).toContain("Invalid configuration key speed. Allowed: producer_byte");
});

test("features are listed with what is supported, validated, and updated", async () => {
  const level = async (name: string) => {
    const { body } = await gateway.get("/features");
    const found = body.data.find((one: { feature_name: string }) => one.feature_name === name);
    return [found.finalized_level, found.min_supported_level, found.max_supported_level];
  };
  expect(await level("metadata.version")).toEqual([33, 21, 33]);
  expect(await level("group.version")).toEqual([1, 0, 1]);
  const update = (data: object[], more: object = {}) =>
    gateway.ask("POST", "/features:update", { data, ...more });
  const down = { feature_name: "group.version", level: 0, upgrade_type: "SAFE_DOWNGRADE" };
  expect((await update([down], { validate_only: true })).status).toBe(204);
  expect(await level("group.version")).toEqual([1, 0, 1]);
  expect((await update([down])).status).toBe(204);
  expect(await level("group.version")).toEqual([0, 0, 1]);
  const refused = await update([{ feature_name: "group.version", level: 9 }]);
  expect(refused).toMatchObject({ status: 400, body: { error_code: 40002 } });
  expect(refused.body.message).toContain("Invalid update version 9 for feature group.version.");
});

test("a partition is moved: started, seen everywhere, called off", async () => {
  await gateway.join(101, 102);
  const asked = { topic_name: "t", replicas_assignments: { 0: [101], 1: [101] } };
  await gateway.ask("POST", "/topics", asked);
  const path = "/topics/t/partitions/0/reassignment";
  expect((await gateway.get(path)).status).toBe(404);
  expect((await gateway.ask("PUT", path, { replicas: [102] })).status).toBe(204);
  const crn = `crn:///kafka=${gateway.cluster.document.clusterId}/topic=t/partition=0/reassignment`;
  const { body: moving } = await gateway.get(path);
  expect(moving).toEqual({
    kind: "KafkaReassignment",
    metadata: { self: `${url}${path}`, resource_name: crn },
    cluster_id: gateway.cluster.document.clusterId,
    topic_name: "t",
    partition_id: 0,
    adding_replicas: [102],
    removing_replicas: [101],
    replicas: { related: `${url}/topics/t/partitions/0/replicas` },
  });
  for (const topic of ["-", "t"]) {
    const list = await gateway.get(`/topics/${topic}/partitions/-/reassignment`);
    expect(list.body.data).toEqual([moving]);
  }
  const replicas = await gateway.get("/brokers/102/partition-replicas");
  expect(replicas.body.data).toMatchObject([
    { kind: "KafkaReplica", topic_name: "t", partition_id: 0, broker_id: 102, is_in_sync: false },
  ]);
  expect((await gateway.ask("DELETE", path)).status).toBe(204);
  expect((await gateway.ask("DELETE", path)).status).toBe(404);
  expect((await gateway.get("/topics/-/partitions/-/reassignment")).body.data).toEqual([]);
  const wrong = await gateway.ask("PUT", path, { replicas: [9] });
  expect(wrong).toMatchObject({ status: 400, body: { error_code: 40002 } });
});

test("many partitions are moved in one request, and of each is said what became of it", async () => {
  await gateway.join(101, 102);
  await gateway.ask("POST", "/topics", { topic_name: "t", replicas_assignments: { 0: [101] } });
  const answer = await gateway.ask("POST", "/topics/-/partitions/-/reassignment:alter", {
    data: [
      { topic_name: "t", partition_id: 0, replicas: [102] },
      { topic_name: "t", partition_id: 7, replicas: [102] },
      { topic_name: "no", partition_id: 0, replicas: null },
    ],
  });
  expect(answer.status).toBe(200);
  expect(answer.body.data).toEqual([
    { topic_name: "t", partition_id: 0, error: null, error_code: null, message: null },
    {
      topic_name: "t",
      partition_id: 7,
      error: "UNKNOWN_TOPIC_OR_PARTITION",
      error_code: 40403,
      message: "Unable to find partition t:7.",
    },
    {
      topic_name: "no",
      partition_id: 0,
      error: "UNKNOWN_TOPIC_OR_PARTITION",
      error_code: 40403,
      message: "Unable to find a topic named no.",
    },
  ]);
});

test("a leader is elected where one is needed", async () => {
  const [, epoch] = await gateway.join(101, 102);
  const asked = { topic_name: "t", replicas_assignments: { 0: [102, 101] } };
  await gateway.ask("POST", "/topics", asked);
  const beat = { broker_epoch: epoch, current_metadata_offset: epoch };
  await gateway.ask("POST", "/brokers/102/heartbeats", { ...beat, want_fence: true });
  expect((await gateway.get("/topics/t/partitions/0")).body.leader_id).toBe(101);
  const elect = async (election_type: string) => {
    const partitions = [{ topic_name: "t", partition_id: 0 }];
    return (await gateway.ask("POST", "/elections", { election_type, partitions })).body.data;
  };
  expect(await elect("UNCLEAN")).toMatchObject([{ error: "ELECTION_NOT_NEEDED", error_code: 409 }]);
  expect(await elect("PREFERRED")).toMatchObject([{ error: "PREFERRED_LEADER_NOT_AVAILABLE" }]);
  const all = await gateway.ask("POST", "/elections", { election_type: "PREFERRED" });
  expect(all.body.data).toMatchObject([{ topic_name: "t", partition_id: 0 }]);
});

test("a broker that was registered under a key is unfenced when it has read its own registration", async () => {
  const listeners = [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9092 }];
  const registration = { broker_id: 103, listeners };
  const headers = { "Idempotency-Key": "k" };
  const { body } = await gateway.ask("POST", "/brokers", registration, headers);
  const { broker_epoch: epoch } = body;
  const beat = (offset: number) =>
    gateway.ask("POST", "/brokers/103/heartbeats", {
      broker_epoch: epoch,
      current_metadata_offset: offset,
    });
  expect((await beat(epoch - 1)).body).toMatchObject({ is_fenced: true });
  expect((await beat(epoch)).body).toMatchObject({ is_fenced: false });
});

test("a controller that is gone is unregistered, the active one is not", async () => {
  const leader = gateway.cluster.leader();
  const other = gateway.cluster.ids.find((id) => id !== leader) ?? 0;
  const own = await gateway.ask("DELETE", `/controllers/${leader}`);
  expect(own).toMatchObject({ status: 400, body: { error_code: 40002 } });
  expect((await gateway.ask("DELETE", `/controllers/${other}`)).status).toBe(204);
  expect((await gateway.get(`/controllers/${other}`)).status).toBe(404);
  expect((await gateway.get("/controllers")).body.data).toHaveLength(2);
});

test("what only brokers know is answered with who knows it", async () => {
  for (const path of ["/consumer-groups", "/topics/t/partitions/0/offset"]) {
    const { status, body } = await gateway.get(path);
    expect(status).toBe(501);
    expect(body.error_code).toBe(501);
    expect(body.message).toMatch(/^Not served by controllers\. .* a broker\. Ask a broker/);
  }
});

test("a path that only looks like an action is no path", async () => {
  for (const path of ["/aclsbatch", "/acls:other", "/topics/t/configsalter", "/features-update"]) {
    expect((await gateway.ask("POST", path, {})).status, path).toBe(404);
  }
});
