/** Delegation tokens over HTTP: made, seen, renewed and let expire by Kafka's rules, and their secrets written nowhere. */
import { beforeEach, describe, expect, test } from "vitest";
import { LiveGateway, WITH_AUTHORIZER, WITH_DELEGATION_TOKENS } from "./live-gateway.ts";

const TOKENS = "/delegation-tokens";
const DAY_MS = 24 * 3_600_000;
const ABSENT = "AAAAAAAAAAAAAAAAAAAAAA";
const NOT_FOUND = { error_code: 404, message: "The delegation token cannot be found." };

let gateway: LiveGateway;
let alice: { readonly Authorization: string };
let bob: { readonly Authorization: string };

async function as(principal: string): Promise<{ readonly Authorization: string }> {
  return { Authorization: `Bearer ${await gateway.makeToken(principal)}` };
}

async function open(properties: Readonly<Record<string, string>>): Promise<void> {
  gateway = await LiveGateway.secured(37, { metadataVersion: 33, properties });
  alice = await as("User:alice");
  bob = await as("User:bob");
}

const GUARDED = { ...WITH_AUTHORIZER, ...WITH_DELEGATION_TOKENS, "super.users": "User:admin" };

async function allow(resource_type: string, resource_name: string, operation: string) {
  const acl = { resource_type, resource_name, operation, permission: "ALLOW" };
  const rest = { pattern_type: "LITERAL", principal: "User:bob", host: "*" };
  expect((await gateway.ask("POST", "/acls", { ...acl, ...rest })).status).toBe(201);
}

async function idsSeenBy(who: { readonly Authorization: string }, query = ""): Promise<string[]> {
  const { status, body } = await gateway.ask("GET", `${TOKENS}${query}`, undefined, who);
  expect(status).toBe(200);
  return body.data.map(({ token_id: id }: { token_id: string }) => id);
}

describe("with ACLs enforced", () => {
  beforeEach(() => open(GUARDED));

  test("a token is one's own without any right, and is shown with its secret to its owner", async () => {
    const body = { renewers: ["User:bob"], max_lifetime_ms: 3_600_000 };
    const { status, headers, body: made } = await gateway.ask("POST", TOKENS, body, alice);
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(made.metadata.self);
    expect(made).toMatchObject({
      kind: "KafkaDelegationToken",
      owner_principal: "User:alice",
      requester_principal: "User:alice",
      renewers: ["User:bob"],
    });
    expect(made.metadata.resource_name).toMatch(`/delegation-token=${made.token_id}`);
    expect(made.expiration_timestamp_ms - made.issue_timestamp_ms).toBe(3_600_000);
    expect(made.max_timestamp_ms).toBe(made.expiration_timestamp_ms);
    // HMAC-SHA-512 of the id, as Kafka's brokers compute it.
    const secret = new TextEncoder().encode("a secret of the cluster");
    const algorithm = { name: "HMAC", hash: "SHA-512" };
    const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
    const hmac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(made.token_id));
    expect(made.hmac).toBe(Buffer.from(hmac).toString("base64"));
    const path = `${TOKENS}/${made.token_id}`;
    expect((await gateway.ask("GET", path, undefined, alice)).body).toEqual(made);
    expect((await gateway.ask("GET", TOKENS, undefined, alice)).body.data).toEqual([made]);
    expect((await gateway.ask("GET", path, undefined, bob)).body).toEqual(made);
  });

  test("a token of somebody else takes CREATE_TOKENS on that user", async () => {
    const body = { owner_principal: "User:alice" };
    const refused = await gateway.ask("POST", TOKENS, body, bob);
    expect(refused).toMatchObject({ status: 403, body: { error_code: 40301 } });
    await allow("USER", "User:carol", "CREATE_TOKENS");
    expect((await gateway.ask("POST", TOKENS, body, bob)).status).toBe(403);
    await allow("USER", "User:alice", "CREATE_TOKENS");
    const made = await gateway.ask("POST", TOKENS, body, bob);
    expect(made).toMatchObject({
      status: 201,
      body: { owner_principal: "User:alice", requester_principal: "User:bob" },
    });
    // To ask for a token is not to own it.
    expect(await idsSeenBy(bob)).toEqual([]);
    expect(await idsSeenBy(alice)).toEqual([made.body.token_id]);
  });

  test.each([
    ["DELEGATION_TOKEN", (id: string) => id, "DESCRIBE"],
    ["USER", () => "User:alice", "DESCRIBE_TOKENS"],
  ])(
    "a token is not there for who may not see it, and is with a right on a %s",
    async (...right) => {
      const [type, nameOf, operation] = right;
      const { body: made } = await gateway.ask("POST", TOKENS, {}, alice);
      const path = `${TOKENS}/${made.token_id}`;
      const answers = async (target: string) => [
        await gateway.ask("GET", target, undefined, bob),
        await gateway.ask("POST", `${target}/renewal`, {}, bob),
        await gateway.ask("POST", `${target}/expiration`, { period_ms: 1 }, bob),
        await gateway.ask("DELETE", target, undefined, bob),
      ];
      for (const target of [path, `${TOKENS}/${ABSENT}`]) {
        for (const { status, body } of await answers(target)) {
          expect([status, body]).toEqual([404, NOT_FOUND]);
        }
      }
      expect(await idsSeenBy(bob)).toEqual([]);
      await allow(type, nameOf(made.token_id), operation);
      const [seen, ...changes] = await answers(path);
      expect(seen?.body).toEqual(made);
      expect(await idsSeenBy(bob)).toEqual([made.token_id]);
      const message = "Only its owner and its renewers may change a delegation token.";
      for (const { status, body } of changes) {
        expect([status, body]).toEqual([403, { error_code: 40301, message }]);
      }
      expect((await gateway.ask("GET", path, undefined, alice)).body).toEqual(made);
    },
  );

  test("a renewer and the owner renew a token, never beyond its end, and let it expire", async () => {
    await open({ ...GUARDED, "delegation.token.expiry.time.ms": "60000" });
    const body = { renewers: ["User:bob"], max_lifetime_ms: 90_000 };
    const { body: made } = await gateway.ask("POST", TOKENS, body, alice);
    const path = `${TOKENS}/${made.token_id}`;
    const shown = async () => (await gateway.ask("GET", path, undefined, alice)).body;
    const sinceIssue = (ms: number) => ms - made.issue_timestamp_ms;
    expect(sinceIssue(made.expiration_timestamp_ms)).toBe(60_000);
    expect(sinceIssue(made.max_timestamp_ms)).toBe(90_000);
    const short = await gateway.ask("POST", `${path}/renewal`, { period_ms: 10_000 }, bob);
    expect(short.status).toBe(200);
    expect(short.body).toMatchObject({
      kind: "KafkaDelegationTokenExpiration",
      token_id: made.token_id,
    });
    const { expiration_timestamp_ms: shortMs } = short.body;
    expect(sinceIssue(shortMs)).toBeLessThan(20_000);
    expect(await shown()).toEqual({ ...made, expiration_timestamp_ms: shortMs });
    gateway.cluster.run(5000);
    const long = await gateway.ask("POST", `${path}/renewal`, {}, alice);
    expect(sinceIssue(long.body.expiration_timestamp_ms)).toBeGreaterThanOrEqual(65_000);
    const period = { period_ms: 200_000 };
    const late = await gateway.ask("POST", `${path}/expiration`, period, alice);
    expect(late.body.expiration_timestamp_ms).toBe(made.max_timestamp_ms);
    const now = await gateway.ask("POST", `${path}/expiration`, { period_ms: 0 }, alice);
    expect(now.status).toBe(200);
    gateway.cluster.run(1000);
    const renewal = await gateway.ask("POST", `${path}/renewal`, {}, bob);
    expect(renewal).toMatchObject({
      status: 400,
      body: { message: "The delegation token has expired. It can only be removed." },
    });
    expect((await gateway.ask("DELETE", path, undefined, bob)).status).toBe(204);
    expect((await gateway.ask("DELETE", path, undefined, bob)).status).toBe(404);
    expect(await idsSeenBy(alice)).toEqual([]);
  });

  test("tokens are listed in pages, and those of one owner by themselves", async () => {
    const made: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const { body } = await gateway.ask("POST", TOKENS, { renewers: ["User:bob"] }, alice);
      made.push(body.token_id);
    }
    await gateway.ask("POST", TOKENS, {}, bob);
    const seen: string[] = [];
    let path: string | null = `${TOKENS}?page_size=2&owner_principal=User:alice`;
    while (path !== null) {
      const { body }: { body: { data: { token_id: string }[]; metadata: { next: string } } } =
        await gateway.ask("GET", path, undefined, bob);
      expect(body.data.length).toBeLessThanOrEqual(2);
      seen.push(...body.data.map(({ token_id: id }) => id));
      path = body.metadata.next?.split(gateway.clusterPath)[1] ?? null;
    }
    expect(seen).toEqual(made.toSorted());
    expect(await idsSeenBy(bob)).toHaveLength(6);
    expect(await idsSeenBy(alice)).toHaveLength(5);
    const elsewhere = await gateway.get(`${TOKENS}?page_token=bm8`);
    expect(elsewhere.status).toBe(400);
  });

  test("a token that is asked for again under its key is made once and shown whole", async () => {
    const headers = { ...alice, "Idempotency-Key": "k" };
    const first = await gateway.ask("POST", TOKENS, {}, headers);
    const again = await gateway.ask("POST", TOKENS, {}, headers);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await idsSeenBy(alice)).toHaveLength(1);
    const other = await gateway.ask("POST", TOKENS, { renewers: ["User:bob"] }, headers);
    expect(other.status).toBe(422);
  });

  test("under its key a token of somebody else is not shown again once the right is gone", async () => {
    await allow("USER", "User:alice", "CREATE_TOKENS");
    const headers = { ...bob, "Idempotency-Key": "k" };
    const body = { owner_principal: "User:alice" };
    expect((await gateway.ask("POST", TOKENS, body, headers)).status).toBe(201);
    await gateway.ask(
      "DELETE",
      "/acls?resource_type=USER&pattern_type=ANY&operation=ANY&permission=ANY",
    );
    expect((await gateway.ask("POST", TOKENS, body, headers)).status).toBe(403);
  });

  test("what was asked for is done once when its answer is lost", async () => {
    const { body: made } = await gateway.ask("POST", TOKENS, {}, alice);
    let isLost = false;
    gateway.intercept = (call, request) => {
      const reply = call();
      if (request.kind !== "write" || isLost) return reply;
      isLost = true;
      throw new Error("Network connection lost.");
    };
    const path = `${TOKENS}/${made.token_id}`;
    expect((await gateway.ask("DELETE", path, undefined, alice)).status).toBe(204);
    expect(isLost).toBe(true);
    isLost = false;
    expect((await gateway.ask("POST", TOKENS, {}, alice)).body.hmac).toMatch(/^.{86}==$/);
    expect(isLost).toBe(true);
    gateway.intercept = null;
    expect(await idsSeenBy(alice)).toHaveLength(1);
  });

  test("no log and no image has the secret of a token", async () => {
    const headers = { ...alice, "Idempotency-Key": "k" };
    const { body: made } = await gateway.ask("POST", TOKENS, {}, headers);
    const path = `${TOKENS}/${made.token_id}`;
    await gateway.ask("POST", `${path}/renewal`, {}, alice);
    await gateway.ask("GET", path, undefined, alice);
    await gateway.ask("DELETE", path, undefined, bob);
    await gateway.ask("DELETE", path, undefined, alice);
    const log = await gateway.raw(`${gateway.clusterPath}/log?max_records=10000`);
    const raw = await gateway.raw(`${gateway.clusterPath}/log/raw`);
    const image = await gateway.raw(`${gateway.clusterPath}/image`);
    const secret = Buffer.from(made.hmac, "base64");
    const bytes = Buffer.from(await raw.arrayBuffer());
    expect(bytes.includes(Buffer.from(made.token_id))).toBe(true);
    expect(bytes.includes(secret)).toBe(false);
    const written = [gateway.lines, gateway.cluster.logged].map((lines) => JSON.stringify(lines));
    for (const text of [...written, await log.text(), await image.text()]) {
      expect(text).not.toContain(made.hmac);
      expect(text).not.toContain(secret.toString("hex"));
      expect(text).not.toContain(secret.toString("base64url"));
    }
    expect(written[1]).toContain(`DelegationToken:${made.token_id}`);
  });

  test.each([
    [{ owner_principal: "alice" }, "must be a principal, such as User:alice"],
    [{ owner_principal: "User:*" }, "and not User:*"],
    [{ renewers: ["Group:staff"] }, "must be the principal of a user, such as User:alice"],
    [{ renewers: ["User:*"] }, "must be the principal of a user, such as User:alice"],
    [{ renewers: Array(101).fill("User:a") }, "must have at most 100 entries"],
    [{ max_lifetime_ms: 0 }, "must be an integer from 1 to 9007199254740991"],
  ])("a token is refused with %j", async (body, message) => {
    const { status, body: error } = await gateway.ask("POST", TOKENS, body, alice);
    expect(status).toBe(400);
    expect(error.message).toContain(message);
  });

  test("the longest periods that can be asked for are cut to what the controllers allow", async () => {
    const period_ms = Number.MAX_SAFE_INTEGER;
    const { body: made } = await gateway.ask("POST", TOKENS, { max_lifetime_ms: period_ms }, alice);
    expect(made.max_timestamp_ms - made.issue_timestamp_ms).toBe(7 * DAY_MS);
    const path = `${TOKENS}/${made.token_id}`;
    const renewed = await gateway.ask("POST", `${path}/renewal`, { period_ms }, alice);
    expect(renewed.body.expiration_timestamp_ms).toBeLessThan(made.max_timestamp_ms);
    const expired = await gateway.ask("POST", `${path}/expiration`, { period_ms }, alice);
    expect(expired.body.expiration_timestamp_ms).toBe(made.max_timestamp_ms);
  });
});

test("without an authorizer whoever has an access token sees all tokens, and changes only its own", async () => {
  await open(WITH_DELEGATION_TOKENS);
  const body = { owner_principal: "User:alice" };
  const { status, body: made } = await gateway.ask("POST", TOKENS, body, bob);
  expect(status).toBe(201);
  expect(await idsSeenBy(bob)).toEqual([made.token_id]);
  const path = `${TOKENS}/${made.token_id}`;
  expect((await gateway.ask("DELETE", path, undefined, bob)).status).toBe(403);
  expect((await gateway.ask("DELETE", path, undefined, alice)).status).toBe(204);
});

test("where nobody has to say who he is, a token is User:ANONYMOUS's or whose it is said to be", async () => {
  gateway = LiveGateway.formatted(37, { metadataVersion: 33, properties: WITH_DELEGATION_TOKENS });
  const own = await gateway.makeDelegationToken();
  expect(own).toMatchObject({
    owner_principal: "User:ANONYMOUS",
    requester_principal: "User:ANONYMOUS",
  });
  const others = await gateway.makeDelegationToken({ owner_principal: "User:alice" });
  const { body } = await gateway.get(TOKENS);
  expect(body.data.map(({ token_id: id }: { token_id: string }) => id).toSorted()).toEqual(
    [own.token_id, others.token_id].toSorted(),
  );
  expect((await gateway.ask("DELETE", `${TOKENS}/${own.token_id}`)).status).toBe(204);
  expect((await gateway.ask("DELETE", `${TOKENS}/${others.token_id}`)).status).toBe(403);
});

const ALL = [
  ["GET", TOKENS, undefined],
  ["POST", TOKENS, {}],
  ["GET", `${TOKENS}/${ABSENT}`, undefined],
  ["POST", `${TOKENS}/${ABSENT}/renewal`, {}],
  ["POST", `${TOKENS}/${ABSENT}/expiration`, { period_ms: 1 }],
  ["DELETE", `${TOKENS}/${ABSENT}`, undefined],
] as const;

test.each(ALL)("%s %s says which property switches tokens on", async (method, path, body) => {
  await open({});
  expect(await gateway.ask(method, path, body)).toMatchObject({
    status: 400,
    body: {
      error_code: 40002,
      message:
        "Delegation tokens are switched off: the controllers have no delegation.token.secret.key.",
    },
  });
});

test("a cluster from before delegation tokens says from when on there are some", async () => {
  const properties = WITH_DELEGATION_TOKENS;
  gateway = LiveGateway.formatted(37, { metadataVersion: 13, properties });
  const message = "Delegation tokens need a metadata.version of 3.6-IV2 at least.";
  expect(await gateway.ask("POST", TOKENS, {})).toMatchObject({ status: 400, body: { message } });
  expect((await gateway.get(TOKENS)).body.data).toEqual([]);
});
