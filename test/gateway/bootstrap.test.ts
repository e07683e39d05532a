/** The first token: who creates the cluster has it, the same create shows the same one, and nothing else comes of it. */
import { expect, test } from "vitest";
import type { ApiReply } from "../../src/controller/api.ts";
import { firstToken, tokenIdOf } from "../../workers/gateway/bootstrap.ts";
import { BOOTSTRAP_TOKEN, LiveGateway, type LiveOptions, WITH_AUTHORIZER } from "./live-gateway.ts";

const REQUIRED = { "quorate.http.authentication.required": "true" };

function unformatted(bootstrapToken: string | null = BOOTSTRAP_TOKEN): LiveGateway {
  const options: LiveOptions = { properties: REQUIRED };
  return new LiveGateway(31, bootstrapToken === null ? options : { ...options, bootstrapToken });
}

interface Created {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function create(
  gateway: LiveGateway,
  bearer: string | null,
  extra: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Created> {
  const { controllers } = gateway.cluster.document;
  const response = await gateway.raw("/kafka/v3/clusters", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    body: JSON.stringify({
      controllers: controllers.map(({ id, host, port }) => ({ id, host, port })),
      ...extra,
    }),
  });
  return { status: response.status, body: (await response.json()) as Created["body"] };
}

async function caller(gateway: LiveGateway, clusterId: unknown, token: unknown) {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await gateway.raw(`/kafka/v3/clusters/${clusterId}/caller`, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("creating the cluster with the bootstrap token shows the administrator's token, also when its answer was lost", async () => {
  const gateway = unformatted();
  const { status, body } = await create(gateway, BOOTSTRAP_TOKEN);
  expect(status).toBe(201);
  expect(body.access_token).toMatch(/^kr_[A-Za-z0-9_-]{12}_[A-Za-z0-9_-]{43}$/);
  const who = await caller(gateway, body.cluster_id, body.access_token);
  expect(who).toMatchObject({ status: 200, body: { principal: "User:admin" } });
  expect(await create(gateway, BOOTSTRAP_TOKEN)).toEqual({ status, body });
});

test("another create than the one that was made shows no token", async () => {
  const gateway = unformatted();
  const { body } = await create(gateway, BOOTSTRAP_TOKEN);
  for (const extra of [
    { admin_principal: "User:root" },
    { cluster_id: "AAAAAAAAAAAAAAAAAAAAAQ" },
    { controllers: [{ id: 1, host: "elsewhere", port: 9093 }] },
    { release: "3.9" },
  ]) {
    const other = await create(gateway, BOOTSTRAP_TOKEN, extra);
    expect([extra, other.status]).toEqual([extra, 409]);
    expect(JSON.stringify(other.body)).not.toContain("kr_");
  }
  const as = await create(gateway, String(body.access_token));
  expect([as.status, JSON.stringify(as.body)]).toEqual([409, expect.not.stringContaining("kr_")]);
});

test("a create whose last controller was formatted without saying so is told the same when it is sent again", async () => {
  const gateway = unformatted();
  let formatted = 0;
  gateway.intercept = (call, request): ApiReply => {
    const reply = call();
    if (request.kind === "format") formatted += 1;
    if (formatted === 3) throw new Error("Network connection lost.");
    return reply;
  };
  expect((await create(gateway, BOOTSTRAP_TOKEN)).status).toBe(503);
  gateway.intercept = null;
  const { status, body } = await create(gateway, BOOTSTRAP_TOKEN);
  expect(status).toBe(201);
  expect((await caller(gateway, body.cluster_id, body.access_token)).status).toBe(200);
});

test("a create shows nothing that is still good once the first token was rotated", async () => {
  const gateway = unformatted();
  const { body } = await create(gateway, BOOTSTRAP_TOKEN);
  const [clusterId, token] = [String(body.cluster_id), String(body.access_token)];
  const path = `/kafka/v3/clusters/${clusterId}/access-tokens/${token.slice(3, 15)}/rotation`;
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  expect((await gateway.raw(path, { method: "POST", headers, body: "{}" })).status).toBe(200);
  const again = await create(gateway, BOOTSTRAP_TOKEN);
  expect((await caller(gateway, clusterId, again.body.access_token)).status).toBe(401);
});

test("a bootstrap token that no header can carry is told to be one", async () => {
  for (const secret of ["a pass phrase that is long enough, with spaces", `"${BOOTSTRAP_TOKEN}"`]) {
    const { status, body } = await create(unformatted(secret), BOOTSTRAP_TOKEN);
    expect([status, body.message]).toEqual([
      401,
      expect.stringContaining("that no header Authorization can carry"),
    ]);
  }
});

test("the first token may be of somebody else", async () => {
  const gateway = unformatted();
  const { body } = await create(gateway, BOOTSTRAP_TOKEN, { admin_principal: "User:root" });
  const who = await caller(gateway, body.cluster_id, body.access_token);
  expect(who.body.principal).toBe("User:root");
});

test.each(["User:*", "root", "User:", ""])("but not of %j", async (admin_principal) => {
  const { status, body } = await create(unformatted(), BOOTSTRAP_TOKEN, { admin_principal });
  expect(status).toBe(400);
  expect(body.message).toContain('Field "admin_principal" must');
});

test("a create that was cut off and is sent again shows the same token", async () => {
  const gateway = unformatted();
  let formatted = 0;
  gateway.intercept = (call, request): ApiReply => {
    if (request.kind !== "format") return call();
    formatted += 1;
    if (formatted > 1) throw new Error("Network connection lost.");
    return call();
  };
  expect((await create(gateway, BOOTSTRAP_TOKEN)).status).toBe(503);
  gateway.intercept = null;
  const other = await create(gateway, BOOTSTRAP_TOKEN, { admin_principal: "User:root" });
  expect(other.status).toBe(409);
  expect(other.body.message).toContain("with another bootstrap token or admin_principal");
  const { status, body } = await create(gateway, BOOTSTRAP_TOKEN);
  expect(status).toBe(201);
  const { token } = await firstToken(BOOTSTRAP_TOKEN, String(body.cluster_id), "User:admin");
  expect(body.access_token).toBe(`kr_${token.tokenId}_${token.secret}`);
  expect((await caller(gateway, body.cluster_id, body.access_token)).status).toBe(200);
});

test("the bootstrap token is good for nothing else", async () => {
  const gateway = unformatted();
  const { body } = await create(gateway, BOOTSTRAP_TOKEN);
  expect((await caller(gateway, body.cluster_id, BOOTSTRAP_TOKEN)).status).toBe(401);
  const list = await gateway.raw("/kafka/v3/clusters", {
    headers: { Authorization: `Bearer ${BOOTSTRAP_TOKEN}` },
  });
  expect(list.status).toBe(401);
});

test.each([
  ["nothing", null],
  ["another text", `${BOOTSTRAP_TOKEN}x`],
  ["a part of it", BOOTSTRAP_TOKEN.slice(0, -1)],
])("%s creates nothing", async (_, bearer) => {
  const gateway = unformatted();
  const { status, body } = await create(gateway, bearer);
  expect([status, body.error_code]).toEqual([401, 40101]);
  for (const id of gateway.cluster.ids) expect(gateway.cluster.status(id).document).toBe(null);
});

test("whoever shows an access token of no cluster is told what creates one", async () => {
  const { status, body } = await create(unformatted(), `kr_${"i".repeat(12)}_${"s".repeat(43)}`);
  expect(status).toBe(401);
  expect(body.message).toContain("Creating the cluster needs the bootstrap token.");
});

test.each([
  [null, "This deployment has no secret BOOTSTRAP_TOKEN"],
  ["x".repeat(31), "The secret BOOTSTRAP_TOKEN is too short"],
])(
  "with the secret %j nobody creates a cluster, and is told what to do",
  async (secret, message) => {
    const gateway = unformatted(secret);
    for (const bearer of [null, secret]) {
      const { status, body } = await create(gateway, bearer);
      expect(status).toBe(401);
      if (bearer !== null) continue;
      expect(body.message).toContain(message);
      expect(body.message).toContain("npx wrangler secret put BOOTSTRAP_TOKEN (at least 32 char");
    }
    for (const id of gateway.cluster.ids) expect(gateway.cluster.status(id).document).toBe(null);
  },
);

test("an administrator is told that there is a cluster, and whoever is none is not", async () => {
  const properties = { ...WITH_AUTHORIZER, "super.users": "User:admin" };
  const gateway = await LiveGateway.secured(31, { properties });
  const other = await gateway.makeToken("User:alice");
  expect((await create(gateway, gateway.token)).status).toBe(409);
  expect((await create(gateway, other)).status).toBe(403);
  const { status, body } = await create(gateway, gateway.token, { admin_principal: "User:a" });
  expect(status).toBe(400);
  expect(body.message).toContain("only a create with the bootstrap token makes");
});

test("where no token is needed none is made", async () => {
  const gateway = new LiveGateway(31, { bootstrapToken: BOOTSTRAP_TOKEN });
  const { status, body } = await create(gateway, null);
  expect(status).toBe(201);
  expect(body).not.toHaveProperty("access_token");
});

test("creating takes no Idempotency-Key, because nobody could remember it", async () => {
  const key = { "Idempotency-Key": "k" };
  const { status, body } = await create(unformatted(), BOOTSTRAP_TOKEN, {}, key);
  expect(status).toBe(400);
  expect(body.message).toContain("The same create again finishes the first one.");
});

test("no id of a token begins with a dash, which a command line takes for an option", async () => {
  for (let first = 0; first < 256; first++) {
    expect(tokenIdOf(new Uint8Array(9).fill(first))).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{11}$/);
  }
  for (let cluster = 0; cluster < 200; cluster++) {
    const { token, first } = await firstToken(BOOTSTRAP_TOKEN, `cluster-${cluster}`, "User:admin");
    expect(token.tokenId).not.toMatch(/^-/);
    expect(first.tokenId).toBe(token.tokenId);
  }
});
