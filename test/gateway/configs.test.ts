/** Configs over HTTP: what holds and where it is from, changing it, and not changing what somebody else has changed. */
import { beforeEach, describe, expect, test } from "vitest";
import { LiveGateway } from "./live-gateway.ts";

let gateway: LiveGateway;
let clusterId: string;
let url: string;

beforeEach(async () => {
  gateway = LiveGateway.formatted();
  clusterId = gateway.cluster.document.clusterId;
  url = `http://localhost${gateway.clusterPath}`;
  await gateway.join(101);
  expect((await gateway.ask("POST", "/topics", { topic_name: "orders" })).status).toBe(201);
});

async function shownValue(path: string): Promise<string | null> {
  return (await gateway.get(path)).body.value ?? null;
}

test("a topic's config is shown with its default, set, shown with its source, and reset", async () => {
  const path = "/topics/orders/configs/retention.ms";
  const crn = `crn:///kafka=${clusterId}/topic=orders/config=retention.ms`;
  const before = {
    kind: "KafkaTopicConfig",
    metadata: { self: `${url}${path}`, resource_name: crn },
    cluster_id: clusterId,
    topic_name: "orders",
    name: "retention.ms",
    value: "604800000",
    is_default: true,
    is_read_only: false,
    is_sensitive: false,
    source: "DEFAULT_CONFIG",
    synonyms: [],
  };
  expect((await gateway.get(path)).body).toEqual(before);
  const set = await gateway.ask("PUT", path, { value: "1000" });
  expect([set.status, set.body]).toEqual([204, null]);
  expect(Number(set.headers.get("Quorate-Offset"))).toBeGreaterThan(0);
  expect((await gateway.get(path)).body).toEqual({
    ...before,
    value: "1000",
    is_default: false,
    source: "DYNAMIC_TOPIC_CONFIG",
    synonyms: [{ name: "retention.ms", value: "1000", source: "DYNAMIC_TOPIC_CONFIG" }],
  });
  expect((await gateway.ask("DELETE", path)).status).toBe(204);
  expect((await gateway.get(path)).body).toEqual(before);
});

test("the configs of a topic come by name, each as it is by itself", async () => {
  const { body } = await gateway.get("/topics/orders/configs");
  expect(body).toMatchObject({
    kind: "KafkaTopicConfigList",
    metadata: { self: `${url}/topics/orders/configs`, next: null },
  });
  const names = body.data.map(({ name }: { name: string }) => name);
  expect(names).toEqual([...names].sort());
  expect(names).toContain("cleanup.policy");
  const one = await gateway.get("/topics/orders/configs/cleanup.policy");
  expect(body.data).toContainEqual(one.body);
});

test("a batch of changes is made as a whole or not at all", async () => {
  const path = "/topics/orders/configs:alter";
  const data = [
    { name: "retention.ms", value: "1000", operation: "SET" },
    { name: "cleanup.policy", value: "compact" },
  ];
  const validated = await gateway.ask("POST", path, { data, validate_only: true });
  expect(validated.status).toBe(204);
  expect(await shownValue("/topics/orders/configs/retention.ms")).toBe("604800000");
  expect((await gateway.ask("POST", path, { data })).status).toBe(204);
  expect(await shownValue("/topics/orders/configs/retention.ms")).toBe("1000");
  const bad = [
    { name: "retention.ms", operation: "DELETE" },
    { name: "segment.bytes", value: "few" },
  ];
  expect(await gateway.ask("POST", path, { data: bad })).toMatchObject({
    status: 400,
    body: { error_code: 40002 },
  });
  expect(await shownValue("/topics/orders/configs/retention.ms")).toBe("1000");
  const appended = [{ name: "cleanup.policy", value: "delete", operation: "APPEND" }];
  expect((await gateway.ask("POST", path, { data: appended })).status).toBe(204);
  expect(await shownValue("/topics/orders/configs/cleanup.policy")).toBe("compact,delete");
});

test("a config or a topic that there is not is not found", async () => {
  const message = `Config no.such cannot be found for TOPIC orders in cluster ${clusterId}.`;
  const path = "/topics/orders/configs/no.such";
  const data = [{ name: "no.such", value: "1" }];
  for (const answer of [
    await gateway.get(path),
    await gateway.ask("PUT", path, { value: "1" }),
    await gateway.ask("DELETE", path),
    await gateway.ask("POST", "/topics/orders/configs:alter", { data }),
  ]) {
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error_code: 404, message });
  }
  const absent = "/topics/absent/configs";
  for (const answer of [
    await gateway.get(absent),
    await gateway.get(`${absent}/retention.ms`),
    await gateway.ask("PUT", `${absent}/retention.ms`, { value: "1" }),
    await gateway.ask("DELETE", `${absent}/retention.ms`),
  ]) {
    expect(answer.status).toBe(404);
    expect(answer.body.error_code).toBe(40403);
  }
});

test("the configs of all topics are listed in pages of topics, and changed topic by topic", async () => {
  await gateway.ask("POST", "/topics", { topic_name: "payments" });
  const entry = (topic_name: string, value: string) => ({
    topic_name,
    configs: [{ name: "retention.ms", value }],
  });
  const alter = "/topics/-/configs:alter";
  const both = [entry("orders", "1"), entry("payments", "2")];
  expect((await gateway.ask("POST", alter, { data: both })).status).toBe(204);
  const part = await gateway.ask("POST", alter, {
    data: [entry("absent", "1"), entry("orders", "3")],
  });
  expect(part.status).toBe(207);
  expect(part.body).toEqual({
    failures: [
      {
        topic_name: "absent",
        error_code: 40403,
        message: "The topic 'absent' does not exist.",
      },
    ],
  });
  const twice = await gateway.ask("POST", alter, { data: [both[0], both[0]] });
  expect(twice.body.message).toBe('Field "data" must not name a topic twice.');
  const seen: [string, string][] = [];
  let next: string | null = `${url}/topics/-/configs?page_size=1`;
  while (next !== null) {
    const page = (await (await gateway.raw(next)).json()) as {
      data: { topic_name: string; name: string; value: string }[];
      metadata: { next: string | null };
    };
    for (const { topic_name, name, value } of page.data) {
      if (name === "retention.ms") seen.push([topic_name, value]);
    }
    next = page.metadata.next;
  }
  expect(seen).toEqual([
    ["orders", "3"],
    ["payments", "2"],
  ]);
});

test("what is set for all brokers and for one are different things that add up", async () => {
  expect((await gateway.get("/broker-configs")).body.data).toEqual([]);
  const all = "/broker-configs/log.retention.ms";
  expect((await gateway.get(all)).body.message).toBe(
    `Config log.retention.ms cannot be found for BROKER in cluster ${clusterId}.`,
  );
  expect((await gateway.ask("PUT", all, { value: "5000" })).status).toBe(204);
  expect((await gateway.get(all)).body).toMatchObject({
    kind: "KafkaClusterConfig",
    metadata: { self: `${url}${all}` },
    config_type: "BROKER",
    value: "5000",
    is_default: false,
    source: "DYNAMIC_DEFAULT_BROKER_CONFIG",
  });
  const one = "/brokers/101/configs/log.retention.ms";
  expect((await gateway.get(one)).body).toMatchObject({
    kind: "KafkaBrokerConfig",
    broker_id: 101,
    value: "5000",
    source: "DYNAMIC_DEFAULT_BROKER_CONFIG",
  });
  expect((await gateway.ask("PUT", one, { value: "7000" })).status).toBe(204);
  expect((await gateway.get(one)).body).toMatchObject({
    value: "7000",
    source: "DYNAMIC_BROKER_CONFIG",
    metadata: { resource_name: `crn:///kafka=${clusterId}/broker=101/config=log.retention.ms` },
  });
  const lists = await gateway.get("/brokers/-/configs");
  expect(lists.body.data).toEqual((await gateway.get("/brokers/101/configs")).body.data);
  expect((await gateway.ask("DELETE", one)).status).toBe(204);
  expect(await shownValue(one)).toBe("5000");
  expect((await gateway.ask("DELETE", all)).status).toBe(204);
  expect((await gateway.get(one)).status).toBe(404);
  const data = [{ name: "log.retention.ms", value: "9000" }];
  for (const path of ["/broker-configs:alter", "/brokers/101/configs:alter"]) {
    expect((await gateway.ask("POST", path, { data })).status).toBe(204);
  }
  expect(await shownValue(all)).toBe("9000");
  const absent = await gateway.ask("PUT", "/brokers/9/configs/log.retention.ms", { value: "1" });
  expect(absent).toMatchObject({ status: 404, body: { message: "No node with id 9 found." } });
  expect((await gateway.get("/brokers/9/configs")).status).toBe(404);
});

test("a password among the configs of brokers is never shown", async () => {
  const path = "/brokers/101/configs/listener.name.internal.ssl.keystore.password";
  expect((await gateway.ask("PUT", path, { value: "swordfish" })).status).toBe(204);
  const { body } = await gateway.get("/brokers/101/configs");
  expect(JSON.stringify(body)).not.toContain("swordfish");
  expect(body.data).toMatchObject([
    { name: "listener.name.internal.ssl.keystore.password", is_sensitive: true },
  ]);
});

test("with If-Match a config is changed only while nobody else has changed one of that topic", async () => {
  const configs = "/topics/orders/configs";
  const path = `${configs}/retention.ms`;
  const etag = (await gateway.get(configs)).headers.get("ETag") ?? "";
  expect(etag).toMatch(/^"[\w-]{22}"$/);
  expect((await gateway.get(path)).headers.get("ETag")).toBe(etag);
  const ifMatch = { "If-Match": etag };
  expect((await gateway.ask("PUT", path, { value: "1" }, ifMatch)).status).toBe(204);
  const stale = await gateway.ask("PUT", path, { value: "2" }, ifMatch);
  const now = (await gateway.get(configs)).headers.get("ETag");
  expect(stale.status).toBe(412);
  expect(stale.headers.get("ETag")).toBe(now);
  expect(stale.body).toEqual({
    error_code: 41201,
    message: `The resource has changed: its ETag is ${now}. Nothing was changed.`,
  });
  expect(await shownValue(path)).toBe("1");
  for (const header of ["*", `"other", ${now}`, ` ${now} `]) {
    const answer = await gateway.ask("PUT", path, { value: "1" }, { "If-Match": header });
    expect(answer.status, header).toBe(204);
  }
  for (const header of [`W/${now}`, '"*"', '"other"']) {
    const answer = await gateway.ask("DELETE", path, undefined, { "If-Match": header });
    expect(answer.status, header).toBe(412);
  }
  for (const header of ["abc", "", '"a" "b"', `"a",`, "*, *"]) {
    const answer = await gateway.ask("DELETE", path, undefined, { "If-Match": header });
    expect(answer.status, header).toBe(400);
  }
  expect(await shownValue(path)).toBe("1");
});

test("with If-Match a topic is grown or deleted only while it is the one that was seen", async () => {
  const etag = (await gateway.get("/topics/orders")).headers.get("ETag") ?? "";
  const ifMatch = { "If-Match": etag };
  const grown = await gateway.ask("PATCH", "/topics/orders", { partitions_count: 3 }, ifMatch);
  expect(grown.status).toBe(200);
  expect(grown.body.partitions_count).toBe(3);
  expect(grown.headers.get("ETag")).not.toBe(etag);
  const shrink = await gateway.ask("PATCH", "/topics/orders", { partitions_count: 2 });
  expect(shrink).toMatchObject({ status: 400, body: { error_code: 40002 } });
  expect((await gateway.ask("DELETE", "/topics/orders", undefined, ifMatch)).status).toBe(412);
  const now = { "If-Match": grown.headers.get("ETag") ?? "" };
  expect((await gateway.ask("DELETE", "/topics/orders", undefined, now)).status).toBe(204);
  await gateway.ask("POST", "/topics", { topic_name: "orders", partitions_count: 3 });
  expect((await gateway.ask("DELETE", "/topics/orders", undefined, now)).status).toBe(412);
  expect((await gateway.ask("DELETE", "/topics/absent", undefined, now)).status).toBe(404);
});

describe("If-None-Match", () => {
  const THINGS = [
    "/topics/orders",
    "/topics/orders/configs",
    "/topics/orders/configs/retention.ms",
  ];

  test.each(THINGS)(
    "spares whoever has %s already to be told again, until it changes",
    async (path) => {
      const first = await gateway.get(path);
      const etag = first.headers.get("ETag") ?? "";
      for (const header of [etag, `W/${etag}`, `"other", ${etag}`, ` W/"other",W/${etag} `, "*"]) {
        const answer = await gateway.ask("GET", path, undefined, { "If-None-Match": header });
        expect([header, answer.status, answer.body]).toEqual([header, 304, null]);
        expect(answer.headers.get("ETag")).toBe(etag);
        expect(answer.headers.get("Quorate-Offset")).toBe(first.headers.get("Quorate-Offset"));
        expect(answer.headers.get("Quorate-Epoch")).toBe(first.headers.get("Quorate-Epoch"));
      }
      for (const header of ['"other"', 'W/"other", "*"', etag.replace('"', '"!'), '""']) {
        const answer = await gateway.ask("GET", path, undefined, { "If-None-Match": header });
        expect([header, answer.status, answer.body]).toEqual([header, 200, first.body]);
      }
      await gateway.ask("PATCH", "/topics/orders", { partitions_count: 7 });
      await gateway.ask("PUT", "/topics/orders/configs/retention.ms", { value: "7" });
      const now = await gateway.ask("GET", path, undefined, { "If-None-Match": etag });
      expect(now.status).toBe(200);
      expect(now.headers.get("ETag")).not.toBe(etag);
    },
  );

  test("is a list of ETags or an asterisk, and nothing else", async () => {
    for (const header of ["abc", '"a" "b"', '"a",', "*, *", 'w/"a"']) {
      const answer = await gateway.ask("GET", THINGS[0] ?? "", undefined, {
        "If-None-Match": header,
      });
      expect([header, answer.status, answer.body]).toEqual([
        header,
        400,
        {
          error_code: 400,
          message: 'The header If-None-Match must be * or ETags in quotes, such as "abc", "def".',
        },
      ]);
    }
  });

  test("says nothing of what is not there, of what the caller may do, and of what has no ETag", async () => {
    const any = { "If-None-Match": "*" };
    expect((await gateway.ask("GET", "/topics/absent", undefined, any)).status).toBe(404);
    const told = "/topics/orders?include_authorized_operations=true";
    expect((await gateway.ask("GET", told, undefined, any)).status).toBe(200);
    expect((await gateway.ask("GET", "/brokers", undefined, any)).status).toBe(200);
  });

  test("is taken with HEAD as well", async () => {
    const { status, headers } = await gateway.ask("HEAD", "/topics/orders", undefined, {
      "If-None-Match": "*",
    });
    expect([status, headers.get("Content-Type")]).toEqual([304, null]);
  });
});

test.each(["/brokers/101/configs", "/broker-configs"])(
  "a value that is not shown is guarded by the ETag of %s as any other",
  async (path) => {
    // Of a type that nobody here knows, so it may be a secret.
    const one = `${path}/some.plugin.secret`;
    const set = (value: string, headers: Record<string, string> = {}) =>
      gateway.ask("PUT", one, { value }, headers);
    const etagOf = async (of: string) => (await gateway.get(of)).headers.get("ETag") ?? "";
    await set("first");
    const seen = await etagOf(path);
    expect(await etagOf(one)).toBe(seen);
    expect(await etagOf(path)).toBe(seen);
    await set("second");
    expect(await etagOf(path)).not.toBe(seen);
    expect((await set("third", { "If-Match": seen })).status).toBe(412);
    expect((await set("third", { "If-Match": await etagOf(one) })).status).toBe(204);
  },
);

test("what is set for all brokers and not shown is in the ETag of each of them", async () => {
  const set = (value: string) =>
    gateway.ask("PUT", "/broker-configs/some.plugin.secret", { value });
  await set("first");
  const before = (await gateway.get("/brokers/101/configs")).headers.get("ETag");
  await set("second");
  expect((await gateway.get("/brokers/101/configs")).headers.get("ETag")).not.toBe(before);
});
