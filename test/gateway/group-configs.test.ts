/** Configs of groups and of client metrics subscriptions over HTTP: which there are, what holds, changing it. */
import { beforeEach, expect, test } from "vitest";
import { LiveGateway, WITH_AUTHORIZER } from "./live-gateway.ts";

let gateway: LiveGateway;
let clusterId: string;
let url: string;

beforeEach(() => {
  gateway = LiveGateway.formatted(41, { metadataVersion: 33 });
  clusterId = gateway.cluster.document.clusterId;
  url = `http://localhost${gateway.clusterPath}`;
});

const SESSION = "consumer.session.timeout.ms";
const FOUR_ROUTES = [
  ["/groups/g", "GROUP", SESSION, "46000"],
  ["/client-metrics/s", "CLIENT_METRICS", "interval.ms", "1000"],
] as const;

async function valueAt(path: string): Promise<string | null> {
  return (await gateway.get(path)).body.value ?? null;
}

test("a group's config is shown with its default, set, shown with its source, and reset", async () => {
  const path = `/groups/g/configs/${SESSION}`;
  const before = {
    kind: "KafkaGroupConfig",
    metadata: {
      self: `${url}${path}`,
      resource_name: `crn:///kafka=${clusterId}/group=g/config=${SESSION}`,
    },
    cluster_id: clusterId,
    group_id: "g",
    name: SESSION,
    value: "45000",
    is_default: true,
    is_read_only: false,
    is_sensitive: false,
    source: "DEFAULT_CONFIG",
  };
  const shared = `group.${SESSION}`;
  const synonym = { name: shared, value: "45000", source: "DEFAULT_CONFIG" };
  expect((await gateway.get(path)).body).toEqual({ ...before, synonyms: [synonym] });
  const set = await gateway.ask("PUT", path, { value: "46000" });
  expect([set.status, set.body]).toEqual([204, null]);
  expect((await gateway.get(path)).body).toEqual({
    ...before,
    value: "46000",
    is_default: false,
    source: "GROUP_CONFIG",
    synonyms: [{ name: SESSION, value: "46000", source: "GROUP_CONFIG" }, synonym],
  });
  expect((await gateway.ask("DELETE", path)).status).toBe(204);
  expect((await gateway.get(path)).body).toEqual({ ...before, synonyms: [synonym] });
});

test("a subscription is there while it has a config", async () => {
  const path = "/client-metrics/s/configs";
  const { body } = await gateway.get(path);
  expect(body).toMatchObject({
    kind: "KafkaClientMetricsConfigList",
    metadata: { self: `${url}${path}`, next: null },
    data: [
      { name: "interval.ms", value: "300000", is_default: true },
      { name: "match", value: "", is_default: true },
      { name: "metrics", value: "", is_default: true },
    ],
  });
  expect((await gateway.get("/client-metrics")).body.data).toEqual([]);
  const data = [
    { name: "metrics", value: "org.apache.kafka.producer." },
    { name: "match", value: "client_id=orders-.*" },
  ];
  expect((await gateway.ask("POST", `${path}:alter`, { data })).status).toBe(204);
  expect((await gateway.get(`${path}/match`)).body).toMatchObject({
    kind: "KafkaClientMetricsConfig",
    subscription_name: "s",
    value: "client_id=orders-.*",
    source: "CLIENT_METRICS_CONFIG",
    is_default: false,
  });
  expect((await gateway.get("/client-metrics")).body).toEqual({
    kind: "KafkaClientMetricsList",
    metadata: { self: `${url}/client-metrics`, next: null },
    data: [{ subscription_name: "s", configs: { related: `${url}${path}` } }],
  });
  const none = data.map(({ name }) => ({ name, operation: "DELETE" }));
  expect((await gateway.ask("POST", `${path}:alter`, { data: none })).status).toBe(204);
  expect((await gateway.get("/client-metrics")).body.data).toEqual([]);
});

test.each([
  ["groups", "group_id", [SESSION, "consumer.heartbeat.interval.ms"]],
  ["client-metrics", "subscription_name", ["interval.ms", "match"]],
])("every one of %s that has configs is listed once, however the pages are cut", async (...row) => {
  const [collection, key, names] = row;
  const values = new Map([
    ["match", "client_id=a"],
    ["interval.ms", "2000"],
    [SESSION, "46000"],
    ["consumer.heartbeat.interval.ms", "6000"],
  ]);
  const data = names.map((name) => ({ name, value: values.get(name) }));
  const ids = ["-", "a/b", "a b", "é", "z", "..."];
  for (const id of ids) {
    const path = `/${collection}/${encodeURIComponent(id)}/configs:alter`;
    expect((await gateway.ask("POST", path, { data })).status, id).toBe(204);
  }
  for (const pageSize of [1, 2, 6]) {
    const seen: string[] = [];
    let path: string | null = `/${collection}?page_size=${pageSize}`;
    while (path !== null) {
      const { body }: { body: { data: Record<string, string>[]; metadata: { next: string } } } =
        await gateway.get(path);
      seen.push(...body.data.map((entry) => entry[key] ?? ""));
      path = body.metadata.next?.split(gateway.clusterPath)[1] ?? null;
    }
    expect(seen).toHaveLength(ids.length);
    expect(new Set(seen)).toEqual(new Set(ids));
  }
  const { body } = await gateway.get(`/${collection}`);
  for (const { configs } of body.data)
    expect((await gateway.raw(configs.related)).status).toBe(200);
});

test.each(FOUR_ROUTES)(
  "%s: a batch of changes is made as a whole or not at all",
  async (...row) => {
    const [thing, , name, value] = row;
    const alter = `${thing}/configs:alter`;
    const path = `${thing}/configs/${name}`;
    const before = await valueAt(path);
    const data = [{ name, value }];
    const validated = await gateway.ask("POST", alter, { data, validate_only: true });
    expect([validated.status, await valueAt(path)]).toEqual([204, before]);
    expect((await gateway.ask("POST", alter, { data })).status).toBe(204);
    const good = thing.startsWith("/groups")
      ? { name: "consumer.heartbeat.interval.ms", value: "6000" }
      : { name: "match", value: "client_id=a" };
    const goodPath = `${thing}/configs/${good.name}`;
    const goodBefore = await valueAt(goodPath);
    const both = [good, { name, value: "few" }];
    const refused = await gateway.ask("POST", alter, { data: both });
    expect(refused).toMatchObject({ status: 400, body: { error_code: 40002 } });
    expect([await valueAt(path), await valueAt(goodPath)]).toEqual([value, goodBefore]);
  },
);

test.each(FOUR_ROUTES)("%s: a config that there is not is not found", async (thing, type) => {
  const message = `Config no.such cannot be found for ${type} ${thing.at(-1)} in cluster ${clusterId}.`;
  const data = [{ name: "no.such", value: "1" }];
  for (const answer of [
    await gateway.get(`${thing}/configs/no.such`),
    await gateway.ask("PUT", `${thing}/configs/no.such`, { value: "1" }),
    await gateway.ask("DELETE", `${thing}/configs/no.such`),
    await gateway.ask("POST", `${thing}/configs:alter`, { data }),
  ]) {
    expect([answer.status, answer.body]).toEqual([404, { error_code: 404, message }]);
  }
});

test.each(FOUR_ROUTES)("%s: with If-Match only what was seen is changed", async (...row) => {
  const [thing, , name, value] = row;
  const path = `${thing}/configs/${name}`;
  const etag = (await gateway.get(`${thing}/configs`)).headers.get("ETag") ?? "";
  expect(etag).toMatch(/^"[\w-]{22}"$/);
  const ifMatch = { "If-Match": etag };
  expect((await gateway.ask("PUT", path, { value }, ifMatch)).status).toBe(204);
  const stale = await gateway.ask("DELETE", path, undefined, ifMatch);
  expect(stale).toMatchObject({ status: 412, body: { error_code: 41201 } });
  const now = { "If-Match": stale.headers.get("ETag") ?? "" };
  expect((await gateway.ask("DELETE", path, undefined, now)).status).toBe(204);
  expect((await gateway.get(`${thing}/configs`)).headers.get("ETag")).toBe(etag);
});

test("what Kafka would not take for a group is refused with its words", async () => {
  const path = `/groups/g/configs/${SESSION}`;
  const low = await gateway.ask("PUT", path, { value: "1" });
  expect(low).toMatchObject({ status: 400, body: { error_code: 40002 } });
  expect(low.body.message).toBe(`${SESSION} must be in the range 45000 to 60000 inclusive.`);
  const match = await gateway.ask("PUT", "/client-metrics/s/configs/match", { value: "no" });
  expect(match.body.message).toBe("Illegal client matching pattern: no");
});

test("the configs of a group take rights on the group, those of client metrics on the cluster", async () => {
  const properties = { ...WITH_AUTHORIZER, "super.users": "User:admin" };
  gateway = await LiveGateway.secured(41, { metadataVersion: 33, properties });
  const headers = { Authorization: `Bearer ${await gateway.makeToken("User:alice")}` };
  const allow = async (resource_type: string, resource_name: string, operation: string) => {
    const acl = { resource_type, resource_name, operation, permission: "ALLOW" };
    const rest = { pattern_type: "LITERAL", principal: "User:alice", host: "*" };
    expect((await gateway.ask("POST", "/acls", { ...acl, ...rest })).status).toBe(201);
  };
  const statuses = async (thing: string, name: string, value: string) => {
    const path = `${thing}/configs/${name}`;
    const read = await gateway.ask("GET", path, undefined, headers);
    const set = await gateway.ask("PUT", path, { value }, headers);
    return [read.status, set.status];
  };
  const group = (id: string) => statuses(`/groups/${id}`, SESSION, "46000");
  const subscription = () => statuses("/client-metrics/s", "interval.ms", "1000");
  const lists = async () => [
    (await gateway.ask("GET", "/groups", undefined, headers)).status,
    (await gateway.ask("GET", "/client-metrics", undefined, headers)).status,
  ];
  expect([await group("g"), await subscription()]).toEqual([
    [403, 403],
    [403, 403],
  ]);
  await allow("GROUP", "g", "DESCRIBE_CONFIGS");
  expect([await group("g"), await group("h")]).toEqual([
    [200, 403],
    [403, 403],
  ]);
  await allow("GROUP", "g", "ALTER_CONFIGS");
  expect([await group("g"), await group("h"), await subscription(), await lists()]).toEqual([
    [200, 204],
    [403, 403],
    [403, 403],
    [403, 403],
  ]);
  await allow("CLUSTER", "kafka-cluster", "DESCRIBE_CONFIGS");
  expect([await subscription(), await lists()]).toEqual([
    [200, 403],
    [200, 200],
  ]);
  await allow("CLUSTER", "kafka-cluster", "ALTER_CONFIGS");
  expect([await group("h"), await subscription()]).toEqual([
    [403, 403],
    [200, 204],
  ]);
});
