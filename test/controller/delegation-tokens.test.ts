/** Delegation tokens as the gateway asks for them: named by their ids, audited by them, and looked through piece by piece. */

import { beforeEach, expect, test } from "vitest";
import type { ApiReply, ApiRequest, Page } from "../../src/controller/api.ts";
import type { ResponseOf } from "../../src/protocol/apis.ts";
import type { Cluster } from "./cluster.ts";
import { guardedCluster, HttpClient, verdict } from "./http-client.ts";

let cluster: Cluster;
let admin: HttpClient;
let alice: HttpClient;
let bob: HttpClient;

beforeEach(() => {
  cluster = guardedCluster({ properties: { "delegation.token.secret.key": "a secret" } });
  admin = new HttpClient(cluster);
  alice = admin.newClient("User:alice");
  bob = admin.newClient("User:bob");
  cluster.logged.length = 0;
});

const OWN = {
  ownerPrincipalType: null,
  ownerPrincipalName: null,
  renewers: [],
  maxLifetimeMs: -1n,
};
const NO_HMAC = new Uint8Array(0);

function created(client: HttpClient): ResponseOf<"createDelegationToken"> {
  return bodyOf(
    client.written("createDelegationToken", OWN),
  ) as ResponseOf<"createDelegationToken">;
}

function bodyOf(reply: ApiReply): unknown {
  if (reply.kind !== "written") throw new Error(verdict(reply));
  return reply.body;
}

function renewal(client: HttpClient, delegationTokenId: string): ApiRequest {
  const body = { hmac: NO_HMAC, renewPeriodMs: -1n };
  const { sender } = client;
  return { kind: "write", sender, api: "renewDelegationToken", body, delegationTokenId };
}

test("each change is audited under the id of its token, and no line has its HMAC", () => {
  const { tokenId, hmac } = created(alice);
  bodyOf(alice.ask(renewal(alice, tokenId)));
  bodyOf(bob.ask(renewal(bob, tokenId)));
  const owner = { ...OWN, ownerPrincipalType: "User", ownerPrincipalName: "alice" };
  bodyOf(bob.written("createDelegationToken", owner));
  const lines = cluster.logged.filter(({ event }) => event === "audit");
  const told = lines.map(({ fields }) => {
    const { principal, request, resources, outcome } = fields;
    return { principal, request, resources, outcome };
  });
  const token = [`DelegationToken:${tokenId}`];
  const [make, renew] = ["CreateDelegationToken", "RenewDelegationToken"];
  const absent = "DELEGATION_TOKEN_NOT_FOUND";
  expect(told).toEqual([
    { principal: "User:alice", request: make, resources: [], outcome: "changed" },
    { principal: "User:alice", request: renew, resources: token, outcome: "changed" },
    { principal: "User:bob", request: renew, resources: token, outcome: absent },
    { principal: "User:bob", request: make, resources: ["User:alice"], outcome: "denied" },
  ]);
  expect(hmac).toHaveLength(64);
  const text = JSON.stringify(cluster.logged);
  for (const form of ["hex", "base64", "base64url"] as const) {
    expect(text).not.toContain(Buffer.from(hmac).toString(form));
  }
  expect(text).not.toContain(JSON.stringify(hmac));
});

test("the id of a token is enough, whatever HMAC the request has", () => {
  const { tokenId } = created(alice);
  const other = created(alice);
  const asked = renewal(alice, tokenId) as Extract<ApiRequest, { kind: "write" }>;
  const body = { hmac: other.hmac, renewPeriodMs: 1000n };
  const expiries = () => {
    const read = {
      what: "delegation-tokens",
      owner: null,
      page: { after: null, limit: 9 },
    } as const;
    const { tokens } = alice.result(read);
    return new Map(tokens.map((token) => [token.tokenId, token.expirationTimestampMs]));
  };
  const before = expiries();
  expect(bodyOf(alice.ask({ ...asked, body }))).toMatchObject({ errorCode: 0 });
  const after = expiries();
  expect(after.get(tokenId)).toBeLessThan(before.get(tokenId) ?? 0);
  expect(after.get(other.tokenId)).toBe(before.get(other.tokenId));
});

test("whoever looks for one owner's among many gets on by a bounded piece at a time", () => {
  for (let i = 0; i < 1001; i += 1) created(alice);
  created(bob);
  const found: string[] = [];
  let after: string | null = null;
  let pages = 0;
  do {
    const page: Page = { after, limit: 100 };
    const part = bob.result({ what: "delegation-tokens", owner: "User:bob", page });
    found.push(...part.tokens.map(({ owner }) => owner));
    after = part.next;
    pages += 1;
  } while (after !== null);
  expect([found, pages]).toEqual([["User:bob"], 2]);
});

test("a Kafka connection gives them to whoever has shown an access token to open it, and to nobody else", () => {
  const ask = (who: HttpClient | null) =>
    cluster
      .connect(admin.target, "10.0.0.1", who?.sender.credentials)
      .call("createDelegationToken", OWN);
  const made = ask(alice);
  expect([made.errorCode, made.principalName, made.hmac.length]).toEqual([0, "alice", 64]);
  expect(ask(null)).toMatchObject({ errorCode: 64, hmac: NO_HMAC });
});
