/** The contract: every operation of the OpenAPI document is run, and its answer is what the document says. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, expect, test } from "vitest";
import { ROUTES } from "../../workers/gateway/route-table.ts";
import { EXAMPLES, type Example } from "./every-operation.ts";
import { LiveGateway, WITH_AUTHORIZER, WITH_DELEGATION_TOKENS } from "./live-gateway.ts";
import { readSome, requestOf, routeOf } from "./operation.ts";

let gateway: LiveGateway;
// biome-ignore lint/suspicious/noExplicitAny: a document that is walked by its own rules.
let document: any;
const ajv = new Ajv2020({ strict: false, allErrors: true });

beforeAll(async () => {
  const properties = { ...WITH_AUTHORIZER, ...WITH_DELEGATION_TOKENS };
  const options = { metadataVersion: 33, properties };
  gateway = LiveGateway.formatted(21, options);
  await gateway.join(101, 102);
  await gateway.makeToken("User:alice");
  await gateway.makeDelegationToken();
  document = await (await gateway.raw("/openapi.json")).json();
  ajv.addSchema(document, "api");
});

/** What the document says of an answer, wherever it says so. */
function describedResponse(
  { operationId }: Example,
  status: number,
): {
  readonly at: string;
  readonly response: {
    content?: Record<string, { schema: object }>;
    headers?: Record<string, unknown>;
  };
} {
  const { path, method } = routeOf(operationId);
  const operation = document.paths[path][method.toLowerCase()];
  const found = operation.responses[status];
  expect(found, `${operationId} says nothing of ${status}`).toBeDefined();
  if (found.$ref === undefined) {
    const escaped = path.replaceAll("~", "~0").replaceAll("/", "~1");
    const at = `#/paths/${escaped}/${method.toLowerCase()}/responses/${status}`;
    return { at, response: found };
  }
  return { at: found.$ref, response: document.components.responses[status] };
}

function check(at: string, mediaType: string, value: unknown): void {
  const escaped = mediaType.replaceAll("/", "~1");
  const pointer = encodeURI(`${at}/content/${escaped}/schema`);
  const validate = ajv.getSchema(`api${pointer}`);
  if (validate === undefined) throw new Error(`there is no schema at ${pointer}`);
  validate(value);
  expect(validate.errors ?? [], JSON.stringify(value)).toEqual([]);
}

async function checkBody(response: Response, at: string, mediaType: string): Promise<void> {
  switch (mediaType) {
    case "application/json":
      check(at, mediaType, await response.json());
      return;
    case "application/x-ndjson": {
      const lines = (await response.text()).trimEnd().split("\n");
      for (const line of lines) check(at, mediaType, JSON.parse(line));
      return;
    }
    case "text/event-stream":
      expect(await readSome(response, (text) => text.includes("data: "))).toContain("id: 0\n");
      return;
    default:
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
  }
}

test("there is an example of every operation", () => {
  const operations = ROUTES.map(({ operationId }) => operationId);
  const examples = EXAMPLES.map(({ operationId }) => operationId);
  expect(examples.toSorted()).toEqual(operations.toSorted());
});

test.each(EXAMPLES)("$operationId answers as the document says", async (example) => {
  const { target, init } = requestOf(gateway, example);
  const response = await gateway.raw(target, init);
  const text = response.status >= 400 ? await response.clone().text() : "";
  expect(response.status, text).toBe(example.status ?? 200);
  const { at, response: described } = describedResponse(example, response.status);
  for (const [name, value] of response.headers) {
    if (IN_EVERY_ANSWER.has(name)) continue;
    const names = Object.keys(described.headers ?? {}).map((one) => one.toLowerCase());
    expect(names, `header ${name}: ${value}`).toContain(name);
  }
  expect(response.headers.get("X-Request-Id")).toMatch(/^[\w-]{22}$/);
  const etag = response.headers.get("ETag");
  if (routeOf(example.operationId).method === "GET" && etag !== null) {
    await checkUnchanged(example, etag);
  }
  const mediaTypes = Object.keys(described.content ?? {});
  if (mediaTypes.length === 0) {
    expect(await response.text()).toBe("");
    return;
  }
  const mediaType = response.headers.get("Content-Type")?.split(";")[0] ?? "";
  expect(mediaTypes).toEqual([mediaType]);
  await checkBody(response, at, mediaType);
});

/** Whoever has the answer already gets another one, which the document has as well. */
async function checkUnchanged(example: Example, etag: string): Promise<void> {
  const headers = { "If-None-Match": etag };
  const { target, init } = requestOf(gateway, { ...example, query: {}, headers });
  const response = await gateway.raw(target, init);
  expect([response.status, await response.text()]).toEqual([304, ""]);
  const { response: described } = describedResponse(example, 304);
  expect(described.content).toBe(undefined);
  for (const name of ["ETag", "Quorate-Offset", "Quorate-Epoch", "X-Request-Id"]) {
    expect(Object.keys(described.headers ?? {})).toContain(name);
    expect(response.headers.get(name), name).toBeTruthy();
  }
  expect(response.headers.get("ETag")).toBe(etag);
  expect(response.headers.get("Content-Type")).toBe(null);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
}

/** Headers that say nothing of the answer itself. */
const IN_EVERY_ANSWER = new Set([
  "cache-control",
  "content-length",
  "content-security-policy",
  "content-type",
  "quorate-epoch",
  "quorate-offset",
  "referrer-policy",
  "x-content-type-options",
]);
