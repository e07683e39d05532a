/** How often each principal may come over HTTP. */

import { describe, expect, it } from "vitest";
import { RequestRate } from "../../src/controller/request-rate.ts";
import type { ResponseOf } from "../../src/protocol/apis.ts";
import { Operation } from "../../src/state/authorizer.ts";
import { clusterWithTopic, guardedCluster, HttpClient, hashOf, requestsOf } from "./http-client.ts";
import { onCluster } from "./right-row.ts";

const CLUSTER = { what: "cluster" } as const;

describe("a limit of requests per second", () => {
  const properties = { "quorate.http.requests.per.second": "3" };
  /** How many of ten requests at once are answered, and what the last one is told. */
  const burst = (client: HttpClient) => {
    const replies = Array.from({ length: 10 }, () =>
      client.ask({
        kind: "change-token",
        sender: client.sender,
        change: { what: "revoke", tokenId: "x" },
      }),
    );
    const last = replies.at(-1);
    return [replies.filter(({ kind }) => kind !== "throttled").length, last] as const;
  };

  it("lets a principal make twice as many at once, and then exactly as many", () => {
    const cluster = guardedCluster({ properties });
    const alice = new HttpClient(cluster).newClient("User:alice");
    const startMs = cluster.nowMs;
    expect(burst(alice)).toEqual([6, { kind: "throttled", retryAfterMs: 334 }]);
    expect(cluster.nowMs).toBe(startMs);
    cluster.run(333);
    expect(burst(alice)).toEqual([0, { kind: "throttled", retryAfterMs: 1 }]);
    cluster.run(1);
    expect(burst(alice)).toEqual([1, { kind: "throttled", retryAfterMs: 333 }]);
    cluster.run(1000);
    expect(burst(alice)[0]).toBe(3);
    cluster.run(60_000);
    expect(burst(alice)[0]).toBe(6);
  });

  it("holds for a principal whatever token it shows, and for no other", () => {
    const cluster = guardedCluster({ properties });
    const admin = new HttpClient(cluster);
    const second = { tokenId: "alice-second", secret: "s" };
    const token = { principal: "User:alice", description: "", lifetimeMs: null };
    const alice = admin.newClient("User:alice");
    admin.change({ what: "create", tokenId: second.tokenId, secretHash: hashOf("s"), ...token });
    const bob = admin.newClient("User:bob");
    expect(burst(alice)[0]).toBe(6);
    expect(burst(new HttpClient(cluster, second))[0]).toBe(0);
    expect(burst(bob)[0]).toBe(6);
  });

  it("is not used up by who shows a bad token, nor by the gateway itself", () => {
    const cluster = guardedCluster({ properties });
    const alice = new HttpClient(cluster).newClient("User:alice");
    const thief = new HttpClient(cluster, { tokenId: "alice-token-", secret: "guess" });
    for (let i = 0; i < 20; i++) expect(thief.read(CLUSTER).kind).toBe("unauthenticated");
    for (let i = 0; i < 20; i++) {
      const reply = cluster.api(alice.target, { kind: "read", sender: null, read: CLUSTER });
      expect(reply.kind).toBe("result");
    }
    cluster.run(10_000);
    expect(burst(alice)[0]).toBe(6);
  });

  it("counts every kind of call, and is off unless it is set", () => {
    const cluster = guardedCluster({ properties });
    const alice = new HttpClient(cluster).newClient("User:alice");
    burst(alice);
    const kinds = requestsOf(alice).map((one) => cluster.post(alice.target, one)().kind);
    expect(kinds).toEqual(kinds.map(() => "throttled"));
    const open = guardedCluster();
    const free = new HttpClient(open).newClient("User:alice");
    for (let i = 0; i < 100; i++) expect(burst(free)[0]).toBe(10);
  });

  it("remembers no more principals than it is told to; who is forgotten has a full bucket", () => {
    const rate = new RequestRate(1, { maxBuckets: 2 });
    const take = (principal: string) => rate.take(principal, 0);
    expect([take("a"), take("a"), take("a")]).toEqual([0, 0, 1000]);
    take("b");
    take("c");
    expect(rate.size).toBe(2);
    expect(take("a")).toBe(0);
  });

  it("does not run backwards with the clock", () => {
    const rate = new RequestRate(1);
    expect([rate.take("a", 5000), rate.take("a", 5000)]).toEqual([0, 0]);
    expect(rate.take("a", 1000)).toBe(1000);
    expect(rate.take("a", 2000)).toBe(0);
  });
});

it("the quota of a user on changes of partitions holds over HTTP, and only for him (KIP-599)", () => {
  const { admin, alice } = clusterWithTopic();
  admin.allow({ ...onCluster(Operation.CREATE), principal: "User:alice" });
  const entity = [{ entityType: "user", entityName: "alice" }];
  const ops = [{ key: "controller_mutation_rate", value: 1, remove: false }];
  admin.written("alterClientQuotas", { entries: [{ entity, ops }], validateOnly: false });
  const codes = (client: HttpClient, prefix: string) => {
    const topics = Array.from({ length: 13 }, (_, i) => ({
      name: `${prefix}-${i}`,
      numPartitions: 1,
      replicationFactor: 1,
    }));
    const reply = client.written("createTopics", { topics, timeoutMs: 1000 });
    if (reply.kind !== "written") throw new Error(reply.kind);
    return (reply.body as ResponseOf<"createTopics">).topics.map(({ errorCode }) => errorCode);
  };
  expect(codes(alice, "a")).toEqual([...Array<number>(12).fill(0), 89]);
  expect(codes(admin, "b")).toEqual(Array<number>(13).fill(0));
});
