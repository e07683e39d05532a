/** Topics: what may be created, what a validation writes, and what a deletion leaves behind. */

import { beforeEach, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { RequestInit } from "../../src/protocol/apis.ts";
import { pieceOfUnfencing } from "../../src/state/broker-leadership.ts";
import { decideDeleteTopics } from "../../src/state/decide-delete-topics.ts";
import type { Cluster, Stream } from "../controller/cluster.ts";
import { clusterWithBroker, creation } from "../controller/requests.ts";
import { addTopic, clusterState, uuid } from "../state/cluster-state.ts";
import { EVERY_RIGHT } from "../state/topic-rights.ts";

const EVERYTHING = { fromTopicId: "", maxRecords: 100 };

type Topic = NonNullable<RequestInit<"createTopics">["topics"]>[number];

let cluster: Cluster;
let stream: Stream;
let leader: number;

beforeEach(() => {
  ({ cluster, leader, stream } = clusterWithBroker());
});

function names(): string[] {
  const read = { what: "topics", page: { after: null, limit: 100 } } as const;
  const reply = cluster.api(leader, { kind: "read", sender: null, read });
  if (reply.kind !== "result" || reply.result.what !== "topics") throw new Error(reply.kind);
  return reply.result.topics.map(({ name, partitionCount }) => `${name}/${partitionCount}`);
}

function create(topics: readonly Topic[], validateOnly = false): number[] {
  const request = { topics: [...topics], timeoutMs: 5000, validateOnly };
  return stream.call("createTopics", request).topics.map(({ errorCode }) => errorCode);
}

function topic(name: string, fields: Partial<Topic> = {}): Topic {
  return { ...creation(name).topics![0]!, ...fields };
}

/** Runs an action that must leave the log as it is, under the same leader. */
function unchanged<T>(action: () => T): T {
  const { logEndOffset, epoch } = cluster.status(leader);
  const result = action();
  expect(cluster.status(leader)).toMatchObject({ role: "leader", logEndOffset, epoch });
  return result;
}

test("KAFKA-13324: a topic that is only validated is not created", () => {
  expect(unchanged(() => create([topic("t")], true))).toEqual([0]);
  expect(names()).toEqual([]);
  expect(create([topic("t")])).toEqual([0]);
  expect(unchanged(() => create([topic("t")], true))).toEqual([ErrorCode.TOPIC_ALREADY_EXISTS]);
  expect(names()).toEqual(["t/1"]);
});

test("KAFKA-13861: partitions that are only validated are not added", () => {
  create([topic("t")]);
  const grow = (validateOnly: boolean) => {
    const topics = [{ name: "t", count: 3, assignments: null }];
    const { results } = stream.call("createPartitions", { topics, timeoutMs: 5000, validateOnly });
    return results.map(({ errorCode }) => errorCode);
  };
  expect(unchanged(() => grow(true))).toEqual([0]);
  expect(names()).toEqual(["t/1"]);
  expect(grow(false)).toEqual([0]);
  expect(names()).toEqual(["t/3"]);
});

test.each([
  ["with a gap", [0, 2]],
  ["that begin late", [1]],
  ["that begin early", [-1, 0]],
])("KAFKA-14129: chosen partitions %s are refused", (_, indexes) => {
  const assignments = indexes.map((partitionIndex) => ({ partitionIndex, brokerIds: [101] }));
  const chosen = topic("t", { numPartitions: -1, replicationFactor: -1, assignments });
  const refused = [ErrorCode.INVALID_REPLICA_ASSIGNMENT];
  expect(unchanged(() => create([chosen]))).toEqual(refused);
  expect(names()).toEqual([]);
});

test("KAFKA-13743: names that metrics cannot tell apart are refused, in one request and across failovers", () => {
  expect(create([topic("a.b"), topic("a_b")])).toEqual([0, ErrorCode.INVALID_TOPIC_EXCEPTION]);
  cluster.kill(leader);
  leader = cluster.leader();
  stream = cluster.connect(leader);
  const refused = [ErrorCode.INVALID_TOPIC_EXCEPTION];
  expect(unchanged(() => create([topic("a_b")]))).toEqual(refused);
  expect(create([topic("a-b"), topic("ab")])).toEqual([0, 0]);
  expect(names()).toEqual(["a-b/1", "a.b/1", "ab/1"]);
});

test("KAFKA-14337: a deleted topic stands in nobody's way, under its name or one that resembles it", () => {
  const remove = (name: string) => {
    const { responses } = stream.call("deleteTopics", { topics: [{ name }], timeoutMs: 5000 });
    return responses.map(({ errorCode }) => errorCode);
  };
  for (const name of ["a.b", "a.b", "a_b", "a.b"]) {
    expect(create([topic(name)])).toEqual([0]);
    expect(names()).toEqual([`${name}/1`]);
    expect(remove(name)).toEqual([0]);
  }
  expect(names()).toEqual([]);
});

test("KAFKA-14358: the metadata topic cannot be created, alone or among others", () => {
  const own = topic("__cluster_metadata");
  expect(unchanged(() => create([own]))).toEqual([ErrorCode.INVALID_REQUEST]);
  expect(create([own, topic("t")]).sort()).toEqual([0, ErrorCode.INVALID_REQUEST]);
  expect(names()).toEqual(["t/1"]);
});

test("KAFKA-14996: an operation too large for one batch is refused before anything is appended", () => {
  const refused = ErrorCode.POLICY_VIOLATION;
  expect(unchanged(() => create([topic("t", { numPartitions: 10_001 })]))).toEqual([refused]);
  expect(unchanged(() => create([topic("t", { numPartitions: 10_000 })]))).toEqual([refused]);
  create([topic("u")]);
  const topics = [{ name: "u", count: 10_002, assignments: null }];
  const grown = unchanged(() => stream.call("createPartitions", { topics, timeoutMs: 5000 }));
  expect(grown.results.map(({ errorCode }) => errorCode)).toEqual([refused]);
  expect(names()).toEqual(["u/1"]);
});

test("KAFKA-14170: a topic that nobody leads is deleted without a trace, whatever else is offline", () => {
  const state = clusterState([{ id: 1 }, { id: 2, fenced: true }]);
  addTopic(state, { name: "offline", topicId: uuid(2) }, { replicas: [2], leader: -1 });
  addTopic(state, { name: "online", topicId: uuid(3) }, { replicas: [1, 2], isr: [1] });
  const before = state.keys();
  const configs = { "min.insync.replicas": "1" };
  const partitions = [
    { replicas: [2], leader: -1 },
    { replicas: [1, 2], isr: [1] },
  ];
  addTopic(state, { name: "removed", topicId: uuid(1), configs }, ...partitions);
  const request = { topics: [{ name: "removed", topicId: uuid(0) }], topicNames: [], timeoutMs: 0 };
  const { records, response } = decideDeleteTopics(request, state.view(), {
    version: 6,
    enabled: true,
    rights: EVERY_RIGHT,
  });
  expect(response.responses).toEqual([{ name: "removed", topicId: uuid(1) }]);
  state.apply(...records);
  expect(state.keys()).toEqual(before);
  const back = pieceOfUnfencing(state.view(), 2, EVERYTHING).records;
  expect(back.map(({ data }) => data)).toMatchObject([{ topicId: uuid(2), leader: 2 }]);
});
