/** What an answer says besides its body, what reads ask for, and lists that come in pages. */
import { expect, test } from "vitest";
import { LiveGateway } from "../gateway/live-gateway.ts";
import { FakeGateway, json, nothing } from "./fake-gateway.ts";
import { liveClient } from "./live-client.ts";

const HEADERS = {
  "Quorate-Offset": "42",
  "Quorate-Epoch": "7",
  ETag: '"abc"',
  "Idempotency-Replayed": "true",
};

test("an answer carries its offset, epoch, ETag, request id and whether it is a replay", async () => {
  const gateway = new FakeGateway().give(json({ topic_name: "t" }, { headers: HEADERS }), json({}));
  const { topics } = gateway.client({ token: "kr_secret" });
  expect(await topics.get("t")).toEqual({
    value: { topic_name: "t" },
    offset: 42,
    epoch: 7,
    etag: '"abc"',
    requestId: "request-1",
    replayed: true,
  });
  expect(await topics.get("t")).toMatchObject({ offset: null, epoch: null, replayed: false });
  expect(gateway.seen[0]?.headers.get("Authorization")).toBe("Bearer kr_secret");
});

test("offsets go with reads that take them, If-Match with changes", async () => {
  const gateway = new FakeGateway().give(json({}));
  const { topics, topicConfigs } = gateway.client();
  await topics.get("t", { minOffset: 5 });
  await topics.get("t", { atOffset: 6 });
  await topicConfigs.set("t", { name: "a", value: "b" }, { ifMatch: '"abc"' });
  const [min, at, set] = gateway.seen;
  expect(min?.target).toBe("/kafka/v3/clusters/cluster-1/topics/t?min_offset=5");
  expect(at?.target).toBe("/kafka/v3/clusters/cluster-1/topics/t?at_offset=6");
  expect(set?.headers.get("If-Match")).toBe('"abc"');
  expect(set?.target).toBe("/kafka/v3/clusters/cluster-1/topics/t/configs/a");
});

test("what has not changed fails with 304 and the ETag, once", async () => {
  const unchanged = () =>
    new Response(null, { status: 304, headers: { ETag: '"abc"', "X-Request-Id": "r" } });
  const gateway = new FakeGateway().give(unchanged);
  const { topics, topicConfigs, clusterConfigs } = gateway.client();
  const options = { ifNoneMatch: '"abc"' };
  const calls = [
    topics.get("t", options),
    topicConfigs.list("t", options).first(),
    topicConfigs.get("t", "a", options),
    clusterConfigs.get("a", options),
  ];
  for (const call of calls) {
    await expect(call).rejects.toMatchObject({
      status: 304,
      etag: '"abc"',
      isOutcomeUnknown: false,
      message: "HTTP 304 The resource has not changed.",
    });
  }
  expect(gateway.seen.map(({ headers }) => headers.get("If-None-Match"))).toEqual(
    calls.map(() => '"abc"'),
  );
});

test("with readYourWrites reads ask for the newest change, and never for less", async () => {
  const written = (offset: number) => nothing({ "Quorate-Offset": String(offset) });
  const read = json({}, { headers: { "Quorate-Offset": "99" } });
  const gateway = new FakeGateway().give(read, written(10), read, written(9), read);
  const { topics, quorum } = gateway.client({ readYourWrites: true });
  await topics.get("t");
  await topics.delete("a");
  await topics.get("t");
  await topics.delete("b");
  await topics.get("t", { minOffset: 3 });
  await topics.get("t", { minOffset: 12 });
  await topics.get("t", { atOffset: 4 });
  await quorum.get();
  const queries = gateway.seen
    .filter(({ method }) => method === "GET")
    .map(({ target }) => target.split("?")[1]);
  expect(queries).toEqual([
    undefined,
    "min_offset=10",
    "min_offset=10",
    "min_offset=12",
    "at_offset=4",
    undefined,
  ]);
  const other = new FakeGateway().give(written(10), read);
  await other.client().topics.delete("a");
  await other.client().topics.get("t");
  expect(other.seen[1]?.target).toBe("/kafka/v3/clusters/cluster-1/topics/t");
});

test("the cluster is looked up once, and again after it was not found", async () => {
  const absent = json({ error_code: 404, message: "There is no cluster yet." }, { status: 404 });
  const found = json({ id: "c-2" });
  const gateway = new FakeGateway().give(absent, found, json({}));
  const { topics } = gateway.client({ clusterId: undefined });
  await expect(topics.get("t")).rejects.toMatchObject({ status: 404 });
  await topics.get("t");
  await topics.get("u");
  expect(gateway.seen.map(({ target }) => target)).toEqual([
    "/v1/metadata/id",
    "/v1/metadata/id",
    "/kafka/v3/clusters/c-2/topics/t",
    "/kafka/v3/clusters/c-2/topics/u",
  ]);
});

test("paths go below the path of the URL", async () => {
  const gateway = new FakeGateway().give(json({ status: "ok" }));
  await gateway.client({ url: "http://gateway.test/kafka/" }).gateway.isAlive();
  expect(gateway.seen[0]?.target).toBe("/kafka/livez");
});

function page(names: readonly string[], next: string | null) {
  const data = names.map((topic_name) => ({ topic_name }));
  return json({ kind: "KafkaTopicList", metadata: { self: "", next }, data });
}

test("a list goes on where its link says, at the gateway that the client knows", async () => {
  const evil = "https://elsewhere.test/steal?page_token=abc&page_size=9";
  const gateway = new FakeGateway().give(
    page(["a", "b"], evil),
    page([], "?page_token=d"),
    page(["c"], null),
  );
  const names: string[] = [];
  const list = gateway.client().topics.list({ pageSize: 2, atOffset: 5 });
  expect(gateway.seen).toHaveLength(0);
  for await (const { topic_name } of list) names.push(topic_name);
  expect(names).toEqual(["a", "b", "c"]);
  expect(gateway.seen.map(({ target }) => target.split("?")[1])).toEqual([
    "page_size=2&at_offset=5",
    "page_size=2&page_token=abc&at_offset=5",
    "page_size=2&page_token=d&at_offset=5",
  ]);
});

test("whoever has seen enough of a list asks for no more of it", async () => {
  const gateway = new FakeGateway().give(page(["a", "b"], "?page_token=x"));
  for await (const { topic_name } of gateway.client().topics.list()) {
    expect(topic_name).toBe("a");
    break;
  }
  expect(gateway.seen).toHaveLength(1);
});

test("a page that is its own next one ends the list with an error", async () => {
  const gateway = new FakeGateway().give(page(["a"], "?page_token=x"));
  await expect(gateway.client().topics.list().all()).rejects.toThrow(
    "Cannot list: a page says that it is its own next one.",
  );
  expect(gateway.seen).toHaveLength(2);
});

test("a client reads its own writes from controllers that do not lead", async () => {
  const gateway = LiveGateway.formatted(131);
  await gateway.join(101);
  const { client, sent } = liveClient(gateway, { readYourWrites: true });
  for (let index = 0; index < 5; index += 1) {
    const { offset } = await client.topics.create({ topic_name: `t-${index}` });
    gateway.requests.length = 0;
    const found = await client.topics.get(`t-${index}`);
    expect(found.offset).toBeGreaterThanOrEqual(offset ?? Number.NaN);
    expect(sent.at(-1)?.url).toContain(`min_offset=${offset}`);
    const read = gateway.requests.find(({ kind }) => kind === "read");
    expect(read).toMatchObject({ consistency: { kind: "min-offset", anywhere: true } });
  }
});

test("an answer that is lost to a failover is had by the retry, and the change is made once", async () => {
  const gateway = LiveGateway.formatted(132);
  await gateway.join(101);
  let losses = 0;
  const { client } = liveClient(gateway, {
    async fetch(url, init) {
      const response = await gateway.raw(url, init);
      if (init.method === "POST" && losses === 0) {
        losses += 1;
        throw new TypeError("fetch failed");
      }
      return response;
    },
  });
  const created = await client.topics.create({ topic_name: "once" });
  expect(created).toMatchObject({ replayed: true, value: { topic_name: "once" } });
  const found = await client.log.read({ types: ["TOPIC_RECORD"] });
  expect(found.value.data).toHaveLength(1);
});
