/** A controller that the others cannot reach: what it knew of tokens is worth nothing soon. */

import { beforeEach, describe, expect, it } from "vitest";
import type { ApiReply, Consistency } from "../../src/controller/api.ts";
import type { NodeEvent } from "../../src/controller/node-event.ts";
import { Operation } from "../../src/state/authorizer.ts";
import type { Cluster } from "./cluster.ts";
import { guardedCluster, HttpClient } from "./http-client.ts";
import { onCluster } from "./right-row.ts";

const ANYWHERE: Consistency = { kind: "min-offset", offset: 0, anywhere: true };
const CLUSTER = { what: "cluster" } as const;
/** As long as a follower goes without its leader. */
const FETCH_TIMEOUT_MS = 2000;

let cluster: Cluster;
let admin: HttpClient;
let alice: HttpClient;
let follower: number;
let isCutOff: boolean;

/** Nothing that peers say reaches the follower while it is cut off. */
function cutWires(of: Cluster): void {
  const deliver = of.deliver.bind(of);
  of.deliver = (id: number, event: NodeEvent) => {
    const isLost = isCutOff && id === follower && event.kind.startsWith("peer-");
    if (!isLost) deliver(id, event);
  };
}

beforeEach(() => {
  isCutOff = false;
  cluster = guardedCluster({ controllers: 3 });
  admin = new HttpClient(cluster);
  alice = admin.newClient("User:alice");
  admin.allow({ ...onCluster(Operation.DESCRIBE), principal: "User:alice" });
  follower = cluster.ids.find((id) => id !== admin.target) ?? 0;
  cutWires(cluster);
  cluster.run(1000);
});

function read(client: Pick<HttpClient, "sender"> | null): ApiReply {
  const sender = client?.sender ?? null;
  return cluster.api(follower, { kind: "read", sender, read: CLUSTER, consistency: ANYWHERE });
}

function revoke(): void {
  const reply = admin.change({ what: "revoke", tokenId: "alice-token-" });
  expect(reply.kind).toBe("token-changed");
}

describe("a follower that is cut off", () => {
  it("lets nobody in with a token that was revoked meanwhile, once it has not heard for long", () => {
    isCutOff = true;
    revoke();
    cluster.run(FETCH_TIMEOUT_MS);
    const { highWatermark, epoch } = cluster.status(follower);
    for (let i = 0; i < 60; i++) {
      expect(read(alice)).toEqual({ kind: "behind", endOffset: highWatermark, epoch });
      cluster.run(1000);
    }
  });

  it("lets nobody in with a token at all then, for it cannot know, and tells nobody how it is doing", () => {
    isCutOff = true;
    expect(read(admin).kind).toBe("result");
    cluster.run(FETCH_TIMEOUT_MS);
    expect(read(admin).kind).toBe("behind");
    const metrics = cluster.api(follower, { kind: "metrics", sender: admin.sender });
    expect(metrics.kind).toBe("behind");
    expect(read(null).kind).toBe("result");
  });

  it("knows who may come in when it hears again", () => {
    isCutOff = true;
    revoke();
    cluster.run(60_000);
    isCutOff = false;
    cluster.run(5000);
    admin.target = cluster.leader();
    follower = cluster.ids.find((id) => id !== admin.target) ?? 0;
    expect(read(admin).kind).toBe("result");
    expect(read(alice).kind).toBe("behind");
  });

  it("goes on answering where nobody is asked who he is", () => {
    const properties = { "quorate.http.authentication.required": "false" };
    cluster = guardedCluster({ controllers: 3, properties });
    const leader = cluster.leader();
    follower = cluster.ids.find((id) => id !== leader) ?? 0;
    cutWires(cluster);
    cluster.run(1000);
    isCutOff = true;
    cluster.run(FETCH_TIMEOUT_MS);
    expect(read(new HttpClient(cluster, null, leader)).kind).toBe("result");
  });
});

describe("a leader that has been frozen", () => {
  it("does not answer as one before it has looked at the time", () => {
    const { sender } = admin;
    const asked = { kind: "read", sender, read: CLUSTER, consistency: ANYWHERE } as const;
    expect(cluster.call(admin.target, asked)()?.kind).toBe("result");
    for (const id of cluster.ids) if (id !== admin.target) cluster.kill(id);
    cluster.nowMs += 60_000;
    expect(cluster.call(admin.target, asked)()?.kind).toBe("behind");
    const log = { form: "raw", fromOffset: 0, maxRecords: 1, maxWaitMs: 0 } as const;
    const reply = cluster.call(admin.target, { kind: "log", sender, ...log })();
    expect(reply?.kind).toBe("not-controller");
  });
});

it("followers that hear from their leader answer at any moment", () => {
  for (let i = 0; i < 40; i++) {
    expect(read(alice).kind).toBe("result");
    cluster.run(137);
  }
});
