/** What clients get wrong: each mistake has its status, its error code and a message that helps. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import { LiveGateway } from "./live-gateway.ts";

let gateway: LiveGateway;
/** For tests that change nothing. */
let shared: LiveGateway;

beforeAll(async () => {
  shared = LiveGateway.formatted(3);
  await shared.join(101);
});

beforeEach(() => {
  gateway = shared;
});

/** Few characters, but more bytes than a string of Kafka's can have. */
const LONG_CONFIG = { name: "retention.ms", value: "€".repeat(11_000) };
const JSON_TYPE = { "Content-Type": "application/json" };

test.each([
  ["GET", "/nowhere", 404, "HTTP 404 Not Found"],
  ["GET", "/kafka/v3/clusters/", 404, "HTTP 404 Not Found"],
  ["GET", "/kafka/v3/clusters/x", 404, "Cluster x cannot be found."],
  ["GET", "/kafka/v3/clusters/x%2Fy/topics", 404, "Cluster x/y cannot be found."],
  ["POST", "/controllers/1/kafka", 404, "HTTP 404 Not Found"],
])("%s %s is %i: %s", async (method, path, status, message) => {
  const response = await gateway.raw(path, { method });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error_code: status, message });
});

test("a method that a path does not have is refused with those it has", async () => {
  const response = await gateway.raw(`${gateway.clusterPath}/topics/t`, { method: "PUT" });
  expect(response.status).toBe(405);
  expect(response.headers.get("Allow")).toBe("GET, HEAD, PATCH, DELETE");
  expect(await response.json()).toEqual({
    error_code: 405,
    message: "PUT is not allowed here. Allowed: GET, HEAD, PATCH, DELETE.",
  });
  const preflight = await gateway.raw("/kafka/v3/clusters", { method: "OPTIONS" });
  expect(preflight.status).toBe(405);
  expect(preflight.headers.get("Access-Control-Allow-Origin")).toBe(null);
});

test("HEAD answers like GET without a body", async () => {
  const response = await gateway.raw(`${gateway.clusterPath}/quorum`, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
});

test.each([
  ["/topics?page_size=0", 'Query parameter "page_size" must be an integer from 1 to 1000.'],
  ["/topics?page_size=1e2", 'Query parameter "page_size" must be an integer from 1 to 1000.'],
  ["/topics?page_size=1&page_size=2", 'Query parameter "page_size" is given twice.'],
  [
    "/topics?size=1",
    'Query parameter "size" is unknown. Allowed: page_size, page_token, min_offset, at_offset.',
  ],
  ["/quorum?x=1", 'Query parameter "x" is unknown. None is allowed here.'],
  ["/topics?__proto__=1", 'Query parameter "__proto__" is unknown. Allowed: page_size, page_tok'],
  ["/log?offset=-1", 'Query parameter "offset" must be an integer from 0 to 9007199254740991.'],
  ["/log?offset=99999999999999999999", 'Query parameter "offset" must be an integer from 0'],
  ["/log?wait_ms=30001", 'Query parameter "wait_ms" must be an integer from 0 to 30000.'],
  ["/brokers/-1", "The broker_id in the path must be an integer from 0 to 2147483647."],
  ["/brokers/2147483648", "The broker_id in the path must be an integer from 0 to 2147483647."],
  ["/brokers/01", "The broker_id in the path must be an integer from 0 to 2147483647."],
  [
    "/topics/t/partitions/x",
    "The partition_id in the path must be an integer from 0 to 2147483647.",
  ],
])("GET %s is a bad request", async (path, message) => {
  const { status, body } = await gateway.get(path);
  expect(status).toBe(400);
  expect(body.error_code).toBe(400);
  expect(body.message).toContain(message);
});

test.each([
  ["GET", "/groups/%FF/configs"],
  ["PUT", "/groups/%FF/configs/consumer.session.timeout.ms"],
  ["PUT", "/groups/50%/configs/consumer.session.timeout.ms"],
  ["PUT", "/scram-users/al%C3ice/SCRAM-SHA-256"],
  ["GET", "/log?topic=%E2%82"],
  ["DELETE", "/acls?resource_type=TOPIC&pattern_type=ANY&operation=ANY&permission=ANY&host=%ZZ"],
])("%s %s is badly encoded and refused, not read as something else", async (method, path) => {
  const { status, body } =
    method === "PUT"
      ? await gateway.ask(method, path, { value: "60000", password: "p" })
      : await gateway.ask(method, path);
  expect([status, body.error_code]).toEqual([400, 400]);
  expect(body.message).toContain("Allowed: %XX of UTF-8, with %25 for % itself.");
  expect((await gateway.get("/groups")).body.data).toEqual([]);
});

test.each([
  ["/topics", {}, 'Field "topic_name" is required.'],
  ["/topics", [], "The body must be an object."],
  ["/access-tokens", [], "The body must be an object."],
  ["/topics", "t", "The body must be an object."],
  ["/topics", { topic_name: 1 }, 'Field "topic_name" must be a string.'],
  ["/topics", { topic_name: "a", partitions: 1 }, 'Field "partitions" is unknown. Allowed: topic'],
  ["/topics", { topic_name: "a", partitions_count: 1.5 }, "must be an integer from -1 to 10000."],
  ["/topics", { topic_name: "a", replicas_assignments: { x: [1] } }, "must be an integer from 0"],
  ["/topics", { topic_name: "a", replicas_assignments: { 0: ["1"] } }, "replicas_assignments.0.0"],
  ["/topics", { topic_name: "\ud800" }, 'Field "topic_name" must be well-formed Unicode.'],
  [
    "/topics",
    JSON.parse('{"topic_name":"a","replicas_assignments":{"__proto__":[1]}}'),
    "an object",
  ],
  ["/topics", { topic_name: "a", replicas_assignments: [[101]] }, "must be an object of arrays"],
  ["/topics", { topic_name: "a", configs: [{ name: "b", value: null }] }, "must be a string."],
  [
    "/topics",
    { topic_name: "a", configs: [LONG_CONFIG] },
    "must have at most 32767 bytes in UTF-8",
  ],
  ["/brokers", { broker_id: 1, listeners: [] }, "must name at least one listener."],
  ["/brokers", { broker_id: -1, listeners: [] }, "must be an integer from 0 to 2147483647."],
  ["/brokers", { broker_id: 1, incarnation_id: "x" }, "must be a Kafka UUID."],
  [
    "/brokers/1/heartbeats",
    { broker_epoch: "1" },
    'Field "broker_epoch" must be an integer from 0',
  ],
  ["/brokers/1/heartbeats", { broker_epoch: 2 ** 53 }, "must be an integer from 0"],
  [
    "/features:update",
    {
      data: [1, 0].map((level) => ({ feature_name: "group.version", level })),
      validate_only: true,
    },
    'Field "data" must not name a feature twice.',
  ],
  [
    "/topics/-/partitions/-/reassignment:alter",
    { data: [[101], null].map((replicas) => ({ topic_name: "t", partition_id: 0, replicas })) },
    'Field "data" must not name a partition twice.',
  ],
  [
    "/client-quotas:alter",
    {
      entity: { user: "a" },
      quotas: [1, 2].map((value) => ({ name: "producer_byte_rate", value })),
    },
    'Field "quotas" must not name a quota twice.',
  ],
  [
    "/elections",
    {
      election_type: "UNCLEAN",
      partitions: [0, 0].map((id) => ({ topic_name: "t", partition_id: id })),
    },
    'Field "partitions" must not name a partition twice.',
  ],
])("POST %s with %j is a bad request", async (path, given, message) => {
  const { status, body } = await gateway.ask("POST", path, given);
  expect(status).toBe(400);
  expect(body.error_code).toBe(400);
  expect(body.message).toContain(message);
});

test.each([
  [{ topic_name: "" }, 400, 40002],
  [{ topic_name: "a/b" }, 400, 40002],
  [{ topic_name: "__cluster_metadata" }, 400, 40002],
  [{ topic_name: "x".repeat(250) }, 400, 40002],
  [{ topic_name: "a", partitions_count: 0 }, 400, 40002],
  [{ topic_name: "a", replication_factor: 3 }, 400, 40002],
  [{ topic_name: "a", replicas_assignments: { 0: [7] } }, 400, 40002],
  [{ topic_name: "a", replicas_assignments: { 1: [101] } }, 400, 40002],
  [{ topic_name: "a", configs: [{ name: "no.such", value: "1" }] }, 400, 40002],
  [{ topic_name: "a", configs: [{ name: "retention.ms", value: "soon" }] }, 400, 40002],
])("a topic that Kafka refuses is refused: %j", async (given, status, errorCode) => {
  const answer = await gateway.ask("POST", "/topics", given);
  expect(answer.status).toBe(status);
  expect(answer.body.error_code).toBe(errorCode);
  expect(answer.body.message).not.toBe("");
});

function post(body: BodyInit | null, headers: Record<string, string> = JSON_TYPE) {
  const init = { method: "POST", headers, body, duplex: "half" };
  return gateway.raw(`${gateway.clusterPath}/topics`, init as RequestInit);
}

test("a body must be JSON, say so, and be well-formed", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"]) {
    expect((await post("{}", { "Content-Type": type })).status).toBe(415);
  }
  expect((await post(new Uint8Array([123, 125]), {})).status).toBe(415);
  for (const [body, place] of [
    ["{", " at position 1"],
    ['{"topic_name":"t",}', " at position 18"],
    ["{} {}", " at position 3"],
    [new Uint8Array([0x22, 0xff, 0x22]), ""],
  ] as const) {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error_code: 400,
      message: `The body is not valid JSON${place}.`,
    });
  }
});

test("a body over 1 MiB is refused, however it comes and whatever its length claims to be", async () => {
  const large = `{"topic_name":"${"x".repeat(1024 * 1024)}"}`;
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(64 * 1024));
    },
  });
  const lying = { ...JSON_TYPE, "Content-Length": "2" };
  for (const response of [await post(large), await post(endless), await post(large, lying)]) {
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error_code: 413 });
  }
  expect(pulled).toBeLessThan(25);
});

test("a topic name in a path is decoded once and cannot reach another path", async () => {
  for (const name of ["a%2Fb", "%2e%2e%2fquorum", "%252F", "%00", "é", "x".repeat(300)]) {
    const { status, body } = await gateway.get(`/topics/${name}`);
    expect(status).toBe(404);
    expect(body.error_code).toBe(40403);
  }
});

/** A gateway that loses the answer to the next write after the write was done. */
class LossyGateway extends LiveGateway {
  losesNextWrite = false;

  override async call(id: number, request: ApiRequest): Promise<ApiReply> {
    const reply = await super.call(id, request);
    if (request.kind !== "write" || !this.losesNextWrite) return reply;
    this.losesNextWrite = false;
    throw new Error("Network connection lost.");
  }
}

test("a write whose answer is lost is sent again, takes effect once, and is answered as if nothing had been", async () => {
  const lossy = new LossyGateway();
  lossy.cluster.format();
  await lossy.join(101);
  lossy.losesNextWrite = true;
  const answer = await lossy.ask("POST", "/topics", { topic_name: "once" });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ topic_name: "once", partitions_count: 1 });
  expect(answer.headers.get("Idempotency-Replayed")).toBe(null);
  expect((await lossy.get("/topics/once")).status).toBe(200);
  expect((await lossy.get("/log?type=TOPIC_RECORD")).body.data).toHaveLength(1);
});

test("a write whose answers are all lost has an unknown outcome, says so, and can be looked at", async () => {
  const lossy = LiveGateway.formatted();
  await lossy.join(101);
  lossy.intercept = (call, request) => {
    const reply = call();
    if (request.kind !== "write") return reply;
    throw new Error("Network connection lost.");
  };
  const answer = await lossy.ask("POST", "/topics", { topic_name: "perhaps" });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("Retry-After")).toBe("1");
  expect(answer.body.error_code).toBe(50003);
  expect(answer.body.message).toContain("The outcome is unknown");
  lossy.intercept = null;
  expect((await lossy.get("/topics/perhaps")).status).toBe(200);
});

test("a heartbeat whose answer is lost is sent again", async () => {
  const lossy = new LossyGateway();
  lossy.cluster.format();
  const [broker_epoch] = await lossy.join(101);
  lossy.losesNextWrite = true;
  const beat = { broker_epoch, current_metadata_offset: broker_epoch };
  expect((await lossy.ask("POST", "/brokers/101/heartbeats", beat)).status).toBe(200);
});

test.each(["log", "log/raw"])(
  "%s is not read from an offset that nobody has written",
  async (path) => {
    await gateway.ask("GET", "/quorum");
    const end = Number((await gateway.ask("GET", "/log")).body.next_offset);
    const at = (offset: number) => gateway.raw(`${gateway.clusterPath}/${path}?offset=${offset}`);
    expect((await at(end)).status).toBe(200);
    const beyond = await at(end + 1);
    expect(beyond.status).toBe(400);
    expect(await beyond.json()).toEqual({
      error_code: 400,
      message: `Offset ${end + 1} is beyond the end of the log. Allowed: 0 to ${end}.`,
    });
  },
);

test("of a config only one change is asked for at once", async () => {
  const twice = [
    { name: "retention.ms", value: "1" },
    { name: "retention.ms", value: "2" },
  ];
  for (const [path, body, field] of [
    ["/topics", { topic_name: "t", configs: twice }, "configs"],
    ["/topics/t/configs:alter", { data: twice }, "data"],
    ["/topics/-/configs:alter", { data: [{ topic_name: "t", configs: twice }] }, "data.0.configs"],
    ["/broker-configs:alter", { data: twice }, "data"],
  ] as const) {
    const { status, body: answer } = await gateway.ask("POST", path, body);
    const message = `Field "${field}" must not name a config twice.`;
    expect([path, status, answer]).toEqual([path, 400, { error_code: 400, message }]);
  }
});
