/** One controller after another: what a new active controller knows, and what a former one has to forget. */

import { beforeEach, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Cluster, type Stream } from "../controller/cluster.ts";
import { clusterWithBroker, creation, joinBroker } from "../controller/requests.ts";
import { Cluster as RaftCluster } from "../raft/cluster.ts";

let cluster: Cluster;
let stream: Stream;
let leader: number;

beforeEach(() => {
  ({ cluster, leader, stream } = clusterWithBroker());
});

function others(): number[] {
  return cluster.ids.filter((id) => id !== leader);
}

function create(name: string): number | undefined {
  return stream.call("createTopics", creation(name)).topics[0]?.errorCode;
}

function names(id: number): string[] {
  const read = { what: "topics", page: { after: null, limit: 100 } } as const;
  const reply = cluster.api(id, { kind: "read", sender: null, read });
  if (reply.kind !== "result" || reply.result.what !== "topics") throw new Error(reply.kind);
  return reply.result.topics.map(({ name }) => name);
}

/** The types of all committed records, for one read of the log. */
function recordTypes(id: number): string[] {
  const range = { fromOffset: 0, maxRecords: 1000, maxWaitMs: 0 };
  const reply = cluster.api(id, { kind: "log", sender: null, form: "records", ...range });
  if (reply.kind !== "log") throw new Error(reply.kind);
  return reply.records.map(({ type }) => type);
}

test("KAFKA-17333: a former leader that starts again is not the active controller and says so", () => {
  expect(create("kept")).toBe(0);
  cluster.run(1000);
  const { epoch, logEndOffset } = cluster.status(leader);
  for (const id of cluster.ids) cluster.kill(id);
  cluster.start(leader);
  const alone = { role: "resigned", leaderId: -1, epoch, logEndOffset };
  expect(cluster.status(leader)).toMatchObject(alone);
  expect(
    cluster.api(leader, {
      kind: "write",
      sender: null,
      api: "createTopics",
      body: creation("early"),
    }),
  ).toEqual({ kind: "not-controller", leaderId: -1, epoch });
  stream = cluster.connect(leader);
  expect(create("early")).toBe(ErrorCode.NOT_CONTROLLER);
  expect(cluster.status(leader)).toMatchObject(alone);
  for (const id of others()) cluster.start(id);
  const next = cluster.leader();
  expect(cluster.status(next).epoch).toBeGreaterThan(epoch);
  expect(names(next)).toEqual(["kept"]);
});

test("KAFKA-15345: a new active controller builds on everything in its log, also what is not committed yet", () => {
  stream.post("createTopics", creation("t"));
  const { logEndOffset, highWatermark } = cluster.status(leader);
  const holds = (id: number) => cluster.status(id).logEndOffset === logEndOffset;
  cluster.runUntil(() => others().some(holds), "a follower holds the topic");
  expect(cluster.status(leader).highWatermark).toBe(highWatermark);
  const followers = others();
  cluster.kill(leader);
  const leads = (id: number) => cluster.status(id).role === "leader";
  cluster.runUntil(() => followers.some(leads), "a follower leads");
  const next = followers.find(leads) ?? 0;
  expect(cluster.status(next).highWatermark).toBeLessThan(logEndOffset);
  stream = cluster.connect(next);
  expect(create("t")).toBe(ErrorCode.TOPIC_ALREADY_EXISTS);
  expect(names(next)).toEqual(["t"]);
});

test("KAFKA-15345: the first records of a new cluster come after the one that opens the leader's epoch", () => {
  const fresh = new Cluster({ seed: 8, controllers: 1 });
  fresh.api(1, { kind: "format", document: fresh.document });
  expect(fresh.status(1).role).toBe("leader");
  cluster = fresh;
  expect(recordTypes(1).slice(0, 4)).toEqual([
    "LEADER_CHANGE",
    "KRAFT_VERSION",
    "KRAFT_VOTERS",
    "BEGIN_TRANSACTION_RECORD",
  ]);
});

test("KAFKA-16286: no controller ever names another leader than the newest it knows the epoch of", () => {
  const { epoch } = cluster.status(leader);
  const followers = others();
  const leaders = new Map([[epoch, new Set([leader])]]);
  const newest = new Map(cluster.ids.map((id) => [id, epoch]));
  const look = (ids: readonly number[]): void => {
    for (const id of ids) {
      const status = cluster.status(id);
      expect(status.epoch).toBeGreaterThanOrEqual(newest.get(id) ?? 0);
      newest.set(id, status.epoch);
      const known = leaders.get(status.epoch) ?? new Set();
      if (status.leaderId !== -1) leaders.set(status.epoch, known.add(status.leaderId));
      const reply = cluster.api(id, { kind: "read", sender: null, read: { what: "cluster" } });
      const hint = { leaderId: status.leaderId, epoch: status.epoch };
      if (status.role !== "leader") expect(reply).toEqual({ kind: "not-controller", ...hint });
    }
  };
  cluster.kill(leader);
  const next = () => followers.find((id) => cluster.status(id).role === "leader") ?? -1;
  const endMs = cluster.nowMs + 5000;
  while (next() === -1) {
    expect(cluster.nowMs).toBeLessThan(endMs);
    cluster.step();
    look(followers.filter((id) => cluster.status(id).role !== "leader"));
  }
  const found = next();
  cluster.run(500);
  cluster.start(leader);
  look([leader]);
  cluster.run(500);
  look(cluster.ids.filter((id) => id !== found));
  const { epoch: last } = cluster.status(found);
  expect([...newest].filter(([id]) => id !== found).map(([, seen]) => seen)).toEqual([last, last]);
  expect(leaders.get(last)).toEqual(new Set([found]));
  for (const named of leaders.values()) expect(named.size).toBe(1);
});

test("KAFKA-14035: what a leader alone had decided is gone from its state when it leads again", () => {
  expect(create("kept")).toBe(0);
  expect(create("doomed")).toBe(0);
  cluster.run(1000);
  const former = leader;
  for (const id of others()) cluster.kill(id);
  stream.post("createTopics", creation("ghost"));
  stream.post("deleteTopics", { topics: [{ name: "kept" }], timeoutMs: 5000 });
  stream.post("unregisterBroker", { brokerId: 101 });
  cluster.kill(former);
  for (const id of others()) cluster.start(id);
  leader = cluster.leader();
  stream = cluster.connect(leader);
  const deletion = { topics: [{ name: "doomed" }], timeoutMs: 5000 };
  const { responses } = stream.call("deleteTopics", deletion);
  expect(responses[0]?.errorCode).toBe(0);
  cluster.start(former);
  for (let round = 0; leader !== former; round++) {
    expect(round).toBeLessThan(20);
    cluster.run(1000);
    cluster.kill(leader);
    const next = cluster.leader();
    cluster.start(leader);
    leader = next;
  }
  expect(names(former)).toEqual(["kept"]);
  const read = { what: "broker", brokerId: 101 } as const;
  expect(cluster.api(former, { kind: "read", sender: null, read })).toMatchObject({
    result: { broker: { brokerId: 101 } },
  });
  stream = cluster.connect(former);
  joinBroker(cluster, stream, 102);
  expect([create("ghost"), create("kept")]).toEqual([0, ErrorCode.TOPIC_ALREADY_EXISTS]);
});

test("KAFKA-15860: the controllers' registrations outlive every restart and are written once", () => {
  const before = recordTypes(leader).filter((type) => type === "REGISTER_CONTROLLER_RECORD");
  expect(before).toHaveLength(3);
  for (const id of cluster.ids) cluster.kill(id);
  for (const id of cluster.ids) cluster.start(id);
  leader = cluster.leader();
  const { controllerId, brokers } = cluster
    .connect(leader)
    .call("describeCluster", { endpointType: 2 });
  expect(controllerId).toBe(leader);
  expect(brokers.map(({ brokerId, host, port }) => ({ id: brokerId, host, port }))).toEqual(
    cluster.document.controllers.map(({ id, host, port }) => ({ id, host, port })),
  );
  const after = recordTypes(leader).filter((type) => type === "REGISTER_CONTROLLER_RECORD");
  expect(after).toEqual(before);
});

test("etcd-20418: a leader that slept through its successor's election proves nothing to a reader", () => {
  for (let seed = 0; seed < 10; seed++) {
    const quorum = new RaftCluster({ seed, voters: 3 });
    quorum.run(10_000, () => quorum.leader !== null);
    quorum.run(700);
    const old = quorum.leader!;
    // Asleep: it neither hears nor acts until it is woken, and still believes what it last knew.
    quorum.isolate(old.id);
    old.wakeAtMs = Number.POSITIVE_INFINITY;
    const isNew = () => quorum.leader !== null && quorum.leader !== old;
    expect(quorum.run(20_000, isNew)).toBe(true);
    quorum.append(quorum.leader!.id);
    quorum.run(500);
    quorum.heal();
    expect(old.replica!.isLeader).toBe(true);
    const barrier = quorum.act(old.id, (replica) => replica.requestReadBarrier(quorum.clockMs));
    expect(old.replica!.completedReadBarrier).toBeLessThan(barrier);
    quorum.run(5000);
    expect(old.replica!.completedReadBarrier).toBeLessThan(barrier);
    expect(old.replica!.isLeader).toBe(false);
  }
});
