/** Access tokens from their creation to their end, and who may do what with them. */

import { beforeEach, describe, expect, it } from "vitest";
import type { ApiReply } from "../../src/controller/api.ts";
import type { AccessTokenFacts, TokenChange } from "../../src/controller/sender.ts";
import { Operation } from "../../src/state/authorizer.ts";
import type { Cluster } from "./cluster.ts";
import { ADMIN, guardedCluster, HttpClient, hashOf, verdict } from "./http-client.ts";
import { onCluster } from "./right-row.ts";

const CLUSTER = { what: "cluster" } as const;

let cluster: Cluster;
let admin: HttpClient;

beforeEach(() => {
  cluster = guardedCluster();
  admin = new HttpClient(cluster);
});

function creation(changes: Partial<Extract<TokenChange, { what: "create" }>> = {}) {
  return {
    what: "create",
    tokenId: "alice-token-",
    principal: "User:alice",
    secretHash: hashOf("of alice"),
    description: "her laptop",
    lifetimeMs: null,
    ...changes,
  } as const;
}

const ALICE = { tokenId: "alice-token-", secret: "of alice" };

function factsOf(reply: ApiReply): AccessTokenFacts {
  if (reply.kind !== "token-changed") throw new Error(JSON.stringify(reply));
  return reply.token;
}

describe("the first token", () => {
  it("is written with the first records, and proves who the administrator is", () => {
    expect(admin.read(CLUSTER).kind).toBe("result");
    const { token } = admin.result({ what: "access-token", tokenId: ADMIN.tokenId });
    expect(token).toMatchObject({ principal: "User:admin", expirationTimestampMs: null });
    expect(admin.ask({ kind: "authenticate", sender: admin.sender, right: null })).toEqual({
      kind: "authenticated",
      principal: "User:admin",
      tokenId: ADMIN.tokenId,
      offset: cluster.status(admin.target).highWatermark - 1,
      epoch: cluster.status(admin.target).epoch,
    });
  });

  it("does not come back when it was revoked, whoever leads", () => {
    cluster = guardedCluster({ controllers: 3 });
    admin = new HttpClient(cluster);
    expect(admin.change({ what: "revoke", tokenId: ADMIN.tokenId }).kind).toBe("token-changed");
    cluster.kill(admin.target);
    admin.target = cluster.leader();
    expect(admin.read(CLUSTER).kind).toBe("unauthenticated");
  });
});

describe("a token", () => {
  it("is created, and tells nothing of its secret", () => {
    const reply = admin.change(creation({ lifetimeMs: 60_000 }));
    const token = factsOf(reply);
    expect(token).toEqual({
      tokenId: "alice-token-",
      principal: "User:alice",
      description: "her laptop",
      createdTimestampMs: token.createdTimestampMs,
      expirationTimestampMs: token.createdTimestampMs + 60_000,
      previousExpirationTimestampMs: null,
    });
    const { highWatermark, epoch } = cluster.status(admin.target);
    expect(reply).toMatchObject({ offset: highWatermark - 1, epoch });
  });

  it("that is created again with the same secret is the same, and nothing is written", () => {
    const first = admin.change(creation());
    const { logEndOffset } = cluster.status(admin.target);
    cluster.run(1000);
    expect(factsOf(admin.change(creation({ lifetimeMs: 5000 })))).toEqual(factsOf(first));
    expect(cluster.status(admin.target).logEndOffset).toBe(logEndOffset);
  });

  it.each([
    ["another secret", creation({ secretHash: hashOf("other") }), /another access token/],
    ["another principal", creation({ principal: "User:bob" }), /another access token/],
    ["an id that is too short", creation({ tokenId: "short" }), /12 letters/],
    ["an id with other characters", creation({ tokenId: "a/b/c/d/e/f/" }), /12 letters/],
    ["no hash", creation({ secretHash: new Uint8Array(0) }), /32 bytes/],
    ["no type of principal", creation({ principal: "alice" }), /User:alice/],
    ["no name of a principal", creation({ principal: "User:" }), /User:alice/],
    ["everybody", creation({ principal: "User:*" }), /User:alice/],
    ["a line break in the principal", creation({ principal: "User:a\nb" }), /User:alice/],
    ["a long principal", creation({ principal: `User:${"a".repeat(251)}` }), /255/],
    ["a long description", creation({ description: "d".repeat(1001) }), /1000/],
    ["half a character in it", creation({ description: "\ud800" }), /1000/],
    ["a life of less than a second", creation({ lifetimeMs: 999 }), /1000 to 315360000000 ms/],
    ["a life of over ten years", creation({ lifetimeMs: 315360000001 }), /1000 to 315360000000 ms/],
    ["half a millisecond", creation({ lifetimeMs: 1000.5 }), /1000 to 315360000000 ms/],
  ])("is not created with %s", (_what, change, message) => {
    admin.change(creation());
    const { logEndOffset } = cluster.status(admin.target);
    const reply = admin.change(change);
    expect(reply).toMatchObject({ kind: "refused", error: "INVALID_REQUEST" });
    expect((reply as { message: string }).message).toMatch(message);
    expect(cluster.status(admin.target).logEndOffset).toBe(logEndOffset);
  });

  it("lives to the millisecond, and is removed when the time has come", () => {
    const { expirationTimestampMs } = factsOf(admin.change(creation({ lifetimeMs: 5000 })));
    const alice = new HttpClient(cluster, ALICE);
    const ask = () => alice.ask({ kind: "authenticate", sender: alice.sender, right: null }).kind;
    cluster.run((expirationTimestampMs ?? 0) - cluster.nowMs - 1);
    expect(ask()).toBe("authenticated");
    cluster.run((expirationTimestampMs ?? 0) - cluster.nowMs);
    expect(ask()).toBe("unauthenticated");
    const known = { what: "access-token", tokenId: ALICE.tokenId } as const;
    expect(admin.result(known).token).not.toBeNull();
    cluster.run(600_000);
    expect(admin.result(known).token).toBeNull();
    expect(admin.result({ what: "access-token", tokenId: ADMIN.tokenId }).token).not.toBeNull();
  });
});

describe("a rotation", () => {
  const rotation = (secret: string, overlapMs: number): TokenChange => ({
    what: "rotate",
    tokenId: "alice-token-",
    secretHash: hashOf(secret),
    overlapMs,
  });
  const asks = (secret: string) => {
    const alice = new HttpClient(cluster, { ...ALICE, secret });
    return alice.ask({ kind: "authenticate", sender: alice.sender, right: null }).kind;
  };

  beforeEach(() => {
    admin.change(creation());
  });

  it("leaves the secret before good for the overlap, and not a millisecond longer", () => {
    const token = factsOf(admin.change(rotation("second", 5000)));
    const endMs = token.previousExpirationTimestampMs ?? 0;
    cluster.run(endMs - cluster.nowMs - 1);
    expect([asks("of alice"), asks("second")]).toEqual(["authenticated", "authenticated"]);
    cluster.run(endMs - cluster.nowMs);
    expect([asks("of alice"), asks("second")]).toEqual(["unauthenticated", "authenticated"]);
    const read = { what: "access-token", tokenId: ALICE.tokenId } as const;
    expect(admin.result(read).token?.previousExpirationTimestampMs).toBeNull();
  });

  it("without an overlap ends the secret before at once", () => {
    admin.change(rotation("second", 0));
    expect([asks("of alice"), asks("second")]).toEqual(["unauthenticated", "authenticated"]);
  });

  it("ends the secret before the last one, overlap or not", () => {
    admin.change(rotation("second", 60_000));
    admin.change(rotation("third", 60_000));
    expect(["of alice", "second", "third"].map(asks)).toEqual([
      "unauthenticated",
      "authenticated",
      "authenticated",
    ]);
  });

  it("that is sent again changes nothing, and does not undo the one behind it", () => {
    const first = admin.change(rotation("second", 60_000));
    const { logEndOffset } = cluster.status(admin.target);
    expect(factsOf(admin.change(rotation("second", 60_000)))).toEqual(factsOf(first));
    expect(cluster.status(admin.target).logEndOffset).toBe(logEndOffset);
    admin.change(rotation("third", 60_000));
    expect(verdict(admin.change(rotation("second", 60_000)))).toBe("INVALID_REQUEST");
    expect(asks("third")).toBe("authenticated");
  });

  it("keeps the token's end", () => {
    admin.change({ what: "revoke", tokenId: ALICE.tokenId });
    const made = factsOf(admin.change(creation({ lifetimeMs: 5000 })));
    const rotated = factsOf(admin.change(rotation("second", 60_000)));
    expect(rotated.expirationTimestampMs).toBe(made.expirationTimestampMs);
    cluster.run(5000);
    expect(asks("second")).toBe("unauthenticated");
    expect(verdict(admin.change(rotation("third", 0)))).toBe("RESOURCE_NOT_FOUND");
  });

  it.each([-1, 7 * 24 * 3_600_000 + 1, 0.5])("is refused with an overlap of %d ms", (overlapMs) => {
    expect(verdict(admin.change(rotation("second", overlapMs)))).toBe("INVALID_REQUEST");
  });

  it("of what is not there is refused, and so is its end", () => {
    const tokenId = "nobody-has--";
    expect(verdict(admin.change({ ...rotation("s", 0), tokenId } as TokenChange))).toBe(
      "RESOURCE_NOT_FOUND",
    );
    expect(verdict(admin.change({ what: "revoke", tokenId }))).toBe("RESOURCE_NOT_FOUND");
  });
});

describe("without a right", () => {
  let alice: HttpClient;

  beforeEach(() => {
    alice = admin.newClient("User:alice");
    admin.newClient("User:bob");
  });

  const other = "bob-token---";
  const rotation = (tokenId: string): TokenChange => ({
    what: "rotate",
    tokenId,
    secretHash: hashOf("new"),
    overlapMs: 60_000,
  });

  it("one's own token is seen, rotated and revoked", () => {
    const tokenId = "alice-token-";
    expect(alice.result({ what: "access-token", tokenId }).token?.principal).toBe("User:alice");
    expect(alice.change(rotation(tokenId)).kind).toBe("token-changed");
    expect(alice.change({ what: "revoke", tokenId }).kind).toBe("token-changed");
    expect(alice.read({ what: "access-token", tokenId }).kind).toBe("unauthenticated");
  });

  it("others' are not, nor what is not there, nor a list", () => {
    const page = { after: null, limit: 10 };
    const replies = [
      ...[other, "nobody-has--"].flatMap((tokenId) => [
        alice.read({ what: "access-token", tokenId }),
        alice.change(rotation(tokenId)),
        alice.change({ what: "revoke", tokenId }),
      ]),
      alice.read({ what: "access-tokens", page }),
      alice.change(creation({ tokenId: "another-one-" })),
      // Not even the very same again: that would tell what there is.
      alice.change(creation({ secretHash: hashOf("secret of alice"), description: "" })),
    ];
    expect(replies.map(verdict)).toEqual(replies.map(() => "CLUSTER_AUTHORIZATION_FAILED"));
  });

  it("DESCRIBE on the cluster shows them, ALTER changes them", () => {
    const allow = (operation: number) =>
      admin.allow({ ...onCluster(operation), principal: "User:alice" });
    allow(Operation.DESCRIBE);
    expect(alice.result({ what: "access-token", tokenId: other }).token).not.toBeNull();
    expect(verdict(alice.change(rotation(other)))).toBe("CLUSTER_AUTHORIZATION_FAILED");
    allow(Operation.ALTER);
    expect(alice.change(rotation(other)).kind).toBe("token-changed");
    expect(alice.change({ what: "revoke", tokenId: other }).kind).toBe("token-changed");
  });
});

it("tokens are listed in parts, in the order of their ids", () => {
  for (const name of ["alice", "bob", "carol"]) admin.newClient(`User:${name}`);
  const ids: string[] = [];
  let after: string | null = null;
  for (let part = 0; part < 2; part++) {
    const page: { after: string | null; limit: number } = { after, limit: 2 };
    const { tokens, next } = admin.result({ what: "access-tokens", page });
    ids.push(...tokens.map(({ tokenId }) => tokenId));
    expect(JSON.stringify(tokens)).not.toContain("ecret");
    after = next;
  }
  expect(after).toBeNull();
  expect(ids).toEqual(["admin-token-", "alice-token-", "bob-token---", "carol-token-"]);
});
