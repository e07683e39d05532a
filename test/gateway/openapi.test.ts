/** The API's description of itself: made from the route table, valid, and safe to show. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { ROUTES } from "../../workers/gateway/route-table.ts";
import { LiveGateway } from "./live-gateway.ts";

const gateway = new LiveGateway();

// biome-ignore lint/suspicious/noExplicitAny: a document whose parts the tests compare.
async function document(): Promise<any> {
  return (await gateway.raw("/openapi.json")).json();
}

test("the document is valid OpenAPI 3.1 and has every route of the table once", async () => {
  const found = await document();
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(found));
  expect(errors).toBe(undefined);
  expect(valid).toBe(true);
  expect(validator.version).toBe("3.1");
  const described = Object.entries<object>(found.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = ROUTES.map(({ method, path }) => `${method} ${path}`);
  expect(described.sort()).toEqual(routes.sort());
  expect(new Set(routes).size).toBe(routes.length);
  const operationIds = ROUTES.map(({ operationId }) => operationId);
  expect(new Set(operationIds).size).toBe(operationIds.length);
});

test("every parameter of a path is declared, and no other", () => {
  for (const { path, params } of ROUTES) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(params).sort(), path).toEqual(named.sort());
  }
});

test("a right names a parameter that the route has", () => {
  for (const { right, params, query, operationId } of ROUTES) {
    if (right === null || right === "token" || typeof right.resource === "string") continue;
    const { in: place, name } = right.resource;
    if (place === "path") expect(Object.keys(params), operationId).toContain(name);
    if (place === "query") expect(Object.keys(query), operationId).toContain(name);
  }
});

test("the document says of numbers in a query what they may be, and of bodies what they must have", async () => {
  const { paths } = await document();
  const topics = paths["/kafka/v3/clusters/{cluster_id}/topics"];
  expect(topics.get.parameters[1]).toEqual({
    name: "page_size",
    in: "query",
    required: false,
    description: "At most so many items; a page may have fewer and not be the last.",
    schema: { type: "integer", minimum: 1, maximum: 1000, default: 1000 },
  });
  const { schema } = topics.post.requestBody.content["application/json"];
  expect(schema).toMatchObject({ required: ["topic_name"], additionalProperties: false });
  expect(schema.properties.replicas_assignments).toEqual({
    type: "object",
    additionalProperties: { type: "array", items: { type: "integer" } },
    default: {},
  });
  expect(topics.post["x-required-right"]).toEqual({
    operation: "CREATE",
    resourceType: "TOPIC",
    resource: { in: "body", name: "topic_name" },
  });
});

test("the page shows every operation and can load nothing and run nothing", async () => {
  const response = await gateway.raw("/docs");
  const page = await response.text();
  for (const { operationId, path } of ROUTES) {
    expect(page).toContain(`id="${operationId}"`);
    expect(page).toContain(path);
  }
  expect(page).not.toMatch(/<script|https?:|javascript:|\son\w+=|@import|url\(/i);
  const style = page.match(/<style>([\s\S]*)<\/style>/)?.[1] ?? "";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const hash = Buffer.from(digest).toString("base64");
  expect(response.headers.get("Content-Security-Policy")).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(response.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
});
