/** What each record does to the state. */

import { describe, expect, it } from "vitest";
import { uuidFromBytes, ZERO_UUID } from "../../src/base/uuid.ts";
import { uuid } from "./cluster-state.ts";
import { record, StateUnderTest } from "./records.ts";

const TOPIC = uuidFromBytes(new Uint8Array(16).fill(7));
const OTHER = uuidFromBytes(new Uint8Array(16).fill(8));
const DIRS = [1, 2, 3, 4].map((n) => uuidFromBytes(new Uint8Array(16).fill(n)));

function partition(partitionId: number, replicas: number[], topicId = TOPIC) {
  const data = {
    partitionId,
    topicId,
    replicas,
    isr: replicas,
    leader: replicas[0] ?? -1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    directories: replicas.map((id) => DIRS[id - 1] ?? ZERO_UUID),
  };
  return record("partition", data, 1);
}

function withTopic(...replicas: number[][]): StateUnderTest {
  const state = new StateUnderTest();
  state.apply(
    record("topic", { name: "events", topicId: TOPIC }),
    ...replicas.map((ids, i) => partition(i, ids)),
  );
  return state;
}

describe("a partition change", () => {
  it("moves the partition's epoch always and the leader's epoch when a leader is named", () => {
    const state = withTopic([1, 2]);
    state.apply(record("partitionChange", { topicId: TOPIC, partitionId: 0, isr: [1] }));
    expect(state.view().partition(TOPIC, 0)).toMatchObject({
      isr: [1],
      leader: 1,
      leaderEpoch: 0,
      partitionEpoch: 1,
    });
    state.apply(record("partitionChange", { topicId: TOPIC, partitionId: 0, leader: 1 }));
    state.apply(record("partitionChange", { topicId: TOPIC, partitionId: 0, leader: -1 }));
    expect(state.view().partition(TOPIC, 0)).toMatchObject({
      isr: [1],
      leader: -1,
      leaderEpoch: 2,
      partitionEpoch: 3,
    });
  });

  it("changes what it names and nothing else", () => {
    const state = withTopic([1, 2]);
    const data = {
      topicId: TOPIC,
      partitionId: 0,
      replicas: [3, 1],
      directories: [DIRS[2] ?? "", DIRS[0] ?? ""],
      addingReplicas: [3],
      removingReplicas: [2],
      leaderRecoveryState: 1,
      eligibleLeaderReplicas: [2],
      lastKnownElr: [4],
    };
    state.apply(record("partitionChange", data, 2));
    expect(state.view().partition(TOPIC, 0)).toEqual({
      replicas: [3, 1],
      directories: [DIRS[2], DIRS[0]],
      isr: [1, 2],
      elr: [2],
      lastKnownElr: [4],
      removingReplicas: [2],
      addingReplicas: [3],
      leader: 1,
      leaderRecoveryState: 1,
      leaderEpoch: 0,
      partitionEpoch: 1,
    });
  });

  it("moves the partition in the index when its replicas change", () => {
    const state = withTopic([1, 2], [1, 3]);
    const replicas = { topicId: TOPIC, partitionId: 0, replicas: [4, 1] };
    state.apply(record("partitionChange", replicas));
    const held = (brokerId: number) =>
      [...state.view().partitionsOfBroker(brokerId)].map(({ partitionIndex }) => partitionIndex);
    expect([1, 2, 3, 4].map(held)).toEqual([[0, 1], [], [1], [0]]);
    expect(state.keys().filter((key) => key.startsWith("broker-page/0000000002"))).toEqual([]);
  });

  it("stops the object when there is no such partition", () => {
    const change = record("partitionChange", { topicId: TOPIC, partitionId: 1 });
    expect(() => withTopic([1]).apply(change)).toThrow(/unknown/);
    expect(() => new StateUnderTest().apply(change)).toThrow(/unknown/);
  });

  it("follows the changes before it in the same batch", () => {
    const state = new StateUnderTest();
    state.apply(
      record("topic", { name: "events", topicId: TOPIC }),
      partition(0, [1, 2]),
      record("partitionChange", { topicId: TOPIC, partitionId: 0, leader: 2 }),
      record("partitionChange", { topicId: TOPIC, partitionId: 0, isr: [2] }),
    );
    expect(state.view().partition(TOPIC, 0)).toMatchObject({
      leader: 2,
      isr: [2],
      leaderEpoch: 1,
      partitionEpoch: 2,
    });
  });
});

describe("a topic", () => {
  it("is found by id, by name, and by a name that collides with it", () => {
    const state = new StateUnderTest();
    state.apply(record("topic", { name: "a.b", topicId: TOPIC }), partition(0, [1]));
    const topic = { topicId: TOPIC, name: "a.b", partitionCount: 1 };
    expect(state.view().topicById(TOPIC)).toEqual(topic);
    expect(state.view().topicByName("a.b")).toEqual(topic);
    expect(state.view().topicWithCollidingName("a_b")).toEqual(topic);
    expect(state.view().topicWithCollidingName("a.b")).toBeNull();
    expect(state.view().topicWithCollidingName("a.c")).toBeNull();
  });

  it("spans pages, in any order of its records", () => {
    const indexes = Array.from({ length: 300 }, (_, i) => (i * 7) % 300);
    const state = new StateUnderTest();
    state.apply(record("topic", { name: "wide", topicId: TOPIC }));
    state.apply(...indexes.map((i) => partition(i, [1 + (i % 3)])));
    expect(state.view().topicByName("wide")?.partitionCount).toBe(300);
    expect([...state.view().partitions(TOPIC)].map((at) => at.partitionIndex)).toEqual(
      Array.from({ length: 300 }, (_, i) => i),
    );
    expect([...state.view().partitionsOfBroker(2)]).toHaveLength(100);
    expect(state.view().partition(TOPIC, 299)?.replicas).toEqual([3]);
    expect(state.view().partition(TOPIC, 300)).toBeNull();
    expect(state.view().partition(TOPIC, -1)).toBeNull();
  });

  it("leaves no row behind when it is removed, and none of another topic goes", () => {
    const state = new StateUnderTest();
    state.apply(
      record("topic", { name: "events.old", topicId: OTHER }),
      record("config", { resourceType: 2, resourceName: "events.old", name: "k", value: "v" }),
      partition(0, [1, 2], OTHER),
    );
    const before = state.keys();
    state.apply(
      record("topic", { name: "events_new", topicId: TOPIC }),
      record("config", { resourceType: 2, resourceName: "events_new", name: "k", value: "v" }),
      ...Array.from({ length: 130 }, (_, i) => partition(i, [1, 2])),
    );
    const withBoth = state.keys();
    const removal = state.apply(record("removeTopic", { topicId: TOPIC }));
    expect(state.keys()).toEqual(before);
    expect(withBoth.length).toBe(before.length + 2 + 1 + 2 * 3);
    expect(state.view(removal - 1).topicByName("events_new")?.partitionCount).toBe(130);
  });

  it("can be removed and made again in one batch", () => {
    const state = withTopic([1], [1]);
    state.apply(
      record("config", { resourceType: 2, resourceName: "events", name: "k", value: "v" }),
      partition(2, [1]),
      record("removeTopic", { topicId: TOPIC }),
      record("topic", { name: "events", topicId: OTHER }),
      partition(0, [2], OTHER),
    );
    const view = state.view();
    expect(view.topicByName("events")).toEqual({
      topicId: OTHER,
      name: "events",
      partitionCount: 1,
    });
    expect(view.configs(2, "events").size).toBe(0);
    expect([...view.partitionsOfBroker(1)]).toEqual([]);
    expect(view.partition(TOPIC, 0)).toBeNull();
  });

  it("stops the object when it is made twice in one batch or removed without being there", () => {
    const again = record("topic", { name: "events", topicId: OTHER });
    const first = record("topic", { name: "events", topicId: TOPIC });
    const sameId = record("topic", { name: "others", topicId: TOPIC });
    expect(() => new StateUnderTest().apply(first, again)).toThrow(/it exists/);
    expect(() => new StateUnderTest().apply(first, sameId)).toThrow(/it exists/);
    expect(() => new StateUnderTest().apply(record("removeTopic", { topicId: TOPIC }))).toThrow(
      /unknown/,
    );
  });

  it("has all directories still to be told when its records name none", () => {
    const state = new StateUnderTest();
    const data = {
      partitionId: 0,
      topicId: TOPIC,
      replicas: [1, 2],
      leaderEpoch: 0,
      partitionEpoch: 0,
    };
    state.apply(record("topic", { name: "old", topicId: TOPIC }), record("partition", data));
    expect(state.view().partition(TOPIC, 0)?.directories).toEqual([ZERO_UUID, ZERO_UUID]);
  });

  it("forgets its eligible leader replicas, and only those topics that had any change", () => {
    const state = withTopic([1, 2], [1, 2]);
    const elr = { topicId: TOPIC, partitionId: 1, isr: [], eligibleLeaderReplicas: [2] };
    state.apply(
      record("topic", { name: "other", topicId: OTHER }),
      partition(0, [1], OTHER),
      record("partitionChange", elr, 2),
    );
    state.apply(record("clearElr", { topicName: "other" }));
    expect(state.view().partition(TOPIC, 1)?.elr).toEqual([2]);
    state.apply(record("clearElr", { topicName: "" }));
    expect(state.view().partition(TOPIC, 1)).toMatchObject({ elr: [], partitionEpoch: 2 });
    expect(state.view().partition(TOPIC, 0)?.partitionEpoch).toBe(0);
    expect(state.view().partition(OTHER, 0)?.partitionEpoch).toBe(0);
  });
});

describe("a broker", () => {
  const registration = {
    brokerId: 1,
    incarnationId: TOPIC,
    brokerEpoch: 5n,
    rack: "r1",
    logDirs: [DIRS[1] ?? "", DIRS[0] ?? ""],
    endPoints: [{ name: "PLAINTEXT", host: "localhost", port: 9092, securityProtocol: 0 }],
    features: [{ name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: 25 }],
  };

  it("has its directories in Kafka's order: as pairs of signed numbers", () => {
    const state = new StateUnderTest();
    const [low, high, negative] = [uuid(1), uuid(2), uuid(200)];
    // The same first half as the lowest, and a second half below it.
    const below = uuidFromBytes(new Uint8Array(16).fill(1, 0, 8).fill(255, 8));
    const logDirs = [high, low, negative, below];
    state.apply(record("registerBroker", { ...registration, logDirs }, 3));
    expect(state.view().broker(1)?.logDirs).toEqual([negative, below, low, high]);
  });

  it("is registered fenced, at the offset of its record", () => {
    const state = new StateUnderTest();
    state.apply(record("noOp", {}), record("registerBroker", registration, 3), record("noOp", {}));
    expect(state.view().broker(1)).toEqual({
      brokerId: 1,
      epoch: 5,
      incarnationId: TOPIC,
      endpoints: registration.endPoints,
      features: [{ name: "metadata.version", minVersion: 7, maxVersion: 25 }],
      rack: "r1",
      fenced: true,
      inControlledShutdown: false,
      logDirs: [DIRS[0], DIRS[1]],
      cordonedLogDirs: null,
      registrationOffset: 1,
    });
  });

  it("changes by what a registration change names, and keeps the rest", () => {
    const state = new StateUnderTest();
    state.apply(record("registerBroker", registration, 3));
    const change = { brokerId: 1, brokerEpoch: 5n };
    state.apply(record("brokerRegistrationChange", { ...change, fenced: -1 }));
    expect(state.view().broker(1)).toMatchObject({ fenced: false, inControlledShutdown: false });
    state.apply(record("brokerRegistrationChange", { ...change, inControlledShutdown: 1 }, 1));
    expect(state.view().broker(1)).toMatchObject({ fenced: false, inControlledShutdown: true });
    const [dir = ""] = DIRS;
    state.apply(record("brokerRegistrationChange", { ...change, logDirs: [dir] }, 2));
    state.apply(record("brokerRegistrationChange", { ...change, cordonedLogDirs: [dir] }, 3));
    state.apply(record("brokerRegistrationChange", { ...change, fenced: 1 }));
    expect(state.view().broker(1)).toMatchObject({
      fenced: true,
      inControlledShutdown: true,
      logDirs: [dir],
      cordonedLogDirs: [dir],
      registrationOffset: 0,
    });
    state.apply(record("unfenceBroker", { id: 1, epoch: 5n }));
    expect(state.view().broker(1)?.fenced).toBe(false);
    state.apply(record("unregisterBroker", { brokerId: 1, brokerEpoch: 5n }));
    expect(state.view().broker(1)).toBeNull();
    expect(state.keys()).toEqual([]);
  });

  it("stops the object when a record is for another life of it", () => {
    const state = new StateUnderTest();
    state.apply(record("registerBroker", registration, 3));
    const change = record("brokerRegistrationChange", { brokerId: 1, brokerEpoch: 4n, fenced: -1 });
    expect(() => state.apply(change)).toThrow("its epoch is 5");
  });
});

describe("settings", () => {
  it("are kept under readable keys until they are removed", () => {
    const state = new StateUnderTest();
    const entity = [{ entityType: "user", entityName: "alice" }];
    const acl = { id: TOPIC, resourceType: 2, resourceName: "t", principal: "User:bob", host: "*" };
    state.apply(
      record("featureLevel", { name: "metadata.version", featureLevel: 25 }),
      record("config", { resourceType: 4, resourceName: "", name: "k", value: "" }),
      record("producerIds", { brokerId: 1, brokerEpoch: 1n, nextProducerId: 1000n }),
      record("clientQuota", { entity, key: "producer_byte_rate", value: 1024 }),
      record("accessControlEntry", acl),
      record("userScramCredential", { name: "alice", mechanism: 1, iterations: 8192 }),
      record("delegationToken", { tokenId: "token", owner: "User:alice", requester: "User:bob" }),
      record("registerController", { controllerId: 3, incarnationId: TOPIC }),
      record("zkMigrationState", { zkMigrationState: 0 }),
    );
    expect(state.keys()).toEqual([
      `acl-on/2/0/t/${TOPIC}`,
      `acl/${TOPIC}`,
      "client-quota/user=alice/producer_byte_rate",
      "config/4//k",
      "controller/0000000003",
      "delegation-token/token",
      "delegation-tokens",
      "delegation-tokens-of/User%3Aalice",
      "feature/metadata.version",
      "producer-ids",
      "scram-credential/alice/1",
      "zk-migration",
    ]);
    expect(state.view().configs(4, "")).toEqual(new Map([["k", ""]]));
    state.apply(
      record("featureLevel", { name: "metadata.version", featureLevel: 0 }),
      record("config", { resourceType: 4, resourceName: "", name: "k", value: null }),
      record("clientQuota", { entity, key: "producer_byte_rate", remove: true }),
      record("removeAccessControlEntry", { id: TOPIC }),
      record("removeUserScramCredential", { name: "alice", mechanism: 1 }),
      record("removeDelegationToken", { tokenId: "token" }),
      record("unregisterController", { controllerId: 3 }),
    );
    expect(state.keys()).toEqual(["producer-ids", "zk-migration"]);
    expect(state.view().nextProducerId()).toBe(1000n);
    expect(() => state.apply(record("removeAccessControlEntry", { id: TOPIC }))).toThrow(/unknown/);
  });

  it("do not write rows for deletions of what was never there", () => {
    const state = new StateUnderTest();
    state.apply(record("config", { resourceType: 4, resourceName: "1", name: "k", value: null }));
    expect(state.keys()).toEqual([]);
  });
});

describe("a metadata transaction", () => {
  const begin = record("beginTransaction", { name: "x" });
  const level = record("featureLevel", { name: "group.version", featureLevel: 1 });

  it("counts when it ends and is dropped when it is aborted", () => {
    const ended = new StateUnderTest();
    ended.apply(begin, level, record("endTransaction", {}));
    expect(ended.view().featureLevel("group.version")).toBe(1);
    const aborted = new StateUnderTest();
    aborted.apply(begin, level, record("abortTransaction", { reason: "y" }));
    expect(aborted.view().features().size).toBe(0);
  });

  it("stops the object when it does not end in its batch, or does not begin there", () => {
    expect(() => new StateUnderTest().apply(begin, level)).toThrow(/does not end in it/);
    expect(() => new StateUnderTest().apply(level, record("endTransaction", {}))).toThrow(
      /no metadata transaction is open/,
    );
    expect(() => new StateUnderTest().apply(begin, begin)).toThrow(/one is open/);
  });
});
