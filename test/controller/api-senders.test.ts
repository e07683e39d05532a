/** Whom the controllers let in over HTTP, and on which state that is judged. */

import { beforeEach, describe, expect, it } from "vitest";
import type { ApiReply, ApiRequest, Consistency } from "../../src/controller/api.ts";
import { Operation, PatternType, Permission, ResourceType } from "../../src/state/authorizer.ts";
import { acl } from "../state/acls.ts";
import type { Cluster } from "./cluster.ts";
import {
  ADMIN,
  guardedCluster,
  HttpClient,
  hashOf,
  joinBroker,
  requestsOf,
  verdict,
} from "./http-client.ts";
import { creation } from "./requests.ts";
import { onCluster } from "./right-row.ts";

const CLUSTER = { what: "cluster" } as const;

/** Every entry for alice. */
const OF_ALICE = {
  resourceTypeFilter: ResourceType.ANY,
  resourceNameFilter: null,
  patternTypeFilter: PatternType.ANY,
  principalFilter: "User:alice",
  hostFilter: null,
  operation: Operation.ANY,
  permissionType: Permission.ANY,
};

describe("who has no good token", () => {
  let cluster: Cluster;
  let admin: HttpClient;

  beforeEach(() => {
    cluster = guardedCluster();
    admin = new HttpClient(cluster);
  });

  it("is let in nowhere, changes nothing, and is told the same whatever is wrong", () => {
    admin.newClient("User:alice", 1000);
    const secret = "secret of alice";
    cluster.run(1000);
    const bad = [
      { tokenId: "nobody-has--", secret },
      { ...ADMIN, secret },
      { tokenId: "alice-token-", secret },
    ].map((shown) => new HttpClient(cluster, shown));
    const { logEndOffset } = cluster.status(admin.target);
    const replies = bad.flatMap((client) => requestsOf(client).map((one) => client.ask(one)));
    const message = "The access token is unknown, has expired or was revoked.";
    expect(replies).toEqual(replies.map(() => ({ kind: "unauthenticated", message })));
    expect(cluster.status(admin.target).logEndOffset).toBe(logEndOffset);
  });

  it("is told how to show one when it has shown none", () => {
    const nobody = new HttpClient(cluster, null);
    const replies = requestsOf(nobody).map((one) => nobody.ask(one));
    const message = "An access token is needed: Authorization: Bearer <token>.";
    expect(replies).toEqual(replies.map(() => ({ kind: "unauthenticated", message })));
  });

  it("is not let in by a hash that is cut, or goes on, or by none", () => {
    const hash = hashOf(ADMIN.secret);
    const longer = Uint8Array.of(...hash, 0);
    for (const secretHash of [hash.subarray(0, 31), longer, new Uint8Array(0)]) {
      const credentials = { tokenId: ADMIN.tokenId, secretHash };
      const sender = { ...admin.sender, credentials };
      expect(admin.ask({ kind: "read", sender, read: CLUSTER }).kind).toBe("unauthenticated");
    }
  });

  it("does not become somebody by the zeros that stand for no secret", () => {
    for (const tokenId of [ADMIN.tokenId, "nobody-has--"]) {
      const credentials = { tokenId, secretHash: new Uint8Array(32) };
      const sender = { ...admin.sender, credentials };
      expect(admin.ask({ kind: "read", sender, read: CLUSTER }).kind).toBe("unauthenticated");
    }
  });
});

describe("a cluster that asks nobody who he is", () => {
  const properties = { "quorate.http.authentication.required": "false" };

  it("lets everybody do everything", () => {
    const cluster = guardedCluster({ properties });
    joinBroker(cluster, cluster.leader());
    const nobody = new HttpClient(cluster, null);
    expect(nobody.written("createTopics", creation("orders"))).toMatchObject({
      kind: "written",
      body: { topics: [{ errorCode: 0 }] },
    });
    expect(nobody.read({ what: "image", page: { after: null, limit: 1 } }).kind).toBe("result");
    expect(nobody.ask({ kind: "authenticate", sender: nobody.sender, right: null })).toMatchObject({
      kind: "authenticated",
      principal: "User:ANONYMOUS",
      tokenId: null,
    });
  });

  it("still does not take a token that is not good, and holds a good one to its rights", () => {
    const cluster = guardedCluster({ properties });
    const alice = new HttpClient(cluster).newClient("User:alice");
    expect(verdict(alice.read(CLUSTER))).toBe("CLUSTER_AUTHORIZATION_FAILED");
    expect(new HttpClient(cluster, { ...ADMIN, secret: "x" }).read(CLUSTER).kind).toBe(
      "unauthenticated",
    );
  });
});

it("without an authorizer whoever has a token may do everything", () => {
  const cluster = guardedCluster({ properties: { "authorizer.class.name": "" } });
  const alice = new HttpClient(cluster).newClient("User:alice");
  expect(alice.read(CLUSTER).kind).toBe("result");
  expect(alice.change({ what: "revoke", tokenId: ADMIN.tokenId }).kind).toBe("token-changed");
});

describe("a revocation", () => {
  const revocation = { what: "revoke", tokenId: "alice-token-" } as const;
  let cluster: Cluster;
  let admin: HttpClient;
  let alice: HttpClient;

  beforeEach(() => {
    cluster = guardedCluster({ controllers: 3 });
    admin = new HttpClient(cluster);
    joinBroker(cluster, admin.target);
    alice = admin.newClient("User:alice");
    admin.allow({ ...onCluster(Operation.ALL), principal: "User:alice" });
  });

  const topicNames = () => {
    const { topics } = admin.result({ what: "topics", page: { after: null, limit: 10 } });
    return topics.map(({ name }) => name);
  };
  const revoking = (): ApiRequest => {
    return { kind: "change-token", sender: admin.sender, change: revocation };
  };
  const creating = (name: string) => alice.writing("createTopics", creation(name));

  it("stops what comes behind it, although neither is committed yet", () => {
    const earlier = cluster.post(admin.target, creating("before"));
    const revoked = cluster.post(admin.target, revoking());
    const behind = cluster.post(admin.target, creating("behind"));
    expect([earlier(), revoked(), behind()].map(({ kind }) => kind)).toEqual([
      "written",
      "token-changed",
      "unauthenticated",
    ]);
    expect(topicNames()).toEqual(["before"]);
  });

  it("of a right does the same", () => {
    const earlier = cluster.post(admin.target, creating("before"));
    const taken = cluster.post(admin.target, admin.writing("deleteAcls", { filters: [OF_ALICE] }));
    const behind = cluster.post(admin.target, creating("behind"));
    expect(earlier().kind).toBe("written");
    expect(taken().kind).toBe("written");
    expect(behind()).toMatchObject({ kind: "written", body: { topics: [{ errorCode: 29 }] } });
    expect(topicNames()).toEqual(["before"]);
  });

  it("is honoured by a new leader before it knows that it was committed", () => {
    expect(cluster.api(admin.target, revoking()).kind).toBe("token-changed");
    const [first = 0, second = 0] = cluster.ids.filter((id) => id !== admin.target);
    cluster.kill(admin.target);
    const leads = () => [first, second].find((id) => cluster.status(id).role === "leader");
    cluster.runUntil(() => leads() !== undefined, "another leads");
    const leader = leads() ?? 0;
    expect(cluster.api(leader, creating("late")).kind).toBe("unauthenticated");
    admin.target = cluster.leader();
    expect(topicNames()).toEqual([]);
  });

  it("is honoured by a read that waits for a majority and would show what is newer", () => {
    const read: ApiRequest = { kind: "read", sender: alice.sender, read: CLUSTER };
    const authenticate: ApiRequest = { kind: "authenticate", sender: alice.sender, right: null };
    const asked = [read, read, authenticate];
    const seen = new Set<string>();
    // Whether one fetch brings a majority's word and its acknowledgement of the revocation depends on the moment.
    for (let ms = 0; ms < 40; ms++) {
      const replies = asked.map((request) => cluster.call(admin.target, request));
      const revoked = cluster.call(admin.target, revoking());
      cluster.runUntil(() => [...replies, revoked].every((reply) => reply() !== null), "answers");
      const change = revoked();
      const revokedAt = change?.kind === "token-changed" ? change.offset : Number.NaN;
      for (const reply of replies.map((each) => each())) {
        const isNewer = reply !== null && "offset" in reply && !(reply.offset < revokedAt);
        expect([ms, reply?.kind, isNewer]).toEqual([ms, reply?.kind, false]);
        seen.add(reply?.kind ?? "");
      }
      alice = admin.newClient("User:alice");
      cluster.run(ms);
    }
    expect([...seen].toSorted()).toEqual(["result", "unauthenticated"]);
  });

  it("ends a feed that waits", () => {
    const { sender } = alice;
    const feed = (maxWaitMs: number): ApiRequest => ({
      kind: "log",
      sender,
      form: "records",
      fromOffset: cluster.status(admin.target).logEndOffset,
      maxRecords: 10,
      maxWaitMs,
    });
    const waiting = cluster.post(admin.target, feed(30_000));
    const revoked = cluster.post(admin.target, revoking());
    expect(revoked().kind).toBe("token-changed");
    expect(waiting().kind).toBe("unauthenticated");
  });

  it("of the right to the log ends it too", () => {
    const waiting = cluster.post(admin.target, {
      kind: "log",
      sender: alice.sender,
      form: "records",
      fromOffset: cluster.status(admin.target).logEndOffset,
      maxRecords: 10,
      maxWaitMs: 30_000,
    });
    expect(admin.written("deleteAcls", { filters: [OF_ALICE] }).kind).toBe("written");
    expect(verdict(waiting())).toBe("CLUSTER_AUTHORIZATION_FAILED");
  });
});

describe("a controller that is not active", () => {
  const anywhere: Consistency = { kind: "min-offset", offset: 1, anywhere: true };
  let cluster: Cluster;
  let admin: HttpClient;
  let follower: number;

  beforeEach(() => {
    cluster = guardedCluster({ controllers: 3 });
    admin = new HttpClient(cluster);
    follower = cluster.ids.find((id) => id !== admin.target) ?? 0;
    cluster.run(1000);
  });

  function from(client: HttpClient, consistency: Consistency = anywhere): ApiReply {
    const { sender } = client;
    return cluster.api(follower, { kind: "read", sender, read: CLUSTER, consistency });
  }

  it("answers who may read, and sends all others to the active one, which alone may say no", () => {
    const alice = admin.newClient("User:alice");
    cluster.run(1000);
    expect(from(admin).kind).toBe("result");
    const { highWatermark, epoch } = cluster.status(follower);
    const behind = { kind: "behind", endOffset: highWatermark, epoch };
    expect(from(alice)).toEqual(behind);
    expect(from(new HttpClient(cluster, { ...ADMIN, secret: "x" }, admin.target))).toEqual(behind);
    expect(from(new HttpClient(cluster, null, admin.target))).toEqual(behind);
  });

  /** A read of what the follower does not have yet, whose reply may take a while. */
  function ahead(client: HttpClient): () => ApiReply | null {
    const offset = cluster.status(admin.target).highWatermark - 1;
    expect(cluster.status(follower).highWatermark).toBeLessThanOrEqual(offset);
    const consistency = { ...anywhere, offset };
    return cluster.call(follower, {
      kind: "read",
      sender: client.sender,
      read: CLUSTER,
      consistency,
    });
  }

  it("waits for an offset with who may read, and sends on at once who is not known here yet", () => {
    admin.allow({ ...onCluster(Operation.DESCRIBE), principal: "User:alice" });
    const alice = admin.newClient("User:alice");
    const nobody = new HttpClient(cluster, null, admin.target);
    const [ofAdmin, ofAlice, ofNobody] = [admin, alice, nobody].map(ahead);
    expect([ofAdmin?.(), ofAlice?.()?.kind, ofNobody?.()?.kind]).toEqual([
      null,
      "behind",
      "behind",
    ]);
    cluster.run(1000);
    expect(ofAdmin?.()?.kind).toBe("result");
    expect(from(alice).kind).toBe("result");
  });

  it("does not answer whose token was revoked while it waited", () => {
    admin.allow({ ...onCluster(Operation.DESCRIBE), principal: "User:alice" });
    const alice = admin.newClient("User:alice");
    cluster.run(1000);
    const revoked = admin.change({ what: "revoke", tokenId: "alice-token-" });
    expect(revoked.kind).toBe("token-changed");
    const reply = ahead(alice);
    expect(reply()).toBeNull();
    cluster.run(1000);
    expect(reply()?.kind).toBe("behind");
  });

  it("counts what waits against the rate of its principal, once", () => {
    cluster = guardedCluster({
      controllers: 3,
      properties: { "quorate.http.requests.per.second": "1" },
    });
    admin = new HttpClient(cluster);
    follower = cluster.ids.find((id) => id !== admin.target) ?? 0;
    cluster.run(1000);
    joinBroker(cluster, admin.target);
    const replies = [1, 2, 3].map(() => ahead(admin));
    expect(replies.map((reply) => reply()?.kind)).toEqual([undefined, undefined, "throttled"]);
    cluster.run(100);
    expect(replies.map((reply) => reply()?.kind)).toEqual(["result", "result", "throttled"]);
  });

  it("lets nobody in before it knows what is committed", () => {
    for (const id of cluster.ids) cluster.kill(id);
    cluster.start(follower);
    expect(cluster.status(follower).highWatermark).toBe(-1);
    expect(from(admin, { ...anywhere, offset: 0 }).kind).toBe("behind");
  });

  it("judges no change and no committed read at all", () => {
    const nobody = new HttpClient(cluster, null, admin.target);
    const replies = requestsOf(nobody).map((one) => cluster.api(follower, one));
    expect(replies.map(({ kind }) => kind)).toEqual([
      "not-controller",
      "not-controller",
      "not-controller",
      "not-controller",
      "behind",
      "not-controller",
    ]);
  });
});

describe("a right that a sender asks about", () => {
  it("is judged like any other", () => {
    const cluster = guardedCluster();
    const admin = new HttpClient(cluster);
    const alice = admin.newClient("User:alice");
    admin.allow(acl({ operation: Operation.DESCRIBE }));
    const ask = (operation: number, resourceType: number, resourceName: string) =>
      verdict(
        alice.ask({
          kind: "authenticate",
          sender: alice.sender,
          right: { operation, resourceType, resourceName },
        }),
      );
    expect(ask(Operation.DESCRIBE, 2, "orders")).toBe("authenticated");
    expect(ask(Operation.DESCRIBE, 2, "other")).toBe("TOPIC_AUTHORIZATION_FAILED");
    expect(ask(Operation.DESCRIBE, 3, "group")).toBe("GROUP_AUTHORIZATION_FAILED");
    expect(ask(Operation.CLUSTER_ACTION, 4, "kafka-cluster")).toBe("CLUSTER_AUTHORIZATION_FAILED");
  });
});

describe("a Kafka connection whose opener has proved who he is", () => {
  it("has his rights, and no others", () => {
    const cluster = guardedCluster();
    const admin = new HttpClient(cluster);
    const [alice, bob] = [admin.newClient("User:alice"), admin.newClient("User:bob")];
    admin.allow({ ...onCluster(Operation.DESCRIBE), principal: "User:alice" });
    const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }];
    const ask = (who: HttpClient | null) =>
      cluster
        .connect(admin.target, "10.0.0.1", who?.sender.credentials)
        .call("describeQuorum", { topics }).errorCode;
    expect(ask(alice)).toBe(0);
    expect(ask(bob)).toBe(31);
    expect(ask(null)).toBe(31);
    admin.allow(onCluster(Operation.DESCRIBE));
    expect(ask(null)).toBe(0);
    expect(ask(bob)).toBe(31);
  });
});
