/** A Kafka connection is open to anybody: what it claims of voters must count for nothing. */
import { beforeEach, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { METADATA_TOPIC_ID } from "../../src/base/uuid.ts";
import { APIS } from "../../src/protocol/apis.ts";
import { decodeLeaderAnswer, encodeLeaderQuestion } from "../../src/protocol/leader-question.ts";
import { encodeRecord } from "../../src/protocol/metadata-record.ts";
import { encodeBatch } from "../../src/protocol/record-batch.ts";
import { encodeRequest, encodeResponse } from "../../src/protocol/request-frame.ts";
import { Cluster } from "./cluster.ts";
import { creation, joinBroker, registration } from "./requests.ts";

let cluster: Cluster;

beforeEach(() => {
  cluster = new Cluster({ seed: 7 });
  cluster.format();
});

test("a fetch in a voter's name commits nothing and is sent nothing that is not committed", () => {
  const leader = cluster.leader();
  const writer = cluster.connect(leader);
  joinBroker(cluster, writer);
  const others = cluster.document.controllers.filter(({ id }) => id !== leader);
  for (const { id } of others) cluster.kill(id);
  const { logEndOffset: committed, epoch } = cluster.status(leader);
  writer.post("createTopics", creation("claimed", 60_000));
  const { logEndOffset } = cluster.status(leader);
  expect(logEndOffset).toBeGreaterThan(committed);
  for (const { id, directoryId } of others) {
    const partition = {
      currentLeaderEpoch: epoch,
      fetchOffset: BigInt(logEndOffset),
      lastFetchedEpoch: epoch,
      replicaDirectoryId: directoryId,
    };
    const topics = [{ topicId: METADATA_TOPIC_ID, partitions: [partition] }];
    const replicaState = { replicaId: id };
    cluster.connect(leader).call("fetch", { replicaState, topics, maxWaitMs: 0 });
  }
  expect(writer.frames).toHaveLength(0);
  expect(cluster.status(leader).highWatermark).toBe(committed);
});

test("elections cannot be moved from a Kafka connection", () => {
  const leader = cluster.leader();
  const follower = cluster.ids.find((id) => id !== leader) ?? 0;
  const before = cluster.ids.map((id) => cluster.status(id).epoch);
  const partition = { partitionIndex: 0, replicaEpoch: 2 ** 31 - 1, replicaId: 1, lastOffset: 9n };
  const topics = [{ topicName: "__cluster_metadata", partitions: [partition] }];
  const vote = cluster.connect(follower).call("vote", { voterId: follower, topics });
  expect(vote.errorCode).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
  const ending = [{ partitionIndex: 0, leaderId: leader, leaderEpoch: 1 }];
  const end = cluster.connect(follower).call("endQuorumEpoch", {
    topics: [{ topicName: "__cluster_metadata", partitions: ending }],
  });
  expect(end.errorCode).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
  cluster.run(3000);
  expect(cluster.ids.map((id) => cluster.status(id).epoch)).toEqual(before);
});

test("who leads is answered to controllers only", () => {
  const leader = cluster.leader();
  const follower = cluster.document.controllers.find(({ id }) => id !== leader);
  const { id = 0, directoryId = "" } = follower ?? {};
  const { epoch } = cluster.status(leader);
  const question = { leaderEpoch: epoch, leaderId: leader, voterDirectoryId: directoryId };
  const bytes = encodeLeaderQuestion(question);
  const answer = cluster.askBytesAsPeer(id, bytes);
  expect(decodeLeaderAnswer(answer)).toEqual({ leaderEpoch: epoch, leaderId: leader });
  expect(cluster.askBytesAsPeer(id, bytes.subarray(0, 20))).toHaveLength(0);
  const stream = cluster.connect(id);
  stream.send(Uint8Array.from([0, 0, 0, bytes.length, ...bytes]));
  expect(stream.frames).toEqual([]);
  expect(stream.closeReason).not.toBeNull();
});

test("a write behind a request that finds leadership lost is refused and stops nothing", () => {
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  joinBroker(cluster, stream);
  for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
  cluster.nowMs += 3500;
  const quorum = { topics: [{ topicName: "__cluster_metadata", partitions: [{}] }] };
  const frames = [
    encodeRequest({
      api: "describeQuorum",
      version: 2,
      correlationId: 0,
      clientId: "c",
      body: quorum,
    }),
    encodeRequest({
      api: "createTopics",
      version: 7,
      correlationId: 1,
      clientId: "c",
      body: creation("late"),
    }),
  ];
  const joined = frames.flatMap((frame) => [0, 0, frame.length >> 8, frame.length & 255, ...frame]);
  stream.send(Uint8Array.from(joined));
  cluster.runUntil(() => stream.frames.length === 2, "both are answered");
  expect(cluster.status(leader).role).not.toBe("leader");
});

test("a leader that wakes from a pause past check-quorum and a broker's session only resigns", () => {
  const leader = cluster.leader();
  joinBroker(cluster, cluster.connect(leader));
  cluster.run(8000);
  for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
  cluster.nowMs += 3200;
  cluster.deliver(leader, { kind: "tick" });
  expect(cluster.status(leader).role).not.toBe("leader");
});

test("a registration that no batch can hold is refused and stops nothing", () => {
  const stream = cluster.connect(cluster.leader());
  const listeners = Array.from({ length: 70 }, (_, i) => ({
    name: `L${i}`,
    host: "h".repeat(30_000),
    port: 1,
    securityProtocol: 0,
  }));
  const huge = { ...registration(cluster, 101), listeners };
  expect(stream.call("brokerRegistration", huge).errorCode).toBe(ErrorCode.POLICY_VIOLATION);
  joinBroker(cluster, stream);
});

test("a follower that cannot read a record keeps nothing of it and stops", () => {
  const leader = cluster.leader();
  const follower = cluster.ids.find((id) => id !== leader) ?? 0;
  cluster.run(100);
  const { logEndOffset, epoch } = cluster.status(follower);
  const value = encodeRecord({ type: "noOp", version: 0, data: {} });
  value[1] = 99;
  const records = encodeBatch({
    baseOffset: logEndOffset,
    leaderEpoch: epoch,
    timestampMs: 1,
    control: false,
    records: [{ key: null, value }],
  });
  const body = {
    responses: [
      {
        topicId: METADATA_TOPIC_ID,
        partitions: [{ currentLeader: { leaderId: leader, leaderEpoch: epoch }, records }],
      },
    ],
  };
  const correlationId = cluster.pendingCall(follower, leader);
  const bytes = encodeResponse(APIS.fetch, 18, correlationId, body);
  expect(() => cluster.deliver(follower, { kind: "peer-response", correlationId, bytes })).toThrow(
    "no metadata record has type 99",
  );
  cluster.kill(follower);
  cluster.start(follower);
  expect(cluster.status(follower).logEndOffset).toBe(logEndOffset);
});
