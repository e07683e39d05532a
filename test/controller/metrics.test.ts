/** What controllers tell of themselves: any of them, whatever state it is in, and to whom. */
import { describe, expect, it } from "vitest";
import type { ApiReply } from "../../src/controller/api.ts";
import type { ControllerFacts } from "../../src/controller/controller-facts.ts";
import { readMetrics } from "../../src/controller/read-metrics.ts";
import type { Sender } from "../../src/controller/sender.ts";
import { Cluster } from "./cluster.ts";
import { LargeCluster } from "./large-cluster.ts";
import { clusterWithBroker, creation } from "./requests.ts";

function ask(cluster: Cluster, id: number, sender: Sender | null = null): ApiReply {
  return cluster.api(id, { kind: "metrics", sender });
}

function facts(cluster: Cluster, id: number): ControllerFacts {
  const reply = ask(cluster, id);
  if (reply.kind !== "metrics") throw new Error(`metrics: ${reply.kind}`);
  expect(reply.controllerId).toBe(id);
  return reply.facts;
}

const NO_LATENCY = { averageMs: Number.NaN, maxMs: Number.NaN };

describe("the metrics of a controller", () => {
  it("can be asked for before there is a cluster", () => {
    const cluster = new Cluster({ seed: 3 });
    const { raft, isActive, metadata, lastAppliedTimestampMs, runtime } = facts(cluster, 1);
    expect(raft).toMatchObject({ role: "unformatted", leaderId: -1, highWatermark: -1 });
    expect([isActive, metadata, lastAppliedTimestampMs]).toEqual([false, null, -1]);
    expect(runtime).toMatchObject({ events: 1, commitLatency: NO_LATENCY, pendingAnswers: 0 });
    expect(runtime.apiCalls).toEqual({ metrics: 1 });
  });

  it("are told by the active one and by those that follow, each of itself", () => {
    const { cluster, leader, stream } = clusterWithBroker();
    stream.call("createTopics", creation("a"));
    cluster.run(1000);
    const leads = facts(cluster, leader);
    const followerId = cluster.ids.find((id) => id !== leader) ?? 0;
    const follows = facts(cluster, followerId);
    expect([leads.isActive, follows.isActive]).toEqual([true, false]);
    expect(leads.raft).toMatchObject({ role: "leader", leaderId: leader, votedId: leader });
    expect(follows.raft).toMatchObject({ role: "follower", leaderId: leader, voters: 3 });
    expect([leads.raft.observers, follows.raft.observers]).toEqual([0, null]);
    expect(leads.raft.voterLags).toEqual(cluster.ids.map((voterId) => ({ voterId, records: 0 })));
    expect(follows.raft.voterLags).toBe(null);
    expect(follows.raft.logEndOffset).toBe(leads.raft.logEndOffset);
    expect(leads.raft.highWatermark).toBe(leads.raft.logEndOffset);
    const counts = { topics: 1, partitions: 1, offlinePartitions: 0, imbalancedPartitions: 0 };
    for (const { metadata } of [leads, follows]) {
      expect(metadata?.counts).toEqual(counts);
      expect(metadata?.features).toMatchObject({ "metadata.version": 25, "kraft.version": 1 });
    }
    const broker = { brokerId: 101, registration: "active", inControlledShutdown: false };
    expect(follows.metadata?.brokers).toEqual([{ ...broker, sinceHeartbeatMs: null }]);
    expect(leads.metadata?.brokers).toMatchObject([broker]);
    expect(leads.metadata?.brokers[0]?.sinceHeartbeatMs).toBeGreaterThanOrEqual(1000);
  });

  it("tell how old the last record is that was applied", () => {
    const { cluster, leader, stream } = clusterWithBroker();
    cluster.run(300);
    const beforeMs = cluster.nowMs;
    stream.call("createTopics", creation("a"));
    const { lastAppliedTimestampMs, nowMs } = facts(cluster, leader);
    expect(lastAppliedTimestampMs).toBe(beforeMs);
    expect(nowMs).toBe(cluster.nowMs);
  });

  it("count requests, connections and what was appended or fetched", () => {
    const { cluster, leader, stream } = clusterWithBroker();
    cluster.run(30);
    const before = facts(cluster, leader);
    const followerId = cluster.ids.find((id) => id !== leader) ?? 0;
    const followerBefore = facts(cluster, followerId).runtime;
    stream.call("createTopics", creation("a"));
    stream.call("createTopics", creation("b"));
    cluster.connect(leader);
    cluster.run(30);
    const after = facts(cluster, leader);
    const requests = (api: string) =>
      (after.runtime.requests[api] ?? 0) - (before.runtime.requests[api] ?? 0);
    expect([requests("CreateTopics"), requests("DeleteTopics")]).toEqual([2, 0]);
    expect(after.runtime.connections).toBe(before.runtime.connections + 1);
    const records = after.raft.logEndOffset - before.raft.logEndOffset;
    expect(after.runtime.appendedRecords - before.runtime.appendedRecords).toBe(records);
    expect(after.runtime.fetchedRecords).toBe(0);
    const followerAfter = facts(cluster, followerId).runtime;
    expect(followerAfter.fetchedRecords - followerBefore.fetchedRecords).toBe(records);
    expect(followerAfter.appendedRecords).toBe(0);
    expect(after.runtime.appendRatePerSecond).toBe(after.runtime.appendedRecords / 30);
    expect(followerAfter.fetchRatePerSecond).toBe(followerAfter.fetchedRecords / 30);
  });

  it("measure from append to commit where it leads", () => {
    const { cluster, leader, stream } = clusterWithBroker();
    const before = facts(cluster, leader).runtime.commitLatencies;
    const startMs = cluster.nowMs;
    stream.call("createTopics", creation("a"));
    const elapsedMs = cluster.nowMs - startMs;
    const { commitLatency, commitLatencies } = facts(cluster, leader).runtime;
    expect(commitLatencies.sumMs - before.sumMs).toBe(elapsedMs);
    expect(elapsedMs).toBeGreaterThan(0);
    expect(commitLatency.maxMs).toBeGreaterThanOrEqual(elapsedMs);
    cluster.run(120_000 - (cluster.nowMs % 30_000));
    const followerId = cluster.ids.find((id) => id !== leader) ?? 0;
    expect(facts(cluster, followerId).runtime.commitLatency).toEqual(NO_LATENCY);
  });

  it("notice a change of leaders and how long it took", () => {
    const { cluster, leader } = clusterWithBroker();
    const survivors = cluster.ids.filter((id) => id !== leader);
    cluster.run(90_000);
    const before = survivors.map((id) => facts(cluster, id).runtime);
    expect(before.map(({ electionLatency }) => electionLatency)).toEqual([NO_LATENCY, NO_LATENCY]);
    const startMs = cluster.nowMs;
    cluster.kill(leader);
    const next = cluster.leader();
    const elapsedMs = cluster.nowMs - startMs;
    cluster.run(1000);
    const after = survivors.map((id) => facts(cluster, id).runtime);
    for (const [i, { newActiveControllers }] of after.entries()) {
      expect(newActiveControllers - (before[i]?.newActiveControllers ?? 0)).toBe(1);
    }
    const { electionLatency } = facts(cluster, next).runtime;
    expect(electionLatency.maxMs).toBeGreaterThan(0);
    expect(electionLatency.maxMs).toBeLessThanOrEqual(elapsedMs);
  });

  it("say nothing of metadata while it is not known what is committed, and all of it afterwards", () => {
    const { cluster, leader, stream } = clusterWithBroker();
    stream.call("createTopics", creation("a"));
    cluster.run(1000);
    for (const id of cluster.ids) cluster.kill(id);
    cluster.start(leader);
    const alone = facts(cluster, leader);
    expect(alone.metadata).toBe(null);
    expect(alone.raft.highWatermark).toBe(-1);
    for (const id of cluster.ids) if (id !== leader) cluster.start(id);
    cluster.leader();
    cluster.run(2000);
    for (const id of cluster.ids) {
      expect(facts(cluster, id).metadata?.counts).toMatchObject({ topics: 1, partitions: 1 });
    }
  });

  it("count requests that no majority has committed in time, and those that wait", () => {
    const { cluster, leader, stream } = clusterWithBroker();
    for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
    stream.post("createTopics", creation("a", 500));
    stream.post("createTopics", creation("b", 2000));
    cluster.run(1000);
    const { runtime } = facts(cluster, leader);
    expect([runtime.timedOutOperations, runtime.pendingAnswers]).toEqual([1, 1]);
  });
});

describe("the counts of topics", () => {
  it("leave out what a deposed leader had appended, once that is cut", () => {
    const { cluster, leader, stream } = clusterWithBroker();
    stream.call("createTopics", creation("kept"));
    const others = cluster.ids.filter((id) => id !== leader);
    for (const id of others) cluster.kill(id);
    for (let i = 0; i < 20; i++) stream.post("createTopics", creation(`lost-${i}`, 100));
    expect(facts(cluster, leader).metadata?.counts).toMatchObject({ topics: 1 });
    cluster.kill(leader);
    for (const id of others) cluster.start(id);
    cluster.leader();
    const endOffset = Math.max(...others.map((id) => cluster.status(id).logEndOffset));
    cluster.start(leader);
    cluster.run(100);
    const { metadata, raft } = facts(cluster, leader);
    // Nothing has come in the place of what was lost, so it was known to be cut.
    expect(raft.highWatermark).toBeLessThanOrEqual(endOffset + 2);
    expect(metadata?.counts).toMatchObject({ topics: 1, partitions: 1 });
  });

  it("of a large cluster go on being counted between other events, without being asked for again", () => {
    const cluster = new LargeCluster({ brokers: 3 });
    cluster.create(6500, 1);
    const { quorum } = cluster;
    const counts = () =>
      readMetrics({ quorum, metrics: quorum.metrics, connections: 0 }, cluster.nowMs).metadata
        ?.counts;
    expect(counts()).toBe(null);
    expect(quorum.nextDeadlineMs()).toBeLessThanOrEqual(cluster.nowMs + 10);
    cluster.run(100, []);
    expect(quorum.log.counter.nextDeadlineMs()).toBe(Number.POSITIVE_INFINITY);
    expect(counts()).toMatchObject({ topics: 6500, partitions: 6500 });
  });
});

describe("who is told", () => {
  const required = { "quorate.http.authentication.required": "true" };
  const secretHash = new Uint8Array(32).fill(7);
  const sender = (tokenId: string): Sender => ({
    requestId: "r",
    host: "10.0.0.1",
    credentials: { tokenId, secretHash },
  });
  const formatted = (properties: Readonly<Record<string, string>> = {}) => {
    const cluster = new Cluster({ seed: 5, properties: { ...required, ...properties } });
    cluster.format();
    return cluster;
  };
  const withToken = (cluster: Cluster): number => {
    const leader = cluster.leader();
    const token = { tokenId: "AAAAAAAAAAAA", principal: "User:p", secretHash, description: "" };
    const change = { what: "create", ...token, lifetimeMs: null } as const;
    cluster.api(leader, { kind: "change-token", sender: null, change });
    cluster.run(1000);
    return leader;
  };

  it("is whoever shows a token, at every controller", () => {
    const cluster = formatted();
    withToken(cluster);
    const kinds = cluster.ids.map((id) => ask(cluster, id, sender("AAAAAAAAAAAA")).kind);
    expect(kinds).toEqual(["metrics", "metrics", "metrics"]);
  });

  it("is nobody without one; only the active controller says so, as the others may be behind", () => {
    const cluster = formatted();
    const leader = withToken(cluster);
    for (const id of cluster.ids) {
      const expected = id === leader ? "unauthenticated" : "behind";
      expect(ask(cluster, id, sender("BBBBBBBBBBBB")).kind).toBe(expected);
      expect(ask(cluster, id, { ...sender(""), credentials: null }).kind).toBe(expected);
    }
  });

  it("is who may describe the cluster where ACLs are enforced", () => {
    const cluster = formatted({
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    });
    const leader = withToken(cluster);
    const refused = { kind: "refused", error: "CLUSTER_AUTHORIZATION_FAILED" };
    expect(ask(cluster, leader, sender("AAAAAAAAAAAA"))).toMatchObject(refused);
    const entry = {
      resourceType: 4,
      resourceName: "kafka-cluster",
      resourcePatternType: 3,
      principal: "User:p",
      host: "*",
      operation: 8,
      permissionType: 3,
    };
    const body = { creations: [entry] };
    cluster.api(leader, { kind: "write", sender: null, api: "createAcls", body });
    expect(ask(cluster, leader, sender("AAAAAAAAAAAA")).kind).toBe("metrics");
  });
});
