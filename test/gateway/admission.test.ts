/** What a request passes through before a controller hears of it, in order, and what every answer carries. */
import { beforeEach, expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import {
  type Access,
  AUTHENTICATION_REQUIRED,
  isAuthenticationRequired,
} from "../../workers/gateway/access.ts";
import { createApp } from "../../workers/gateway/app.ts";
import { ROUTES } from "../../workers/gateway/route-table.ts";
import { VirtualTimers } from "./virtual-timers.ts";

const TOKEN = `kr_${"i".repeat(12)}_${"s".repeat(43)}`;
const AUTHORIZED = { Authorization: `Bearer ${TOKEN}` };
const PATH = "/kafka/v3/clusters/c";

let requests: ApiRequest[];
let lines: string[];
let reply: ApiReply;

/** Every read is answered by `reply`, those of the gateway itself by a cluster. */
function answer(request: ApiRequest): ApiReply {
  requests.push(request);
  const isOwn = !("sender" in request) || request.sender === null;
  return isOwn ? CLUSTER : reply;
}

const CLUSTER: ApiReply = {
  kind: "result",
  result: {
    what: "cluster",
    clusterId: "c",
    controllerId: 1,
    metadataVersion: 25,
    features: {},
    authorizedOperations: 0,
  },
  offset: 9,
  epoch: 3,
};
const UNAUTHENTICATED: ApiReply = { kind: "unauthenticated", message: "The token is not good." };
const CLOSED: Access = {
  isRequired: true,
  bootstrapToken: null,
  sharedLimit: null,
  addressHeader: "CF-Connecting-IP",
};
const OPEN: Access = { ...CLOSED, isRequired: false };

function appOf(access: Access | null): ReturnType<typeof createApp> {
  const directory = {
    ids: () => [1],
    call: async (_: number, request: ApiRequest) => answer(request),
  };
  return createApp(() => directory, {
    timers: new VirtualTimers(),
    writeLine: (line) => lines.push(line),
    ...(access === null ? {} : { accessOf: () => access }),
  });
}

let app: ReturnType<typeof createApp>;

beforeEach(() => {
  requests = [];
  lines = [];
  reply = CLUSTER;
  app = appOf(CLOSED);
});

/** What the controllers were asked on behalf of the client. */
function clientRequests(): ApiRequest[] {
  return requests.filter((request) => "sender" in request && request.sender !== null);
}

async function errorCode(response: Response): Promise<number> {
  return ((await response.json()) as { error_code: number }).error_code;
}

test.each(ROUTES)(
  "$method $path without a token is asked of no controller, unless anybody may ask it",
  async (route) => {
    const path = route.path.replaceAll(/\{\w+\}/g, "c");
    const response = await app.request(path, { method: route.method });
    if (route.right === null) {
      expect(response.status).toBeLessThan(401);
      expect(clientRequests()).toEqual([]);
      return;
    }
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toBe("Bearer");
    expect(await errorCode(response)).toBe(40101);
    expect(requests).toEqual([]);
  },
);

test("a deployment that says nothing of how it lets clients in requires a token", async () => {
  expect((await appOf(null).request(PATH)).status).toBe(401);
});

test.each([
  [undefined, true],
  ["true", true],
  ["false", false],
  [" False ", false],
  ["no", true],
  ["0", true],
  ["", true],
])("the property %j means that a token is needed: %s", (value, isRequired) => {
  const properties = value === undefined ? {} : { [AUTHENTICATION_REQUIRED]: value };
  expect(isAuthenticationRequired(properties)).toBe(isRequired);
});

test("what anybody may ask is answered whatever token is shown", async () => {
  for (const path of ["/livez", "/readyz", "/openapi.json", "/docs", "/v1/metadata/id"]) {
    const response = await app.request(path, { headers: { Authorization: "Basic x" } });
    expect([path, response.status]).toEqual([path, 200]);
  }
});

test("a controller hears who asks: the request id, the address and the hash of the secret", async () => {
  const headers = {
    ...AUTHORIZED,
    "CF-Connecting-IP": "2001:db8::1",
    "X-Forwarded-For": "6.6.6.6",
  };
  const response = await app.request(PATH, { headers });
  expect(response.status).toBe(200);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("s".repeat(43)));
  expect(clientRequests()).toEqual([
    {
      kind: "read",
      sender: {
        requestId: response.headers.get("X-Request-Id"),
        host: "2001:db8:0:0:0:0:0:1",
        credentials: { tokenId: "i".repeat(12), secretHash: new Uint8Array(digest) },
      },
      read: { what: "cluster" },
      consistency: { kind: "committed" },
    },
  ]);
});

test.each([
  [undefined, "127.0.0.1"],
  ["192.0.2.7", "192.0.2.7"],
  ["not an address", "unknown"],
])("a request from %j is one of %s", async (address, host) => {
  const headers = {
    ...AUTHORIZED,
    ...(address === undefined ? {} : { "CF-Connecting-IP": address }),
  };
  await app.request(PATH, { headers });
  expect(clientRequests()).toMatchObject([{ sender: { host } }]);
});

test("the id of a request is the gateway's own, whatever the client calls it", async () => {
  const ids = new Set<string>();
  for (let i = 0; i < 3; i += 1) {
    const response = await app.request(PATH, {
      headers: { ...AUTHORIZED, "X-Request-Id": "mine" },
    });
    ids.add(response.headers.get("X-Request-Id") ?? "");
  }
  expect(ids.size).toBe(3);
  expect([...ids].every((id) => /^[\w-]{22}$/.test(id))).toBe(true);
});

test.each([
  ["an answer", PATH, { headers: AUTHORIZED }, 200],
  ["no token", PATH, {}, 401],
  ["no such path", "/nowhere", {}, 404],
  ["no such method", PATH, { method: "PUT" }, 405],
  ["a long URL", `/${"x".repeat(9000)}`, {}, 414],
  ["a preflight", PATH, { method: "OPTIONS" }, 405],
])("every answer has the headers that keep browsers out: %s", async (_, path, init, status) => {
  const response = await app.request(path, init);
  expect(response.status).toBe(status);
  const { headers } = response;
  expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  expect(headers.get("Cache-Control")).toBe("no-store");
  expect(headers.get("Referrer-Policy")).toBe("no-referrer");
  expect(headers.get("Content-Security-Policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
});

test("a preflight is told nothing that would let another origin in", async () => {
  const headers = {
    Origin: "https://evil.example",
    "Access-Control-Request-Method": "DELETE",
    "Access-Control-Request-Headers": "authorization",
  };
  const response = await app.request(PATH, { method: "OPTIONS", headers });
  expect(response.status).toBe(405);
  expect([...response.headers.keys()].filter((name) => name.startsWith("access-"))).toEqual([]);
  expect(requests).toEqual([]);
});

test("the checks come in their order, the cheapest first", async () => {
  const long = `${PATH}?x=${"x".repeat(8192)}`;
  const mistakes = { method: "POST", body: "{", headers: {} };
  // Too long, before it is looked at who asks.
  expect((await app.request(long, mistakes)).status).toBe(414);
  // Who asks, before what is asked.
  expect((await app.request(`${PATH}/topics?x=1`, mistakes)).status).toBe(401);
  // What is asked, before a controller is.
  const known = await app.request(`${PATH}/topics?x=1`, { ...mistakes, headers: AUTHORIZED });
  expect(known.status).toBe(400);
  expect(clientRequests()).toEqual([]);
});

test("a URL of 8 KiB is taken, and one byte more is not", async () => {
  const base = "http://localhost/nowhere?";
  const longest = base + "x".repeat(8192 - base.length);
  expect((await app.request(longest)).status).toBe(404);
  expect((await app.request(`${longest}x`)).status).toBe(414);
});

test("an address whose tokens are wrong too often is turned away before anybody is asked", async () => {
  reply = UNAUTHENTICATED;
  const from = (address: string) =>
    app.request(PATH, { headers: { ...AUTHORIZED, "CF-Connecting-IP": address } });
  for (let i = 0; i < 20; i += 1) {
    const response = await from("192.0.2.1");
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toBe("Bearer");
    expect(await response.json()).toEqual({ error_code: 40101, message: "The token is not good." });
  }
  requests = [];
  const braked = await from("192.0.2.1");
  expect(braked.status).toBe(429);
  expect(braked.headers.get("Retry-After")).toBe("10");
  expect(await errorCode(braked)).toBe(42903);
  expect(requests).toEqual([]);
  expect((await from("192.0.2.2")).status).toBe(401);
  reply = CLUSTER;
  const missing = await app.request(PATH, { headers: { "CF-Connecting-IP": "192.0.2.1" } });
  expect(missing.status).toBe(429);
  expect(
    (await app.request("/livez", { headers: { "CF-Connecting-IP": "192.0.2.1" } })).status,
  ).toBe(200);
});

test.each([
  ["nobody tells where requests come from", null, {}],
  ["the deployment trusts no header", null, { "CF-Connecting-IP": "192.0.2.1" }],
  [
    "another header is trusted, which is not there",
    "X-Real-IP",
    { "CF-Connecting-IP": "192.0.2.1" },
  ],
] as const)("wrong tokens lock nobody else out where %s", async (_, addressHeader, headers) => {
  app = appOf({ ...CLOSED, addressHeader });
  reply = UNAUTHENTICATED;
  const wrong = { ...AUTHORIZED, ...headers };
  for (let i = 0; i < 40; i += 1) {
    expect((await app.request(PATH, { headers: wrong })).status).toBe(401);
  }
  requests = [];
  reply = CLUSTER;
  expect((await app.request(PATH, { headers: AUTHORIZED })).status).toBe(200);
  expect(clientRequests()).toMatchObject([{ sender: { host: "127.0.0.1" } }]);
});

test("the header that the deployment trusts tells who is turned away", async () => {
  app = appOf({ ...CLOSED, addressHeader: "X-Real-IP" });
  reply = UNAUTHENTICATED;
  const from = async (address: string) => {
    const headers = { ...AUTHORIZED, "X-Real-IP": address, "CF-Connecting-IP": "192.0.2.9" };
    return (await app.request(PATH, { headers })).status;
  };
  for (let i = 0; i < 20; i += 1) expect(await from("192.0.2.1")).toBe(401);
  expect(await from("192.0.2.1")).toBe(429);
  expect(await from("192.0.2.2")).toBe(401);
});

test("good requests are not counted, however many there are", async () => {
  for (let i = 0; i < 50; i += 1) {
    expect((await app.request(PATH, { headers: AUTHORIZED })).status).toBe(200);
  }
});

test.each([
  [{ kind: "throttled", retryAfterMs: 1001 }, 429, 42902, "2"],
  [{ kind: "throttled", retryAfterMs: 1 }, 429, 42902, "1"],
  [{ kind: "key-reused", message: "The key stands for another request." }, 422, 42201, null],
  [{ kind: "refused", error: "CLUSTER_AUTHORIZATION_FAILED", message: "No." }, 403, 40301, null],
  [{ kind: "refused", error: "TOPIC_AUTHORIZATION_FAILED", message: "No." }, 403, 40301, null],
  [{ kind: "refused", error: "GROUP_AUTHORIZATION_FAILED", message: "No." }, 403, 40301, null],
  [
    { kind: "refused", error: "DELEGATION_TOKEN_AUTHORIZATION_FAILED", message: "No." },
    403,
    40301,
    null,
  ],
] as const)("%j is told as %i with %i", async (given, status, code, retryAfter) => {
  reply = given;
  const response = await app.request(PATH, { headers: AUTHORIZED });
  expect(response.status).toBe(status);
  expect(response.headers.get("Retry-After")).toBe(retryAfter);
  expect(await errorCode(response)).toBe(code);
});

test("without authentication only names of this machine are answered", async () => {
  const open = appOf(OPEN);
  for (const host of ["localhost", "127.0.0.1:8080", "[::1]:8080"]) {
    expect((await open.request(`http://${host}${PATH}`)).status).toBe(200);
  }
  requests = [];
  for (const host of ["rebound.evil.example", "127.0.0.1.evil.example", "192.168.0.1"]) {
    const response = await open.request(`http://${host}${PATH}`);
    expect(response.status).toBe(403);
    expect(await errorCode(response)).toBe(40302);
  }
  expect(requests).toEqual([]);
  expect((await app.request(`https://public.example${PATH}`, { headers: AUTHORIZED })).status).toBe(
    200,
  );
});

test("without authentication whoever shows a token is judged by it all the same", async () => {
  const open = appOf(OPEN);
  await open.request(PATH);
  await open.request(PATH, { headers: AUTHORIZED });
  expect(clientRequests()).toMatchObject([
    { sender: { credentials: null } },
    { sender: { credentials: { tokenId: "i".repeat(12) } } },
  ]);
  expect((await open.request(PATH, { headers: { Authorization: "Bearer x" } })).status).toBe(401);
});

test("a line of the log names the token and has nothing of its secret", async () => {
  await app.request(`${PATH}?x=${TOKEN}`, { headers: AUTHORIZED });
  await app.request(`/${TOKEN}`, { headers: { Authorization: `Basic ${TOKEN}` } });
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ tokenId: "i".repeat(12), status: 400 });
  expect(lines.join("\n")).not.toContain("ssss");
});
