/** Who is who: clusters, voters and their directories, and what a request from the wrong one may change. */

import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import type { RequestInit } from "../../src/protocol/apis.ts";
import { MemoryElectionStore } from "../../src/raft/election-store.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import type { RaftApi } from "../../src/raft/outbox.ts";
import { Replica } from "../../src/raft/replica.ts";
import { DEFAULT_TIMING } from "../../src/raft/timing.ts";
import { Cluster } from "../controller/cluster.ts";
import { joinBroker, registration } from "../controller/requests.ts";
import {
  beginEpoch,
  CLUSTER_ID,
  DIRECTORY,
  fetchRequest,
  LoneReplica,
  voteRequest,
  votersOf,
} from "../raft/lone-replica.ts";
import { votersBatch } from "./voters-batch.ts";

const TOPIC = "__cluster_metadata";
const END_EPOCH = {
  clusterId: CLUSTER_ID,
  topics: [{ topicName: TOPIC, partitions: [{ leaderId: 3, leaderEpoch: 2 }] }],
};
const FETCH_SNAPSHOT = {
  clusterId: CLUSTER_ID,
  topics: [{ name: TOPIC, partitions: [{ currentLeaderEpoch: 2 }] }],
};

const CALLS: readonly (readonly [RaftApi, number, RequestInit<RaftApi>])[] = [
  ["vote", 2, voteRequest({ replicaId: 2, replicaEpoch: 3, lastOffsetEpoch: 0 })],
  ["beginQuorumEpoch", 1, beginEpoch(2, 3)],
  ["endQuorumEpoch", 1, END_EPOCH],
  ["fetchSnapshot", 1, FETCH_SNAPSHOT],
];

test.each(CALLS)(
  "KAFKA-12440: %s of another cluster is refused and moves nothing, of this one it is taken",
  (api, version, request) => {
    const lone = new LoneReplica(1, 3);
    lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 2));
    const before = [lone.elections.load(), lone.replica.role, lone.replica.nextDeadlineMs()];
    const foreign = lone.ask(api, version, { ...request, clusterId: "another-cluster" } as never);
    expect(foreign).toMatchObject({ errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID, topics: [] });
    const after = [lone.elections.load(), lone.replica.role, lone.replica.nextDeadlineMs()];
    expect(after).toEqual(before);
    const own = lone.ask(api, version, request as never) as { errorCode: number };
    expect(own.errorCode).toBe(ErrorCode.NONE);
    if (api === "vote" || api === "beginQuorumEpoch") expect(lone.replica.epoch).toBe(3);
  },
);

test("KAFKA-10817: a fetch of another cluster is refused and commits nothing", () => {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  const request = fetchRequest({ id: 2, epoch: 1, offset: 3, maxWaitMs: 0 });
  const foreign = lone.ask("fetch", 18, { ...request, clusterId: "another-cluster" });
  expect(foreign).toMatchObject({
    errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID,
    responses: [],
  });
  expect(lone.replica.highWatermark).toBe(-1);
  expect(lone.ask("fetch", 18, request)!.errorCode).toBe(ErrorCode.NONE);
  expect(lone.replica.highWatermark).toBe(3);
});

test("KAFKA-13528: a broker of another cluster cannot register, and its id stays free", () => {
  const cluster = new Cluster({ seed: 7 });
  cluster.format();
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  const { logEndOffset } = cluster.status(leader);
  const foreign = { ...registration(cluster, 101), clusterId: "another-cluster" };
  expect(stream.call("brokerRegistration", foreign)).toMatchObject({
    errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID,
    brokerEpoch: -1n,
  });
  expect(cluster.status(leader).logEndOffset).toBe(logEndOffset);
  joinBroker(cluster, stream);
});

test("KAFKA-17426: a voter's id with another directory is no voter, whoever has it", () => {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  const fetch = (directoryId: string) =>
    lone.ask("fetch", 18, fetchRequest({ id: 2, epoch: 1, offset: 3, directoryId }));
  fetch(DIRECTORY[4]!);
  expect(lone.replica.highWatermark).toBe(-1);
  fetch(DIRECTORY[2]!);
  expect(lone.replica.highWatermark).toBe(3);

  const elections = new MemoryElectionStore();
  elections.save({ leaderId: -1, leaderEpoch: 6, votedId: 1, votedDirectoryId: DIRECTORY[1]! });
  const stranger = new Replica({
    clusterId: CLUSTER_ID,
    nodeId: 1,
    directoryId: DIRECTORY[4]!,
    listenerName: "CONTROLLER",
    log: new MemoryLog(),
    elections,
    prng: Prng.fromNumber(7),
    nowMs: 0,
    bootstrapVoters: votersOf(3),
    timing: DEFAULT_TIMING,
    kraftVersionRange: { min: 0, max: 1 },
  });
  for (let nowMs = 0; nowMs < 10_000; nowMs += 100) stranger.onDeadline(nowMs);
  expect([stranger.role, stranger.epoch]).toEqual(["unattached", 6]);
  expect(
    stranger.takeEffects().filter((effect) => effect.kind === "send" && effect.api === "vote"),
  ).toEqual([]);
});

test("KAFKA-17604: a quorum is described with every endpoint of every voter that the log names", () => {
  const lone = new LoneReplica(1, 2);
  const voters = votersOf(3).map((voter) => ({
    ...voter,
    endpoints: [
      { name: "CONTROLLER", host: `new-${voter.id}`, port: 9093 },
      { name: "SECURE", host: `new-${voter.id}`, port: 9094 },
    ],
  }));
  lone.log.append(votersBatch(voters));
  lone.restart();
  lone.lead();
  const described = lone.ask("describeQuorum", 2, {
    topics: [{ topicName: TOPIC, partitions: [{ partitionIndex: 0 }] }],
  })!;
  expect(described.nodes).toEqual(
    voters.map(({ id, endpoints }) => ({ nodeId: id, listeners: endpoints })),
  );
  const { currentVoters } = described.topics[0]!.partitions[0]!;
  expect(currentVoters.map(({ replicaDirectoryId }) => replicaDirectoryId)).toEqual(
    DIRECTORY.slice(1, 4),
  );
});
