/** Generated mistakes: whatever is wrong with whatever parameter, nothing changes, and the answer says what was wrong. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { EXAMPLES, type Example } from "./every-operation.ts";
import {
  fieldsOf,
  HOSTILE_TEXTS,
  HOSTILE_VALUES,
  isForbidden,
  withLists,
  withValue,
} from "./hostile-values.ts";
import { LiveGateway, WITH_AUTHORIZER, WITH_DELEGATION_TOKENS } from "./live-gateway.ts";
import { requestOf, routeOf } from "./operation.ts";

let gateway: LiveGateway;
let leader: number;
// biome-ignore lint/suspicious/noExplicitAny: a document that is walked by its own rules.
let document: any;

beforeAll(async () => {
  const properties = { ...WITH_AUTHORIZER, ...WITH_DELEGATION_TOKENS };
  const options = { metadataVersion: 33, properties };
  gateway = LiveGateway.formatted(61, options);
  await gateway.join(101, 102);
  await gateway.ask("POST", "/topics", { topic_name: "orders" });
  document = await (await gateway.raw("/openapi.json")).json();
  await gateway.makeToken("User:alice");
  await gateway.makeDelegationToken();
  // Nobody sends heartbeats: after this no broker changes any more by itself, and no answer is remembered.
  gateway.cluster.run(90_000);
  leader = gateway.cluster.leader();
});

let quietEnd = 0;

beforeEach(() => {
  if (logEnd() === quietEnd) return;
  // What the test before has changed is remembered; that it is forgotten shall not look like a change.
  gateway.cluster.run(90_000);
  quietEnd = logEnd();
});

interface Expected {
  readonly mustFail: boolean;
  /** What a refusal has to name. */
  readonly names?: string;
}

function logEnd(): number {
  return gateway.cluster.status(leader).logEndOffset;
}

/** Sends it and looks at the answer; returns the message of a refusal. */
async function send(
  target: string,
  init: RequestInit,
  { mustFail, names }: Expected,
): Promise<void> {
  const before = logEnd();
  const response = await gateway.raw(target, init);
  const what = `${init.method} ${target.slice(0, 300)} ${String(init.body).slice(0, 300)}`;
  if (response.status < 400) {
    await response.body?.cancel();
    expect(mustFail, what).toBe(false);
    return;
  }
  const isElsewhere = response.status === 501;
  if (!isElsewhere) expect(response.status, what).toBeLessThan(500);
  if (mustFail && !isElsewhere) expect([400, 404, 413, 414], what).toContain(response.status);
  expect(logEnd(), what).toBe(before);
  if (init.method === "HEAD") return;
  const error = (await response.json()) as { error_code: number; message: string };
  expect(Object.keys(error), what).toEqual(["error_code", "message"]);
  expect(Number.isInteger(error.error_code), what).toBe(true);
  expect(error.message.length, what).toBeGreaterThan(10);
  if (mustFail && names !== undefined && response.status === 400) {
    expect(error.message, what).toContain(names);
  }
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Record<string, unknown>;
}

function operationOf({ operationId }: Example): {
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
} {
  const { path, method } = routeOf(operationId);
  return document.paths[path][method.toLowerCase()];
}

/** Whether the document allows a text where numbers and flags are written as text too. */
function isForbiddenText(schema: Record<string, unknown>, text: string): boolean {
  if (schema.type === "integer") {
    return !/^(0|-?[1-9]\d*)$/.test(text) || isForbidden(schema, Number(text));
  }
  if (schema.type === "boolean") return text !== "true" && text !== "false";
  return isForbidden(schema, text);
}

test.each(EXAMPLES)("$operationId: hostile parameters of the path", async (example) => {
  for (const { in: place, name, schema } of operationOf(example).parameters) {
    if (place !== "path" || name === "cluster_id") continue;
    for (const text of HOSTILE_TEXTS) {
      if (text === "" || text === "..") continue;
      const params = { ...example.params, [name]: text };
      const { target, init } = requestOf(gateway, { ...example, params });
      await send(target, init, { mustFail: isForbiddenText(schema, text), names: name });
    }
  }
});

test.each(EXAMPLES)("$operationId: hostile parameters of the query", async (example) => {
  const parameters = operationOf(example).parameters.filter((one) => one.in === "query");
  for (const { name, schema, required } of parameters) {
    const mistake = { mustFail: true, names: JSON.stringify(name) };
    for (const text of HOSTILE_TEXTS) {
      const query = { ...example.query, [name]: text };
      const { target, init } = requestOf(gateway, { ...example, query });
      await send(target, init, { ...mistake, mustFail: isForbiddenText(schema, text) });
    }
    const value = example.query?.[name] ?? String(schema.default ?? schema.minimum ?? "x");
    const once = requestOf(gateway, { ...example, query: { ...example.query, [name]: value } });
    const twice = `${once.target}&${new URLSearchParams({ [name]: value })}`;
    await send(twice, once.init, { mustFail: true, names: "given twice" });
    if (!required) continue;
    const { [name]: _, ...rest } = example.query ?? {};
    const without = requestOf(gateway, { ...example, query: rest });
    await send(without.target, without.init, { mustFail: true, names: "is required" });
  }
  for (const name of [
    "nope",
    "Page_size",
    "__proto__",
    "constructor",
    "\0",
    "é",
    "x".repeat(999),
  ]) {
    const query = { ...example.query, [name]: "1" };
    const { target, init } = requestOf(gateway, { ...example, query });
    await send(target, init, { mustFail: true, names: "llowed" });
  }
});

const WITH_BODY = EXAMPLES.filter(({ body }) => body !== undefined);

test.each(WITH_BODY)("$operationId: hostile fields of the body", async (example) => {
  const good = withLists(example);
  const schema = operationOf(example).requestBody?.content["application/json"]?.schema ?? {};
  for (const field of fieldsOf(schema)) {
    const name = String(field.path.at(-1));
    for (const value of HOSTILE_VALUES) {
      const body = withValue(good, field.path, value);
      if (body === null) continue;
      const { target, init } = requestOf(gateway, { ...example, body });
      await send(target, init, { mustFail: isForbidden(field.schema, value), names: name });
    }
    if (field.required) {
      const body = withValue(good, field.path, undefined);
      const { target, init } = requestOf(gateway, { ...example, body });
      await send(target, init, { mustFail: true, names: "is required" });
    }
    const sibling = [...field.path.slice(0, -1), "no_such_field"];
    const { target, init } = requestOf(gateway, {
      ...example,
      body: withValue(good, sibling, 1) ?? { no_such_field: 1 },
    });
    await send(target, init, { mustFail: true, names: "no_such_field" });
  }
});

test.each(WITH_BODY)("$operationId: bodies that are none", async (example) => {
  const { target, init } = requestOf(gateway, example);
  const texts = ["", "{", "[]", "1", '"x"', "null", "{}{}", "[".repeat(50_000), "\0", "{'a':1}"];
  for (const body of [...texts, new Uint8Array([0x22, 0xff, 0x22]), " ".repeat(2 ** 20 + 1)]) {
    await send(target, { ...init, body }, { mustFail: true });
  }
  const plain = await gateway.raw(target, { ...init, headers: { "Content-Type": "text/plain" } });
  expect(plain.status).toBe(415);
});
