/** Brokers: registering, falling silent, shutting down and coming back, also while the active controller changes. */

import { beforeEach, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { RequestInit } from "../../src/protocol/apis.ts";
import type { PartitionState } from "../../src/state/metadata-view.ts";
import { Cluster, type Stream } from "../controller/cluster.ts";
import { creation, heartbeat, joinBroker, registration } from "../controller/requests.ts";

const SESSION_MS = 9000;

let cluster: Cluster;
let stream: Stream;
let leader: number;

beforeEach(() => {
  cluster = new Cluster({ seed: 7 });
  cluster.format();
  leader = cluster.leader();
  stream = cluster.connect(leader);
});

/** The active controller dies, and `stream` is one to its successor. */
function failOver(): void {
  cluster.kill(leader);
  leader = cluster.leader();
  stream = cluster.connect(leader);
}

/** A heartbeat of a broker that has read everything. */
function beat(brokerId: number, epoch: bigint) {
  const currentMetadataOffset = BigInt(cluster.status(leader).logEndOffset);
  return stream.call("brokerHeartbeat", { ...heartbeat(brokerId, epoch), currentMetadataOffset });
}

/** Lets time pass in which only the given broker is heard from. */
function passWith(brokerId: number, epoch: bigint, ms: number): void {
  for (let passed = 0; passed < ms; passed += 1000) {
    cluster.run(1000);
    expect(beat(brokerId, epoch).errorCode).toBe(0);
  }
}

function isFenced(brokerId: number): boolean | undefined {
  const reply = cluster.api(leader, {
    kind: "read",
    sender: null,
    read: { what: "broker", brokerId },
  });
  if (reply.kind !== "result" || reply.result.what !== "broker") throw new Error(reply.kind);
  return reply.result.broker?.fenced;
}

function topicOf(name: string): { topicId: string; partitions: readonly PartitionState[] } {
  const reply = cluster.api(leader, { kind: "read", sender: null, read: { what: "topic", name } });
  if (reply.kind !== "result" || reply.result.what !== "topic") throw new Error(reply.kind);
  return { topicId: reply.result.topic!.topicId, partitions: reply.result.partitions };
}

function createOn(name: string, ...partitions: readonly number[][]): void {
  const assignments = partitions.map((brokerIds, partitionIndex) => ({
    partitionIndex,
    brokerIds,
  }));
  const topic = { name, numPartitions: -1, replicationFactor: -1, assignments };
  const { topics } = stream.call("createTopics", { topics: [topic], timeoutMs: 5000 });
  expect(topics[0]?.errorCode).toBe(0);
}

/** Asks for `isr` in the name of broker 101, which leads partition 0 of the topic. */
function alter(
  name: string,
  brokers: ReadonlyMap<number, bigint>,
  isr: readonly number[],
  ahead: { leaderEpoch?: number; partitionEpoch?: number } = {},
) {
  const { topicId, partitions } = topicOf(name);
  const { leaderEpoch, partitionEpoch } = partitions[0]!;
  const request: RequestInit<"alterPartition"> = {
    brokerId: 101,
    brokerEpoch: brokers.get(101)!,
    topics: [
      {
        topicId,
        partitions: [
          {
            partitionIndex: 0,
            leaderEpoch: leaderEpoch + (ahead.leaderEpoch ?? 0),
            partitionEpoch: partitionEpoch + (ahead.partitionEpoch ?? 0),
            newIsrWithEpochs: isr.map((id) => ({ brokerId: id, brokerEpoch: brokers.get(id)! })),
          },
        ],
      },
    ],
  };
  const { errorCode, topics } = stream.call("alterPartition", request);
  expect(errorCode).toBe(0);
  return topics[0]!.partitions[0]!;
}

test("KAFKA-13916: a fenced replica does not join an ISR, under this controller or the next", () => {
  const brokers = new Map([101, 102].map((id) => [id, joinBroker(cluster, stream, id)]));
  createOn("t", [101, 102]);
  passWith(101, brokers.get(101)!, SESSION_MS + 2000);
  expect(isFenced(102)).toBe(true);
  expect(topicOf("t").partitions[0]).toMatchObject({ isr: [101], leader: 101 });
  const refused = { errorCode: ErrorCode.INELIGIBLE_REPLICA };
  expect(alter("t", brokers, [101, 102])).toMatchObject(refused);
  failOver();
  expect(alter("t", brokers, [101, 102])).toMatchObject(refused);
  expect(topicOf("t").partitions[0]).toMatchObject({ isr: [101], leader: 101 });
  expect(beat(102, brokers.get(102)!)).toMatchObject({ errorCode: 0, isFenced: false });
  expect(alter("t", brokers, [101, 102])).toMatchObject({ errorCode: 0, isr: [101, 102] });
});

test("KAFKA-14154: a leader that knows more than the controller is sent to look for another one", () => {
  const brokers = new Map([101, 102].map((id) => [id, joinBroker(cluster, stream, id)]));
  createOn("t", [101, 102]);
  const { logEndOffset } = cluster.status(leader);
  const refused = { errorCode: ErrorCode.NOT_CONTROLLER };
  expect(alter("t", brokers, [101], { leaderEpoch: 1 })).toMatchObject(refused);
  expect(alter("t", brokers, [101], { partitionEpoch: 1 })).toMatchObject(refused);
  expect(alter("t", brokers, [101], { leaderEpoch: 1, partitionEpoch: -1 })).toMatchObject(refused);
  expect(cluster.status(leader).logEndOffset).toBe(logEndOffset);
  expect(alter("t", brokers, [101], { leaderEpoch: -1 })).toMatchObject({
    errorCode: ErrorCode.FENCED_LEADER_EPOCH,
  });
});

test("KAFKA-16952: the same life of a broker that registers again keeps its epoch, its state and its ISRs", () => {
  const epoch = joinBroker(cluster, stream, 101);
  createOn("t", [101]);
  const before = topicOf("t");
  const again = { errorCode: 0, brokerEpoch: epoch };
  expect(stream.call("brokerRegistration", registration(cluster, 101))).toMatchObject(again);
  failOver();
  expect(stream.call("brokerRegistration", registration(cluster, 101))).toMatchObject(again);
  expect(isFenced(101)).toBe(false);
  expect(topicOf("t")).toEqual(before);
  expect(beat(101, epoch)).toMatchObject({ errorCode: 0, isFenced: false });
});

test("KAFKA-19130: after a failover a fenced broker may begin a new life at once, another only when its session is over", () => {
  const brokers = new Map([101, 102].map((id) => [id, joinBroker(cluster, stream, id)]));
  passWith(101, brokers.get(101)!, SESSION_MS + 2000);
  expect([isFenced(101), isFenced(102)]).toEqual([false, true]);
  failOver();
  const activeMs = cluster.nowMs;
  const register = (brokerId: number) =>
    stream.call("brokerRegistration", {
      ...registration(
        cluster,
        brokerId,
        `another-${brokerId}-AAAAAAAAAAAA`.slice(0, 21).concat("A"),
      ),
    }).errorCode;
  expect(register(102)).toBe(0);
  expect(register(101)).toBe(ErrorCode.DUPLICATE_BROKER_REGISTRATION);
  cluster.run(activeMs + SESSION_MS - 1000 - cluster.nowMs);
  expect([register(101), isFenced(101)]).toEqual([ErrorCode.DUPLICATE_BROKER_REGISTRATION, false]);
  cluster.run(2000);
  expect([register(101), isFenced(101)]).toEqual([0, true]);
});

test("KAFKA-13959: a broker is unfenced once it has read its own registration, however far the log has run on", () => {
  const other = joinBroker(cluster, stream, 101);
  const { brokerEpoch } = stream.call("brokerRegistration", registration(cluster, 102));
  for (let block = 0; block < 50; block++) {
    const request = { brokerId: 101, brokerEpoch: other };
    expect(stream.call("allocateProducerIds", request).errorCode).toBe(0);
  }
  expect(cluster.status(leader).highWatermark).toBeGreaterThan(Number(brokerEpoch) + 50);
  const early = { ...heartbeat(102, brokerEpoch), currentMetadataOffset: brokerEpoch - 1n };
  expect(stream.call("brokerHeartbeat", early)).toMatchObject({
    isCaughtUp: false,
    isFenced: true,
  });
  const read = heartbeat(102, brokerEpoch);
  expect(stream.call("brokerHeartbeat", read)).toMatchObject({ isCaughtUp: true, isFenced: false });
});

test("KAFKA-14204: fencing a broker with more partitions than one batch holds costs neither records nor leadership", () => {
  joinBroker(cluster, stream, 101);
  for (const name of ["a", "b"]) {
    const topic = { ...creation(name).topics![0]!, numPartitions: 6000 };
    const { topics } = stream.call("createTopics", { topics: [topic], timeoutMs: 5000 });
    expect(topics[0]?.errorCode).toBe(0);
  }
  const { logEndOffset, epoch } = cluster.status(leader);
  cluster.run(SESSION_MS + 2000);
  expect(isFenced(101)).toBe(true);
  for (const name of ["a", "b"]) {
    const leaders = topicOf(name).partitions.map((partition) => partition.leader);
    expect([leaders.length, new Set(leaders)]).toEqual([6000, new Set([-1])]);
  }
  const after = cluster.status(leader);
  expect([after.role, after.epoch]).toEqual(["leader", epoch]);
  expect(after.logEndOffset).toBe(logEndOffset + 12_000 + 1);
});
