/** Reassignments and elections over a connection, and those that the controller begins by itself. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Cluster } from "./cluster.ts";
import { LargeCluster } from "./large-cluster.ts";
import { joinBroker } from "./requests.ts";

const TOPIC = { name: "t", assignments: [{ partitionIndex: 0, brokerIds: [1, 2] }] };
const CREATION = { ...TOPIC, numPartitions: -1, replicationFactor: -1 };

function withTopic(properties: Record<string, string> = {}, configs: [string, string][] = []) {
  const cluster = new LargeCluster({ brokers: 3, properties });
  const named = configs.map(([name, value]) => ({ name, value }));
  const topics = [{ ...CREATION, configs: named }];
  cluster.call("createTopics", { topics, timeoutMs: 5000 });
  return cluster;
}

function partition(cluster: LargeCluster) {
  const topicId = cluster.view().topicByName("t")?.topicId ?? "";
  return cluster.view().partition(topicId, 0);
}

function reassign(cluster: LargeCluster, replicas: number[] | null): number {
  const topics = [{ name: "t", partitions: [{ partitionIndex: 0, replicas }] }];
  const { responses } = cluster.call("alterPartitionReassignments", { timeoutMs: 5000, topics });
  return responses[0]?.partitions[0]?.errorCode ?? -2;
}

describe("a reassignment", () => {
  it("is listed until it is taken back", () => {
    const cluster = withTopic();
    const list = () =>
      cluster.call("listPartitionReassignments", { timeoutMs: 5000, topics: null }).topics;
    expect(list()).toEqual([]);
    expect(reassign(cluster, [3, 2])).toBe(0);
    const moving = { replicas: [3, 2, 1], addingReplicas: [3], removingReplicas: [1] };
    expect(list()).toEqual([{ name: "t", partitions: [{ partitionIndex: 0, ...moving }] }]);
    expect(reassign(cluster, null)).toBe(0);
    expect(list()).toEqual([]);
    expect(reassign(cluster, null)).toBe(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
  });

  it("may change the number of replicas below version 1, which cannot forbid it", () => {
    const cluster = withTopic();
    const partitions = [{ partitionIndex: 0, replicas: [1, 2, 3] }];
    const topics = [{ name: "t", partitions }];
    const strict = { timeoutMs: 5000, allowReplicationFactorChange: false, topics };
    const answer = cluster.call("alterPartitionReassignments", strict);
    expect(answer.allowReplicationFactorChange).toBe(false);
    expect(answer.responses[0]?.partitions[0]).toMatchObject({
      errorCode: ErrorCode.INVALID_REPLICATION_FACTOR,
    });
    const lenient = { timeoutMs: 5000, topics };
    const before = cluster.call("alterPartitionReassignments", lenient, 0);
    expect(before.responses[0]?.partitions[0]?.errorCode).toBe(0);
  });
});

describe("an election", () => {
  it("is answered in the form of every version", () => {
    const cluster = withTopic();
    reassign(cluster, [2, 1]);
    expect(partition(cluster)).toMatchObject({ replicas: [2, 1], leader: 1 });
    const topicPartitions = [{ topic: "t", partitions: [0] }];
    const results = [0, 1, 2].map((version) => {
      const body = { topicPartitions, timeoutMs: 5000 };
      const answer = cluster.call("electLeaders", body, version);
      return [answer.errorCode, answer.replicaElectionResults[0]?.partitionResult[0]?.errorCode];
    });
    const notNeeded = [0, ErrorCode.ELECTION_NOT_NEEDED];
    expect(results).toEqual([[0, 0], notNeeded, notNeeded]);
    expect(partition(cluster)).toMatchObject({ leader: 2 });
  });
});

it("a controller that is not active refuses in the form of each API", () => {
  const cluster = new Cluster({ seed: 7 });
  cluster.format();
  const leader = cluster.leader();
  joinBroker(cluster, cluster.connect(leader));
  const follower = cluster.connect(cluster.ids.find((id) => id !== leader) ?? -1);
  const errorCode = ErrorCode.NOT_CONTROLLER;
  const partitions = [{ partitionIndex: 0, replicas: [1] }];
  const topics = [{ name: "t", partitions }];
  expect(follower.call("alterPartitionReassignments", { timeoutMs: 1, topics })).toMatchObject({
    errorCode,
  });
  const asked = [{ name: "t", partitionIndexes: [0] }];
  expect(
    follower.call("listPartitionReassignments", { timeoutMs: 1, topics: asked }),
  ).toMatchObject({ errorCode, topics: [{ name: "t", partitions: [{ partitionIndex: 0 }] }] });
  const topicPartitions = [{ topic: "t", partitions: [0] }];
  expect(follower.call("electLeaders", { topicPartitions, timeoutMs: 1 })).toMatchObject({
    errorCode,
    replicaElectionResults: [{ topic: "t", partitionResult: [{ partitionId: 0, errorCode }] }],
  });
});

describe("leaders that are not the preferred ones", () => {
  it("are replaced at the next check, unless that is switched off", () => {
    for (const [enabled, leader] of [
      ["true", 2],
      ["false", 1],
    ] as const) {
      const cluster = withTopic({ "auto.leader.rebalance.enable": enabled });
      reassign(cluster, [2, 1]);
      cluster.run(61_000, [1, 2, 3]);
      expect(partition(cluster)).toMatchObject({ replicas: [2, 1], leader });
    }
  });
});

describe("a partition without a leader", () => {
  const losing = (value: string): LargeCluster => {
    const properties = { "unclean.leader.election.interval.ms": "30000" };
    const cluster = withTopic(properties, [["unclean.leader.election.enable", value]]);
    // Both replicas are lost one after the other; the first comes back, but is not in sync.
    cluster.run(11_000, [2, 3]);
    cluster.run(11_000, [3]);
    return cluster;
  };

  it("gets any that lives at the next check, where the topic allows it", () => {
    const cluster = losing("false");
    cluster.heartbeat(1);
    expect(partition(cluster)).toMatchObject({ leader: -1, isr: [2] });
    cluster.run(31_000, [1, 3]);
    expect(partition(cluster)).toMatchObject({ leader: -1, isr: [2] });
    const allowed = { resourceType: 2, resourceName: "t" };
    const configs = [{ name: "unclean.leader.election.enable", value: "true", configOperation: 0 }];
    const answer = cluster.call("incrementalAlterConfigs", {
      resources: [{ ...allowed, configs }],
    });
    expect(answer.responses[0]?.errorCode).toBe(0);
    cluster.run(31_000, [1, 3]);
    expect(partition(cluster)).toMatchObject({ leader: 1, isr: [1], leaderRecoveryState: 1 });
  });

  it("gets one as soon as a broker is back, where the topic allows it", () => {
    const cluster = losing("true");
    expect(partition(cluster)).toMatchObject({ leader: -1, isr: [2] });
    cluster.heartbeat(1);
    expect(partition(cluster)).toMatchObject({ leader: 1, isr: [1], leaderRecoveryState: 1 });
  });
});
