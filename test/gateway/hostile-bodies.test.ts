/** Bodies that no client sends by accident: none is answered with a 5xx, and none changes anything it should not. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { ROUTES } from "../../workers/gateway/route-table.ts";
import { MAX_BATCH_BODY_BYTES, MAX_BODY_BYTES } from "../../workers/gateway/sizes.ts";
import { EXAMPLES } from "./every-operation.ts";
import { LiveGateway, WITH_AUTHORIZER, WITH_DELEGATION_TOKENS } from "./live-gateway.ts";
import { requestOf, routeOf } from "./operation.ts";

let gateway: LiveGateway;
let endOffset: number;
const JSON_TYPE = { "Content-Type": "application/json" };

beforeAll(async () => {
  const properties = { ...WITH_AUTHORIZER, ...WITH_DELEGATION_TOKENS };
  gateway = LiveGateway.formatted(47, { metadataVersion: 33, properties });
  await gateway.join(101);
  await gateway.makeToken("User:alice");
  await gateway.makeDelegationToken();
  // After this no broker changes any more by itself, and no answer is remembered.
  gateway.cluster.run(90_000);
});

function logEnd(): number {
  return gateway.cluster.status(gateway.cluster.leader()).logEndOffset;
}

beforeEach(() => {
  endOffset = logEnd();
});

async function post(
  path: string,
  body: BodyInit,
  headers: Readonly<Record<string, string>> = JSON_TYPE,
): Promise<{ status: number; message: string }> {
  const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
  const response = await gateway.raw(`${gateway.clusterPath}${path}`, init);
  const { message = "" } = (await response.json()) as { message?: string };
  return { status: response.status, message };
}

/** A body that comes in pieces, and says nothing of its length. */
function streamOf(pieces: Iterable<Uint8Array>, onPull: () => void = () => {}): ReadableStream {
  const iterator = pieces[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      onPull();
      const { done, value } = iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

function* forever(): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(16 * 1024).fill(0x20);
}

const WITH_BODY = EXAMPLES.filter(({ body }) => body !== undefined);

test.each(WITH_BODY)(
  "$operationId takes a body up to its limit and not beyond",
  async (example) => {
    const { isBatch, maxBodyBytes } = routeOf(example.operationId);
    expect(maxBodyBytes).toBe(isBatch === true ? MAX_BATCH_BODY_BYTES : MAX_BODY_BYTES);
    const { target, init } = requestOf(gateway, example);
    const send = (body: BodyInit, headers = {}) =>
      gateway.raw(target, {
        ...init,
        headers: { ...JSON_TYPE, ...headers },
        body,
        duplex: "half",
      } as RequestInit);
    // Spaces and an unknown field: read to its end, and then refused.
    const tail = '{"no such field":1}';
    const fits = tail.padStart(maxBodyBytes);
    const kept = await send(fits);
    expect(kept.status).toBe(400);
    expect(await kept.text()).toContain("Field ");
    let pulled = 0;
    const endless = streamOf(forever(), () => {
      pulled += 1;
    });
    const refused = [
      await send(` ${fits}`),
      await send(` ${fits}`, { "Content-Length": "2" }),
      await send("{}", { "Content-Length": String(maxBodyBytes + 1) }),
      await send(endless),
    ];
    for (const response of refused) {
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual({
        error_code: 413,
        message: `The body has more than ${maxBodyBytes} bytes.`,
      });
    }
    expect(pulled).toBeLessThan(maxBodyBytes / (16 * 1024) + 5);
    expect(logEnd()).toBe(endOffset);
  },
);

test("routes that do many things at once are those that may have large bodies", () => {
  const batches = ROUTES.filter(({ maxBodyBytes }) => maxBodyBytes > MAX_BODY_BYTES);
  expect(batches.map(({ operationId }) => operationId).toSorted()).toEqual([
    "alterBrokerConfigs",
    "alterClientMetricsConfigs",
    "alterClusterConfigs",
    "alterConfigsOfTopics",
    "alterGroupConfigs",
    "alterReassignments",
    "alterTopicConfigs",
    "createAcls",
    "createTopic",
    "electLeaders",
  ]);
});

test("a body that comes in single bytes is read like any other", async () => {
  const bytes = new TextEncoder().encode('{"topic_name":"","validate_only":true}');
  const { status, message } = await post(
    "/topics",
    streamOf([...bytes].map((one) => Uint8Array.of(one))),
  );
  expect(status).toBe(400);
  expect(message).toContain("Topic name");
});

test("a body that breaks off is not valid", async () => {
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"topic_name":'));
      controller.error(new Error("the client is gone"));
    },
  });
  expect(await post("/topics", broken)).toEqual({
    status: 400,
    message: "The body is not valid JSON.",
  });
  expect((await post("/topics", '{"topic_name":"t"')).status).toBe(400);
  expect(logEnd()).toBe(endOffset);
});

const DEPTH = 100_000;

test.each([
  ["arrays", "[".repeat(DEPTH) + "]".repeat(DEPTH)],
  ["arrays that do not end", "[".repeat(DEPTH)],
  ["objects", `{"topic_name":${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}}`],
  ["arrays in a field", `{"topic_name":${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}}`],
  ["arrays in a list", `{"topic_name":"t","configs":${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}}`],
  [
    "arrays in a dictionary",
    `{"topic_name":"t","replicas_assignments":{"0":${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}}}`,
  ],
])("%s, 100,000 deep, are refused like any other mistake", async (_, body) => {
  expect((await post("/topics", body)).status).toBe(400);
  expect(logEnd()).toBe(endOffset);
});

test.each([
  ['{"topic_name":"t","validate_only":true,"topic_name":"u"}', "topic_name"],
  ['{"topic_name":"t","configs":[{"name":"a","value":"1","\\u006eame":"b"}]}', "name"],
  ['{"topic_name":"t","replicas_assignments":{"0":[1],"0":[2]}}', "0"],
])("%s gives a field twice and is refused", async (body, name) => {
  const { status, message } = await post("/topics", body);
  expect([status, message]).toEqual([400, `Field "${name}" is given twice.`]);
  expect(logEnd()).toBe(endOffset);
});

test("a body that is empty is told to be", async () => {
  const { status, message } = await post("/topics", "");
  expect([status, message]).toEqual([400, "The body is empty. It must be a JSON object."]);
});

test.each([
  ['{"topic_name":"t","__proto__":{"validate_only":true}}', "__proto__"],
  ['{"topic_name":"t","constructor":{"prototype":{"x":1}}}', "constructor"],
  ['{"topic_name":"t","replicas_assignments":{"__proto__":[101]}}', "replicas_assignments"],
  ['{"topic_name":"t","configs":[{"name":"a","value":"b","__proto__":{}}]}', "__proto__"],
  ['{"topic_name":"t","toString":1}', "toString"],
])("%s pollutes nothing and is told what is wrong", async (body, named) => {
  const { status, message } = await post("/topics", body);
  expect(status).toBe(400);
  expect(message).toContain(named);
  expect(({} as Record<string, unknown>).validate_only).toBe(undefined);
  expect(({} as Record<string, unknown>).x).toBe(undefined);
  expect(logEnd()).toBe(endOffset);
});

test.each([
  "NaN",
  "Infinity",
  "-Infinity",
  "1e400",
  "-1e400",
  "9007199254740993",
  "99999999999999999999999999",
  "2147483648",
  "-2147483649",
  "1.5",
  "0x10",
  "01",
  "+1",
  '"1"',
  "true",
])("%s is no number of partitions", async (text) => {
  const { status, message } = await post(
    "/topics",
    `{"topic_name":"t","partitions_count":${text}}`,
  );
  expect(status).toBe(400);
  expect(message.length).toBeGreaterThan(10);
  expect(logEnd()).toBe(endOffset);
});

test.each([
  ["a lone continuation byte", [0x80]],
  ["a sequence that breaks off", [0xe2, 0x82]],
  ["an overlong slash", [0xc0, 0xaf]],
  ["a surrogate", [0xed, 0xa0, 0x80]],
  ["beyond Unicode", [0xf5, 0x80, 0x80, 0x80]],
])("%s is not UTF-8", async (_, bytes) => {
  const before = new TextEncoder().encode('{"topic_name":"');
  const after = new TextEncoder().encode('"}');
  const body = Uint8Array.from([...before, ...bytes, ...after]);
  expect(await post("/topics", body)).toEqual({
    status: 400,
    message: "The body is not valid JSON.",
  });
  expect(logEnd()).toBe(endOffset);
});

test.each(["a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "a\u2028b", "é", "\u{1f600}", "a\u0000b"])(
  "a name such as %j puts nothing into the headers of an answer",
  async (name) => {
    const named = await gateway.ask(
      "PUT",
      `/scram-users/${encodeURIComponent(name)}/SCRAM-SHA-256`,
      {
        password: "p",
      },
    );
    expect(named.status).toBeLessThan(500);
    const topic = await gateway.ask("GET", `/topics/${encodeURIComponent(name)}`);
    expect(topic.status).toBe(404);
    const created = await gateway.ask("POST", "/access-tokens", { principal: `User:${name}` });
    expect(created.status).toBeLessThan(500);
    for (const { headers } of [named, topic, created]) {
      expect(headers.get("Set-Cookie")).toBe(null);
      for (const [, value] of headers) expect(value).toMatch(/^[\x20-\x7e]*$/);
    }
  },
);
