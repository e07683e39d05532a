/** Whole controllers together, in virtual time: formatting, brokers, topics, leadership and restarts. */
import { beforeEach, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { METADATA_TOPIC_ID } from "../../src/base/uuid.ts";
import type { ApiReply, LogRecordJson } from "../../src/controller/api.ts";
import type { RequestInit } from "../../src/protocol/apis.ts";
import { decodeResponse } from "../../src/protocol/request-frame.ts";
import { Cluster } from "./cluster.ts";
import { creation, heartbeat, joinBroker } from "./requests.ts";

let cluster: Cluster;

beforeEach(() => {
  cluster = new Cluster({ seed: 7 });
});

function log(leader: number): readonly LogRecordJson[] {
  const reply = cluster.api(leader, {
    kind: "log",
    sender: null,
    form: "records",
    fromOffset: 0,
    maxRecords: 1000,
    maxWaitMs: 0,
  });
  if (reply.kind !== "log") throw new Error(`log: ${reply.kind}`);
  return reply.records;
}

function topicNames(reply: ApiReply): string[] {
  if (reply.kind !== "result" || reply.result.what !== "topics") throw new Error(reply.kind);
  return reply.result.topics.map(({ name }) => name);
}

function listTopics(id: number): string[] {
  return topicNames(
    cluster.api(id, {
      kind: "read",
      sender: null,
      read: { what: "topics", page: { after: null, limit: 100 } },
    }),
  );
}

test("a new cluster's log begins as that of an Apache quorum does", () => {
  cluster.format();
  const records = log(cluster.leader());
  expect(records.map(({ type }) => type)).toEqual([
    "LEADER_CHANGE",
    "KRAFT_VERSION",
    "KRAFT_VOTERS",
    "BEGIN_TRANSACTION_RECORD",
    "FEATURE_LEVEL_RECORD",
    "FEATURE_LEVEL_RECORD",
    "FEATURE_LEVEL_RECORD",
    "END_TRANSACTION_RECORD",
    "REGISTER_CONTROLLER_RECORD",
    "REGISTER_CONTROLLER_RECORD",
    "REGISTER_CONTROLLER_RECORD",
  ]);
  expect(records.slice(4, 7).map(({ data }) => data)).toEqual([
    { name: "metadata.version", featureLevel: 25 },
    { name: "group.version", featureLevel: 1 },
    { name: "transaction.version", featureLevel: 2 },
  ]);
  expect(new Set(records.map(({ epoch }) => epoch))).toEqual(new Set([1]));
});

test("the same format again changes nothing, another one is refused", () => {
  cluster.format();
  const { document } = cluster;
  expect(cluster.api(1, { kind: "format", document })).toEqual({
    kind: "formatted",
    already: true,
  });
  const other = { ...document, metadataVersion: 21 };
  expect(cluster.api(1, { kind: "format", document: other })).toEqual({
    kind: "refused",
    error: "INVALID_REQUEST",
    message: `Controller 1 is already formatted for cluster ${document.clusterId}.`,
  });
});

test("until it is formatted a controller says so and closes Kafka connections", () => {
  const read = { kind: "read", sender: null, read: { what: "cluster" } } as const;
  expect(cluster.api(2, read)).toEqual({ kind: "not-formatted" });
  const stream = cluster.connect(2);
  stream.post("apiVersions", { clientSoftwareName: "a", clientSoftwareVersion: "1" });
  expect(stream.closeReason).toBe("this controller is not formatted");
});

test("a topic is acknowledged once it is committed, and then every controller holds it", () => {
  cluster.format();
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  joinBroker(cluster, stream);
  const { topics } = stream.call("createTopics", creation("orders"));
  expect(topics[0]).toMatchObject({ name: "orders", errorCode: 0, numPartitions: 1 });
  expect(listTopics(leader)).toEqual(["orders"]);
  cluster.run(1000);
  const ends = cluster.ids.map((id) => cluster.status(id));
  expect(new Set(ends.map(({ logEndOffset }) => logEndOffset)).size).toBe(1);
  expect(new Set(ends.map(({ highWatermark }) => highWatermark)).size).toBe(1);
});

test("a controller that is not active refuses writes and names the one that is", () => {
  cluster.format();
  const leader = cluster.leader();
  const follower = cluster.ids.find((id) => id !== leader) ?? 0;
  const { topics } = cluster.connect(follower).call("createTopics", creation("orders"));
  expect(topics[0]?.errorCode).toBe(ErrorCode.NOT_CONTROLLER);
  expect(cluster.api(follower, { kind: "read", sender: null, read: { what: "brokers" } })).toEqual({
    kind: "not-controller",
    leaderId: leader,
    epoch: 1,
  });
});

test("when the active controller dies another one is active within 100 virtual ms and knows every topic", () => {
  cluster.format();
  const first = cluster.leader();
  const stream = cluster.connect(first);
  const brokerEpoch = joinBroker(cluster, stream);
  for (const name of ["a", "b", "c"]) stream.call("createTopics", creation(name));
  cluster.run(500);
  cluster.kill(first);
  const diedMs = cluster.nowMs;
  const second = cluster.leader();
  expect(second).not.toBe(first);
  expect(cluster.nowMs - diedMs).toBeLessThan(100);
  expect(listTopics(second)).toEqual(["a", "b", "c"]);
  // The broker's epoch is still good there: it need not register again.
  const beat = cluster
    .connect(second)
    .call("brokerHeartbeat", { ...heartbeat(101, brokerEpoch), currentMetadataOffset: 100n });
  expect(beat).toMatchObject({ errorCode: 0, isFenced: false });
});

test("a leader that loses its majority answers NOT_CONTROLLER to everyone who waits", () => {
  cluster.format();
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  joinBroker(cluster, stream);
  for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
  const { topics } = stream.call("createTopics", creation("lost", 60_000));
  expect(topics[0]?.errorCode).toBe(ErrorCode.NOT_CONTROLLER);
});

test("a write that is not committed within its timeout is answered so, and may still be committed", () => {
  cluster.format();
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  joinBroker(cluster, stream);
  const others = cluster.ids.filter((id) => id !== leader);
  for (const id of others) cluster.kill(id);
  const { topics } = stream.call("createTopics", creation("late", 200));
  expect(topics[0]?.errorCode).toBe(ErrorCode.REQUEST_TIMED_OUT);
  for (const id of others) cluster.start(id);
  expect(listTopics(cluster.leader())).toEqual(["late"]);
});

test("controllers that are all stopped and started go on where they were", () => {
  cluster.format();
  const stream = cluster.connect(cluster.leader());
  joinBroker(cluster, stream);
  stream.call("createTopics", creation("kept"));
  const before = log(cluster.leader());
  for (const id of cluster.ids) cluster.kill(id);
  for (const id of cluster.ids) cluster.start(id);
  const leader = cluster.leader();
  expect(listTopics(leader)).toEqual(["kept"]);
  const after = log(leader);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.slice(before.length).map(({ type }) => type)).toEqual(["LEADER_CHANGE"]);
});

test("a broker that is silent for its session is fenced, and a heartbeat brings it back", () => {
  cluster.format();
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  const brokerEpoch = joinBroker(cluster, stream);
  const fenced = (): boolean => {
    const reply = cluster.api(leader, {
      kind: "read",
      sender: null,
      read: { what: "broker", brokerId: 101 },
    });
    if (reply.kind !== "result" || reply.result.what !== "broker") throw new Error(reply.kind);
    return reply.result.broker?.fenced ?? true;
  };
  cluster.run(8000);
  expect(fenced()).toBe(false);
  cluster.run(4000);
  expect(fenced()).toBe(true);
  const beat = stream.call("brokerHeartbeat", heartbeat(101, brokerEpoch));
  expect(beat).toMatchObject({ errorCode: 0, isFenced: false });
});

test("answers leave a connection in the order of its requests", () => {
  cluster.format();
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  const { logEndOffset, epoch } = cluster.status(leader);
  stream.post("fetch", fetchFrom(logEndOffset, epoch, 200));
  stream.post("apiVersions", { clientSoftwareName: "a", clientSoftwareVersion: "1" });
  cluster.run(100);
  expect(stream.frames).toHaveLength(0);
  cluster.run(200);
  const [first = new Uint8Array(0), second = new Uint8Array(0)] = stream.frames;
  expect(decodeResponse("fetch", 18, first).correlationId).toBe(0);
  expect(decodeResponse("apiVersions", 5, second).correlationId).toBe(1);
});

function fetchFrom(offset: number, epoch: number, maxWaitMs: number): RequestInit<"fetch"> {
  return {
    clusterId: cluster.document.clusterId,
    replicaState: { replicaId: 101, replicaEpoch: -1n },
    maxWaitMs,
    minBytes: 0,
    maxBytes: 8_388_608,
    topics: [
      {
        topicId: METADATA_TOPIC_ID,
        partitions: [
          {
            partition: 0,
            currentLeaderEpoch: epoch,
            fetchOffset: BigInt(offset),
            highWatermark: BigInt(offset),
            lastFetchedEpoch: offset === 0 ? 0 : epoch,
          },
        ],
      },
    ],
  };
}

test("an observer is sent committed records only", () => {
  cluster.format();
  const leader = cluster.leader();
  const writer = cluster.connect(leader);
  joinBroker(cluster, writer);
  const { logEndOffset, epoch } = cluster.status(leader);
  for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
  writer.post("createTopics", creation("uncommitted", 60_000));
  expect(cluster.status(leader).logEndOffset).toBeGreaterThan(logEndOffset);
  const observer = cluster.connect(leader);
  const answer = observer.call("fetch", fetchFrom(logEndOffset, epoch, 100));
  const partition = answer.responses[0]?.partitions[0];
  expect(partition?.errorCode).toBe(0);
  expect(partition?.records?.length ?? 0).toBe(0);
  expect(Number(partition?.highWatermark)).toBe(logEndOffset);
});

test("a log read waits for records and ends at its deadline", () => {
  cluster.format();
  const leader = cluster.leader();
  const { highWatermark } = cluster.status(leader);
  const startMs = cluster.nowMs;
  const reply = cluster.api(leader, {
    kind: "log",
    sender: null,
    form: "records",
    fromOffset: highWatermark,
    maxRecords: 10,
    maxWaitMs: 300,
  });
  expect(reply).toMatchObject({ kind: "log", records: [], nextOffset: highWatermark });
  expect(cluster.nowMs - startMs).toBeGreaterThanOrEqual(300);
});

test("five controllers outlive two of them", () => {
  cluster = new Cluster({ seed: 11, controllers: 5 });
  cluster.format();
  const first = cluster.leader();
  joinBroker(cluster, cluster.connect(first));
  cluster.kill(first);
  const second = cluster.leader();
  cluster.kill(second);
  const third = cluster.leader();
  const { topics } = cluster.connect(third).call("createTopics", creation("survivor"));
  expect(topics[0]?.errorCode).toBe(0);
});

test("a single controller is a quorum of its own", () => {
  cluster = new Cluster({ seed: 3, controllers: 1 });
  cluster.format();
  const stream = cluster.connect(1);
  joinBroker(cluster, stream);
  expect(stream.call("createTopics", creation("alone")).topics[0]?.errorCode).toBe(0);
});
