/** Access tokens from the first one on: made, shown once, rotated, revoked, expired, and never written down. */
import { beforeEach, expect, test } from "vitest";
import { LiveGateway, WITH_AUTHORIZER } from "./live-gateway.ts";
import { StreamReader } from "./operation.ts";

let gateway: LiveGateway;

beforeEach(async () => {
  const properties = { ...WITH_AUTHORIZER, "super.users": "User:admin" };
  gateway = await LiveGateway.secured(29, { properties });
});

function as(token: string): { readonly Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

async function statusWith(token: string, path = "/caller"): Promise<number> {
  return (await gateway.ask("GET", path, undefined, as(token))).status;
}

test("the first token is the administrator's", async () => {
  const { status, body } = await gateway.get("/caller");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    kind: "KafkaCaller",
    principal: "User:admin",
    token_id: gateway.token?.slice(3, 15),
  });
});

test("a token is shown when it is made, and everything but its secret afterwards", async () => {
  const made = await gateway.ask("POST", "/access-tokens", {
    principal: "User:alice",
    description: "for the dashboard",
    expires_in_seconds: 3600,
  });
  expect(made.status).toBe(201);
  const { access_token: token, ...facts } = made.body;
  expect(token).toMatch(/^kr_[A-Za-z0-9_-]{12}_[A-Za-z0-9_-]{43}$/);
  expect(made.headers.get("Location")).toBe(facts.metadata.self);
  expect(facts).toMatchObject({
    kind: "KafkaAccessToken",
    token_id: token.slice(3, 15),
    principal: "User:alice",
    description: "for the dashboard",
    previous_expiration_timestamp_ms: null,
  });
  expect(facts.expiration_timestamp_ms - facts.created_timestamp_ms).toBe(3_600_000);
  expect((await gateway.get(`/access-tokens/${facts.token_id}`)).body).toEqual(facts);
  const { body: list } = await gateway.get("/access-tokens");
  expect(list.data).toHaveLength(2);
  expect(list.data).toContainEqual(facts);
  const { body: caller } = await gateway.ask("GET", "/caller", undefined, as(token));
  expect(caller).toMatchObject({ principal: "User:alice", token_id: facts.token_id });
});

test("a token without a principal is one more of the caller's own", async () => {
  const { body } = await gateway.ask("POST", "/access-tokens", {});
  expect(body.principal).toBe("User:admin");
});

test("two tokens that are made differ in every part", async () => {
  const tokens = new Set<string>();
  for (let i = 0; i < 20; i += 1) tokens.add(await gateway.makeToken("User:alice"));
  expect(new Set([...tokens].map((token) => token.slice(0, 15))).size).toBe(20);
  expect(new Set([...tokens].map((token) => token.slice(16))).size).toBe(20);
});

test("a list of tokens comes in pages", async () => {
  for (let i = 0; i < 4; i += 1) await gateway.makeToken(`User:u${i}`);
  const seen: string[] = [];
  let path: string | null = "/access-tokens?page_size=2";
  while (path !== null) {
    const { body } = await gateway.get(path);
    expect(body.data.length).toBeLessThanOrEqual(2);
    seen.push(...body.data.map((token: { principal: string }) => token.principal));
    path = body.metadata.next?.split(gateway.clusterPath)[1] ?? null;
  }
  expect(seen.toSorted()).toEqual(["User:admin", "User:u0", "User:u1", "User:u2", "User:u3"]);
});

test("a rotated token has a new secret, and the old one is good as long as was asked for", async () => {
  const old = await gateway.makeToken("User:alice");
  const path = `/access-tokens/${gateway.tokenId}/rotation`;
  const { status, body } = await gateway.ask("POST", path, { overlap_seconds: 60 });
  expect(status).toBe(200);
  expect(body.access_token.slice(0, 15)).toBe(old.slice(0, 15));
  expect(body.access_token).not.toBe(old);
  expect(await statusWith(old)).toBe(200);
  expect(await statusWith(body.access_token)).toBe(200);
  gateway.cluster.run(61_000);
  expect(await statusWith(old)).toBe(401);
  expect(await statusWith(body.access_token)).toBe(200);
  const again = await gateway.ask("POST", path, {});
  expect(await statusWith(body.access_token)).toBe(401);
  expect(await statusWith(again.body.access_token)).toBe(200);
});

test("one's own token may be seen, rotated and revoked without a right, another's may not", async () => {
  const own = await gateway.makeToken("User:alice");
  const ownPath = `/access-tokens/${gateway.tokenId}`;
  await gateway.makeToken("User:bob");
  const othersPath = `/access-tokens/${gateway.tokenId}`;
  const ask = (method: string, path: string, token: string, body?: unknown) =>
    gateway.ask(method, path, body, as(token));
  expect((await ask("GET", othersPath, own)).status).toBe(403);
  expect((await ask("POST", `${othersPath}/rotation`, own, {})).status).toBe(403);
  expect((await ask("DELETE", othersPath, own)).status).toBe(403);
  expect((await ask("GET", "/access-tokens", own)).status).toBe(403);
  expect((await ask("POST", "/access-tokens", own, {})).status).toBe(403);
  // What is there and what is not look the same to whoever may see neither.
  expect((await ask("GET", "/access-tokens/AAAAAAAAAAAA", own)).status).toBe(403);
  expect((await ask("GET", ownPath, own)).status).toBe(200);
  const rotated = await ask("POST", `${ownPath}/rotation`, own, {});
  expect(rotated.status).toBe(200);
  expect((await ask("DELETE", ownPath, rotated.body.access_token)).status).toBe(204);
  expect(await statusWith(rotated.body.access_token)).toBe(401);
});

test("a revoked token and an expired one are good for nothing", async () => {
  const revoked = await gateway.makeToken("User:alice");
  const path = `/access-tokens/${gateway.tokenId}`;
  expect((await gateway.ask("DELETE", path)).status).toBe(204);
  expect((await gateway.ask("DELETE", path)).status).toBe(404);
  expect((await gateway.get(path)).status).toBe(404);
  expect(await statusWith(revoked)).toBe(401);
  const short = await gateway.ask("POST", "/access-tokens", { expires_in_seconds: 10 });
  expect(await statusWith(short.body.access_token)).toBe(200);
  gateway.cluster.run(10_001);
  expect(await statusWith(short.body.access_token)).toBe(401);
});

test("a revocation whose answer is lost is done, and is told as done", async () => {
  const own = await gateway.makeToken("User:alice");
  const path = `/access-tokens/${gateway.tokenId}`;
  for (const token of [own, gateway.token ?? ""]) {
    if (token !== own) await gateway.makeToken("User:bob");
    let isLost = false;
    gateway.intercept = (call, request) => {
      const reply = call();
      if (request.kind !== "change-token" || isLost) return reply;
      isLost = true;
      throw new Error("Network connection lost.");
    };
    const target = token === own ? path : `/access-tokens/${gateway.tokenId}`;
    const { status } = await gateway.ask("DELETE", target, undefined, as(token));
    expect([isLost, status]).toEqual([true, 204]);
    gateway.intercept = null;
  }
});

test("a token whose answer is lost is made once and shown once", async () => {
  let isLost = false;
  gateway.intercept = (call, request) => {
    const reply = call();
    if (request.kind !== "change-token" || isLost) return reply;
    isLost = true;
    throw new Error("Network connection lost.");
  };
  const token = await gateway.makeToken("User:alice");
  expect(isLost).toBe(true);
  expect(await statusWith(token)).toBe(200);
  expect((await gateway.get("/access-tokens")).body.data).toHaveLength(2);
  isLost = false;
  const rotated = await gateway.ask("POST", `/access-tokens/${gateway.tokenId}/rotation`, {});
  expect(isLost).toBe(true);
  expect(await statusWith(rotated.body.access_token)).toBe(200);
  expect(await statusWith(token)).toBe(401);
});

test.each([
  ["/access-tokens", {}],
  ["/access-tokens/AAAAAAAAAAAA/rotation", {}],
])("POST %s takes no Idempotency-Key and says why", async (path, body) => {
  const { status, body: error } = await gateway.ask("POST", path, body, { "Idempotency-Key": "k" });
  expect(status).toBe(400);
  expect(error.message).toContain("The header Idempotency-Key is not taken here: ");
  expect(error.message).toContain("a secret, which is kept nowhere");
});

test.each([
  [{ principal: "alice" }, "must be a principal, such as User:alice"],
  [{ principal: "User:" }, "must be a principal, such as User:alice"],
  [{ principal: "User:*" }, "and not User:*"],
  [{ principal: "User:a\nb" }, "must not have control characters"],
  [{ principal: `User:${"a".repeat(251)}` }, "at most 255 characters"],
  [{ expires_in_seconds: 0 }, "must be an integer from 1 to 315360000"],
  [{ expires_in_seconds: 315_360_001 }, "must be an integer from 1 to 315360000"],
  [{ description: "x".repeat(1001) }, "at most 1000 characters"],
])("a token is refused with %j", async (body, message) => {
  const { status, body: error } = await gateway.ask("POST", "/access-tokens", body);
  expect(status).toBe(400);
  expect(error.message).toContain(message);
});

test("a token may be as long-lived and its overlap as long as is allowed, and not longer", async () => {
  const body = { principal: `User:${"a".repeat(250)}`, expires_in_seconds: 315_360_000 };
  expect((await gateway.ask("POST", "/access-tokens", body)).status).toBe(201);
  await gateway.makeToken("User:alice");
  const path = `/access-tokens/${gateway.tokenId}/rotation`;
  expect((await gateway.ask("POST", path, { overlap_seconds: 604_800 })).status).toBe(200);
  expect((await gateway.ask("POST", path, { overlap_seconds: 604_801 })).status).toBe(400);
});

test("an unknown id and a wrong secret go the same way and are told the same", async () => {
  const token = await gateway.makeToken("User:alice");
  const wrongSecret = `${token.slice(0, 16)}${"A".repeat(43)}`;
  const unknownId = `kr_AAAAAAAAAAAA${token.slice(15)}`;
  const seen = [];
  for (const wrong of [wrongSecret, unknownId]) {
    gateway.requests.length = 0;
    const { status, body } = await gateway.ask("GET", "/topics", undefined, as(wrong));
    const asked = gateway.requests.map(({ kind }) => kind);
    seen.push({ status, body, asked });
  }
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]).toMatchObject({ status: 401, asked: ["read"] });
});

test("a feed ends when its token is revoked, and says so", async () => {
  const token = await gateway.makeToken("User:admin");
  const headers = as(token);
  const response = await gateway.raw(`${gateway.clusterPath}/log/feed`, { headers });
  expect(response.status).toBe(200);
  const reader = new StreamReader(response);
  await gateway.ask("POST", "/access-tokens", { principal: "User:seen" });
  expect(await reader.until((text) => text.includes("data: "))).not.toContain(": 401");
  await gateway.ask("DELETE", `/access-tokens/${gateway.tokenId}`);
  const text = await reader.until(() => false);
  expect(text).toMatch(/: 401 The access token is unknown, has expired or was revoked\.\n\n$/);
});

test("a principal that asks too often waits, whichever of its tokens it shows", async () => {
  const properties = { "quorate.http.requests.per.second": "5" };
  const limited = await LiveGateway.secured(29, { properties });
  const first = await limited.makeToken("User:alice");
  const second = await limited.makeToken("User:alice");
  const answers = [];
  for (let i = 0; i < 12; i += 1) {
    const headers = as(i % 2 === 0 ? first : second);
    answers.push(await limited.ask("GET", "/topics", undefined, headers));
  }
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.slice(0, 10).map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.headers.get("Retry-After")).toBe("1");
  expect(refused[0]?.body.error_code).toBe(42902);
  expect((await limited.get("/topics")).status).toBe(200);
  limited.cluster.run(1000);
  expect((await limited.ask("GET", "/topics", undefined, as(first))).status).toBe(200);
});

test("a cluster that is not here is not found by those who are let in, and by nobody else", async () => {
  const path = "/kafka/v3/clusters/elsewhere/topics";
  expect((await gateway.raw(path)).status).toBe(404);
  const wrong = as(`${gateway.token?.slice(0, 16)}${"A".repeat(43)}`);
  expect((await gateway.raw(path, { headers: wrong })).status).toBe(401);
});

test("no line of any log has the secret of a token", async () => {
  const token = await gateway.makeToken("User:alice");
  const { body } = await gateway.ask("POST", `/access-tokens/${gateway.tokenId}/rotation`, {});
  await gateway.ask("GET", "/topics", undefined, as(token));
  await gateway.ask("GET", "/topics", undefined, as(body.access_token));
  await gateway.ask("POST", "/topics", { topic_name: "t" }, as(body.access_token));
  await gateway.ask("DELETE", `/access-tokens/${gateway.tokenId}`);
  const written = JSON.stringify([gateway.lines, gateway.cluster.logged]);
  for (const shown of [token, body.access_token, gateway.token ?? ""]) {
    expect(written).toContain(shown.slice(3, 15));
    expect(written).not.toContain(shown.slice(16));
  }
  // The log has hashes, because it is what controllers share; the image has not even those.
  const log = await gateway.raw(`${gateway.clusterPath}/log?max_records=10000`);
  const image = await gateway.raw(`${gateway.clusterPath}/image`);
  const shown = await image.text();
  expect(`${await log.text()}${shown}`).not.toContain(token.slice(16));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token.slice(16)));
  expect(shown).not.toContain(Buffer.from(hash).toString("hex"));
  expect(shown).not.toContain(Buffer.from(hash).toString("base64"));
});
