import { Hono } from "hono";
import { expect, test } from "vitest";
import { type CheckedUrl, readUrl } from "../../workers/gateway/read-url.ts";
import { honoPath, type Route } from "../../workers/gateway/route.ts";
import { ROUTES } from "../../workers/gateway/route-table.ts";

function routeOf(operation: string): Route {
  const found = ROUTES.find(({ operationId }) => operationId === operation);
  if (found === undefined) throw new Error(`no operation ${operation}`);
  return found;
}

/** What a URL asks for of the route, or the message of its refusal. */
async function read(operation: string, path: string): Promise<CheckedUrl | string> {
  const route = routeOf(operation);
  let checked: CheckedUrl | string = "not found";
  const app = new Hono();
  app.all(honoPath(route), (context) => {
    try {
      checked = readUrl(route, context as never);
    } catch (error) {
      checked = (error as Error).message;
    }
    return context.body(null);
  });
  await app.request(`https://example.com${path}`);
  return checked;
}

const TOPIC = "/kafka/v3/clusters/c/topics/a%20b";
const ASKED = {
  params: { cluster_id: "c", topic_name: "a b" },
  query: { min_offset: 7, include_authorized_operations: false },
};

test("The same URL of the same route is checked once, and nobody can change what it asks for", async () => {
  const first = await read("getTopic", `${TOPIC}?min_offset=7`);
  expect(first).toMatchObject(ASKED);
  expect(await read("getTopic", `${TOPIC}?min_offset=7`)).toBe(first);
  const { params, query } = first as CheckedUrl;
  for (const part of [params, query]) {
    expect(() => Object.assign(part as object, { cluster_id: "d" })).toThrow(TypeError);
  }
});

test("What one route takes another one refuses, whichever came first", async () => {
  const url = `${TOPIC}?min_offset=7`;
  expect(await read("getTopic", url)).toMatchObject(ASKED);
  expect(await read("deleteTopic", url)).toContain('"min_offset" is unknown');
  expect(await read("getTopic", url)).toMatchObject(ASKED);
});

test("Another query is read for itself, and one that was refused is refused again", async () => {
  expect(await read("getTopic", `${TOPIC}?min_offset=8`)).toMatchObject({
    query: { min_offset: 8 },
  });
  for (const _ of [1, 2]) {
    expect(await read("getTopic", `${TOPIC}?min_offset=x`)).toContain("min_offset");
  }
});

test("Thousands of other URLs and long ones change nothing", async () => {
  for (const index of Array.from({ length: 1_500 }, (_, each) => each)) {
    const query = { min_offset: index };
    expect(await read("getTopic", `${TOPIC}?min_offset=${index}`)).toMatchObject({ query });
  }
  expect(await read("getTopic", `${TOPIC}?min_offset=7`)).toMatchObject(ASKED);
  const name = "x".repeat(1_000);
  for (const _ of [1, 2]) {
    const asked = await read("getTopic", `/kafka/v3/clusters/c/topics/${name}`);
    expect(asked).toMatchObject({ params: { topic_name: name } });
  }
});
