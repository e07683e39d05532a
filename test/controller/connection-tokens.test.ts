/** A Kafka connection is worth as much as the access token that it was opened with, and no longer. */

import { beforeEach, describe, expect, it } from "vitest";
import { METADATA_TOPIC_ID } from "../../src/base/uuid.ts";
import type { NodeEvent } from "../../src/controller/node-event.ts";
import { Operation } from "../../src/state/authorizer.ts";
import type { Cluster, Stream } from "./cluster.ts";
import { ADMIN, guardedCluster, HttpClient, hashOf } from "./http-client.ts";
import { onCluster } from "./right-row.ts";

const GONE = "its access token has expired or was revoked";
const CUT_OFF = "this controller is cut off and cannot know whether its access token is still good";
const ALICE = "alice-token-";
/** As long as a follower goes without its leader. */
const FETCH_TIMEOUT_MS = 2000;

let cluster: Cluster;
let admin: HttpClient;
let follower: number;

beforeEach(() => {
  cluster = guardedCluster({ controllers: 3 });
  admin = new HttpClient(cluster);
  follower = cluster.ids.find((id) => id !== admin.target) ?? 0;
  admin.allow({ ...onCluster(Operation.CLUSTER_ACTION), principal: "User:alice" });
});

function opened(by: HttpClient, id = admin.target): Stream {
  cluster.run(100);
  return cluster.connect(id, "10.0.0.1", by.sender.credentials);
}

/** Opened at the follower right after the active controller has let it in. */
function letIn({ sender: { credentials } }: HttpClient): Stream {
  const offset = cluster.status(admin.target).highWatermark - 1;
  const shown = credentials === null ? null : { ...credentials, principal: "User:alice", offset };
  return cluster.connect(follower, "10.0.0.1", shown);
}

/** Whether a request is answered; false when it closes the connection instead. */
function isServed(stream: Stream): boolean {
  stream.post("apiVersions", { clientSoftwareName: "broker", clientSoftwareVersion: "1" });
  cluster.run(10);
  return stream.frames.splice(0).length === 1;
}

/** Asks for what comes after the end of the log, which is answered when it comes. */
function park(stream: Stream): void {
  const { logEndOffset, epoch } = cluster.status(admin.target);
  const partition = {
    currentLeaderEpoch: epoch,
    fetchOffset: BigInt(logEndOffset),
    lastFetchedEpoch: epoch,
  };
  const topics = [{ topicId: METADATA_TOPIC_ID, partitions: [partition] }];
  stream.post("fetch", { maxWaitMs: 60_000, minBytes: 1, topics });
}

function revoke(tokenId = ALICE): void {
  expect(admin.change({ what: "revoke", tokenId }).kind).toBe("token-changed");
}

function rotate(overlapMs: number): void {
  const secretHash = hashOf("another secret");
  const change = { what: "rotate", tokenId: ALICE, secretHash, overlapMs } as const;
  expect(admin.change(change).kind).toBe("token-changed");
}

describe("a connection that was opened with an access token", () => {
  it("is closed at its next request once the token is revoked, and nothing of it is answered", () => {
    const stream = opened(admin.newClient("User:alice"));
    expect(isServed(stream)).toBe(true);
    revoke();
    expect(isServed(stream)).toBe(false);
    expect(stream.closeReason).toBe(GONE);
  });

  it("is closed within a second when it asks nothing, wherever it leads", () => {
    const alice = admin.newClient("User:alice");
    const streams = cluster.ids.map((id) => opened(alice, id));
    revoke();
    cluster.run(1100);
    expect(streams.map(({ closeReason }) => closeReason)).toEqual([GONE, GONE, GONE]);
  });

  it("is told nothing of what is committed after that, though it waits for it", () => {
    const stream = opened(admin.newClient("User:alice"));
    park(stream);
    expect(stream.frames).toEqual([]);
    revoke();
    cluster.run(1100);
    stream.frames.length = 0;
    admin.newClient("User:bob");
    cluster.run(5000);
    expect([stream.frames.length, stream.closeReason]).toEqual([0, GONE]);
  });

  it("is closed when the token expires, and not before", () => {
    const stream = opened(admin.newClient("User:alice", 5000));
    cluster.run(4000);
    expect(isServed(stream)).toBe(true);
    cluster.run(1900);
    expect(stream.closeReason).toBe(GONE);
  });

  it("outlives a rotation by the overlap", () => {
    const stream = opened(admin.newClient("User:alice"));
    rotate(10_000);
    cluster.run(9000);
    expect(isServed(stream)).toBe(true);
    cluster.run(2000);
    expect(stream.closeReason).toBe(GONE);
  });

  it("is closed by a rotation without overlap, while one with the new secret stays", () => {
    const before = opened(admin.newClient("User:alice"));
    rotate(0);
    const after = opened(new HttpClient(cluster, { tokenId: ALICE, secret: "another secret" }));
    cluster.run(5000);
    expect([before.closeReason, isServed(after)]).toEqual([GONE, true]);
  });

  it("is nothing to those that were opened with another token, or with none", () => {
    const alice = admin.newClient("User:alice");
    const [hers, other] = [opened(alice), opened(admin)];
    const plain = cluster.connect(admin.target, "10.0.0.1");
    revoke();
    cluster.run(5000);
    expect([hers.closeReason, other.closeReason, plain.closeReason]).toEqual([GONE, null, null]);
    expect([isServed(other), isServed(plain)]).toEqual([true, true]);
  });

  it("is closed at its first request when nobody could have been let in with that token", () => {
    for (const secret of [
      { ...ADMIN, secret: "a guess" },
      { tokenId: "nobody-has--", secret: "a guess" },
    ]) {
      const stream = opened(new HttpClient(cluster, secret));
      expect([isServed(stream), stream.closeReason]).toEqual([false, GONE]);
    }
  });

  it("is served, on the word of who let it in, by a controller that does not know the token yet", () => {
    cutOff(follower);
    const alice = admin.newClient("User:alice");
    expect(isServed(letIn(alice))).toBe(true);
    const before = cluster.connect(follower, "10.0.0.1", alice.sender.credentials);
    expect([isServed(before), before.closeReason]).toEqual([false, GONE]);
  });

  it("is served on that word for a while also by a controller that has heard nothing since it started", () => {
    const alice = admin.newClient("User:alice");
    cluster.run(100);
    cutOff(follower);
    cluster.kill(follower);
    cluster.start(follower);
    const stream = letIn(alice);
    expect(isServed(stream)).toBe(true);
    cluster.run(FETCH_TIMEOUT_MS - 100);
    expect(isServed(stream)).toBe(true);
    cluster.run(200);
    expect([isServed(stream), stream.closeReason]).toEqual([false, CUT_OFF]);
  });

  it("is judged by a controller that has come as far as who let it in", () => {
    const stream = letIn(admin.newClient("User:alice"));
    expect(isServed(stream)).toBe(true);
    cluster.run(100);
    revoke();
    cluster.run(100);
    expect([isServed(stream), stream.closeReason]).toEqual([false, GONE]);
  });

  it("is served by no controller that cannot know whether the token is still good", () => {
    const stream = opened(admin.newClient("User:alice"), follower);
    expect(isServed(stream)).toBe(true);
    cutOff(follower);
    revoke();
    cluster.run(1100);
    expect(isServed(stream)).toBe(true);
    cluster.run(FETCH_TIMEOUT_MS);
    expect([isServed(stream), stream.closeReason]).toEqual([false, CUT_OFF]);
  });
});

/** Nothing that peers say reaches this controller from now on. */
function cutOff(id: number): void {
  const deliver = cluster.deliver.bind(cluster);
  cluster.deliver = (to: number, event: NodeEvent) => {
    if (to !== id || !event.kind.startsWith("peer-")) deliver(to, event);
  };
}
