/** Which requests reach an object: an upgrade at /controllers/<id>/kafka by whoever may act as a broker, and nothing else. */

import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import type { Env } from "../../workers/env.ts";
import { serve } from "../../workers/serve.ts";

const TOKEN = `kr_${"i".repeat(12)}_${"s".repeat(43)}`;
const UPGRADE = { Upgrade: "websocket" };
const BASE = "http://127.0.0.1:8080";

let names: string[];
let opened: Request[];
let asked: ApiRequest[];
let reply: ApiReply;
/** What the gateway has logged. */
let lines: string[];

beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  names = [];
  opened = [];
  asked = [];
  reply = {
    kind: "authenticated",
    principal: "User:bob",
    tokenId: "i".repeat(12),
    offset: 1,
    epoch: 1,
  };
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Objects that say what they were reached by. A Node response cannot have the status 101. */
function envWith(properties: Record<string, string>): Env {
  const getByName = (name: string) => {
    names.push(name);
    return {
      fetch: async (request: Request) => {
        opened.push(request);
        return new Response("opened");
      },
      api: async (request: ApiRequest) => {
        asked.push(request);
        return reply;
      },
      connect: () => {
        throw new Error("nothing over HTTP connects to an object");
      },
      peer: () => {
        throw new Error("nothing over HTTP is a peer");
      },
    };
  };
  return { CONTROLLER: { getByName }, CONTROLLER_PROPERTIES: properties } as unknown as Env;
}

const CLOSED = envWith({});
const OPEN_PROPERTIES = { "quorate.http.authentication.required": "false" };
const OPEN = envWith(OPEN_PROPERTIES);

async function open(env: Env, path: string, headers: Record<string, string> = {}) {
  const request = new Request(`${BASE}${path}`, { headers: { ...UPGRADE, ...headers } });
  return serve(request, env, {} as ExecutionContext);
}

const NINE: Env = { ...OPEN, CONTROLLER_COUNT: "9" };

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("controller %i is reached by its own path", async (id) => {
  expect(await (await open(NINE, `/controllers/${id}/kafka`)).text()).toBe("opened");
  expect(names).toEqual([`controller-${id}`]);
});

test.each([
  ["closed", 4],
  ["closed", 9],
  ["open", 4],
  ["open", 9],
])("a deployment that is %s and has three controllers makes no controller %i", async (how, id) => {
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const response = await open(how === "open" ? OPEN : CLOSED, `/controllers/${id}/kafka`, headers);
  expect(response.status).toBe(404);
  const message = `Controller ${id} does not exist here. Allowed: 1, 2, 3.`;
  expect(await response.json()).toEqual({ error_code: 404, message });
  expect(names).not.toContain(`controller-${id}`);
});

test.each([
  "/controllers/1/peer",
  "/controllers/1/api",
  "/controllers/1",
  "/controllers/0/kafka",
  "/controllers/10/kafka",
  "/controllers/01/kafka",
  "/controllers/-1/kafka",
  "/controllers/1e0/kafka",
  "/controllers/x/kafka",
  "/controllers/%31/kafka",
  "/controllers/1%2e/kafka",
  "/controllers/1/kafka/",
  "/controllers/1/kafka/..%2fpeer",
  "/controllers/1//kafka",
  "//controllers/1/kafka",
  "/Controllers/1/kafka",
  "/controllers/1/KAFKA",
  "/controllers/1/kafka%20",
  "/controllers/controller-1/kafka",
  "/controllers/1;2/kafka",
])("%s reaches no object", async (path) => {
  const response = await open(OPEN, path);
  expect(response.status).toBe(404);
  expect(opened).toEqual([]);
  expect(names).toEqual([]);
});

test("only an upgrade opens a connection", async () => {
  const request = new Request(`${BASE}/controllers/1/kafka`, { method: "POST" });
  const response = await serve(request, OPEN, {} as ExecutionContext);
  expect(response.status).toBe(426);
  expect(response.headers.get("Upgrade")).toBe("websocket");
  expect(await response.json()).toEqual({
    error_code: 426,
    message:
      "This path carries Kafka connections over WebSocket. Allowed: GET with the header Upgrade: websocket.",
  });
  expect(opened).toEqual([]);
});

test("a controller that cannot be reached is a 503 that says so", async () => {
  const broken = { fetch: () => Promise.reject(new Error("Network connection lost.")) };
  const CONTROLLER = { getByName: () => broken };
  const env = { ...OPEN, CONTROLLER } as unknown as Env;
  const response = await open(env, "/controllers/2/kafka");
  expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "1"]);
  const message = "Controller 2 cannot be reached at the moment.";
  expect(await response.json()).toEqual({ error_code: 50003, message });
});

test("whoever may act as a broker is let in, and the controller is told with which token", async () => {
  const response = await open(CLOSED, "/controllers/2/kafka", {
    Authorization: `Bearer ${TOKEN}`,
    "CF-Connecting-IP": "192.0.2.1",
    "Quorate-Credentials": "admin-token-:00",
  });
  expect(response.status).toBe(200);
  expect(asked).toMatchObject([
    {
      kind: "authenticate",
      sender: { host: "192.0.2.1", credentials: { tokenId: "i".repeat(12) } },
      right: { operation: 9, resourceType: 4, resourceName: "kafka-cluster" },
    },
  ]);
  expect(opened).toHaveLength(1);
  const { headers } = opened[0]!;
  const hash = createHash("sha256").update("s".repeat(43)).digest("hex");
  expect(headers.get("Quorate-Credentials")).toBe(`${"i".repeat(12)}:${hash}:1:User%3Abob`);
  expect(headers.get("Quorate-Client-Host")).toBe("192.0.2.1");
  expect(headers.get("Authorization")).toBe(null);
});

test("nobody tells a controller with which token where nobody is asked either", async () => {
  await open(OPEN, "/controllers/2/kafka", { "Quorate-Credentials": "admin-token-:00" });
  expect(opened[0]?.headers.get("Quorate-Credentials")).toBe(null);
  expect(asked).toEqual([]);
});

test.each([
  ["no token", {}, null, 401, 40101, "An access token is needed."],
  ["another scheme", { Authorization: "Basic x" }, null, 401, 40101, "is not Bearer"],
  [
    "a wrong token",
    { Authorization: `Bearer ${TOKEN}` },
    { kind: "unauthenticated", message: "The token is not good." },
    401,
    40101,
    "The token is not good.",
  ],
  [
    "a token without the right",
    { Authorization: `Bearer ${TOKEN}` },
    { kind: "refused", error: "CLUSTER_AUTHORIZATION_FAILED", message: "It needs a right." },
    403,
    40301,
    "It needs a right.",
  ],
] as const)("%s opens nothing", async (_, headers, given, status, code, message) => {
  if (given !== null) reply = given;
  const response = await open(CLOSED, "/controllers/1/kafka", headers);
  expect(response.status).toBe(status);
  const body = (await response.json()) as { error_code: number; message: string };
  expect(body.error_code).toBe(code);
  expect(body.message).toContain(message);
  expect(response.headers.get("X-Request-Id")).toMatch(/^[\w-]{22}$/);
  expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
  expect(opened).toEqual([]);
});

test("a page in a browser opens nothing, whatever it shows", async () => {
  const origin = { Origin: "http://127.0.0.1:8080" };
  expect((await open(OPEN, "/controllers/1/kafka", origin)).status).toBe(403);
  const shown = { ...origin, Authorization: `Bearer ${TOKEN}` };
  expect((await open(CLOSED, "/controllers/1/kafka", shown)).status).toBe(403);
  expect(opened).toEqual([]);
});

test("a client does not tell a controller where it is", async () => {
  const local = { ...OPEN_PROPERTIES, "quorate.http.client.address.header": "" };
  await open(envWith(local), "/controllers/2/kafka", {
    "Quorate-Client-Host": "192.0.2.1",
    "CF-Connecting-IP": "192.0.2.2",
  });
  expect(opened[0]?.headers.get("Quorate-Client-Host")).toBe("127.0.0.1");
});

test("an address that knocks with wrong tokens is turned away before anybody is asked", async () => {
  reply = { kind: "unauthenticated", message: "The token is not good." };
  const headers = { Authorization: `Bearer ${TOKEN}`, "CF-Connecting-IP": "192.0.2.99" };
  for (let i = 0; i < 20; i += 1) {
    expect((await open(CLOSED, "/controllers/1/kafka", headers)).status).toBe(401);
  }
  asked = [];
  const braked = await open(CLOSED, "/controllers/1/kafka", headers);
  expect(braked.status).toBe(429);
  expect(Number(braked.headers.get("Retry-After"))).toBeGreaterThan(0);
  // The same brake holds for the API.
  const request = new Request(`${BASE}/kafka/v3/clusters/c`, { headers });
  expect((await serve(request, CLOSED, {} as ExecutionContext)).status).toBe(429);
  expect(asked).toEqual([]);
});

/** The one line that was logged, without how long it took. */
function loggedLine(): unknown {
  expect(lines).toHaveLength(1);
  const { ms, ...line } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
  expect(ms).toBeGreaterThanOrEqual(0);
  return line;
}

const LINE = { event: "request", method: "GET", route: "/controllers/{controller_id}/kafka" };
const NOWHERE = { offset: null, epoch: null };

test("whoever is turned away is logged under the id in the answer, with the reason", async () => {
  const headers = { Authorization: `Bearer ${TOKEN}`, "CF-Connecting-IP": "192.0.2.3" };
  const message = 'It needs a "right".';
  reply = { kind: "refused", error: "CLUSTER_AUTHORIZATION_FAILED", message };
  const response = await open(CLOSED, "/controllers/1/kafka", headers);
  const requestId = response.headers.get("X-Request-Id");
  const tokenId = "i".repeat(12);
  const of = { ...LINE, requestId, status: 403, tokenId };
  expect(loggedLine()).toEqual({ ...of, ...NOWHERE, reason: message });
});

test("so is whoever shows nothing, and whoever asks for a controller that is not there", async () => {
  const shown = await open(CLOSED, "/controllers/1/kafka");
  const { message } = (await shown.json()) as { message: string };
  const requestId = shown.headers.get("X-Request-Id");
  const nobody = { ...LINE, ...NOWHERE, tokenId: null };
  expect(loggedLine()).toEqual({ ...nobody, requestId, status: 401, reason: message });
  lines = [];
  const absent = await open(OPEN, "/controllers/4/kafka");
  expect(loggedLine()).toEqual({
    ...nobody,
    requestId: absent.headers.get("X-Request-Id"),
    status: 404,
    reason: "Controller 4 does not exist here. Allowed: 1, 2, 3.",
  });
});

test("whoever is let in is logged as well, with the token", async () => {
  const headers = { Authorization: `Bearer ${TOKEN}`, "CF-Connecting-IP": "192.0.2.4" };
  await open(CLOSED, "/controllers/1/kafka", headers);
  expect(loggedLine()).toEqual({
    ...LINE,
    requestId: expect.stringMatching(/^[\w-]{22}$/),
    status: 200,
    tokenId: "i".repeat(12),
    offset: 1,
    epoch: 1,
  });
});
