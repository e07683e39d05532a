/** What becomes of topics that are more than their client may change. */

import { expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import { ZERO_UUID } from "../../src/base/uuid.ts";
import { decideCreatePartitions } from "../../src/state/decide-create-partitions.ts";
import { decideCreateTopics } from "../../src/state/decide-create-topics.ts";
import { decideDeleteTopics } from "../../src/state/decide-delete-topics.ts";
import type { MutationQuota } from "../../src/state/mutation-quota.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import { EVERY_RIGHT } from "./topic-rights.ts";

const EXCEEDED = ErrorCode.THROTTLING_QUOTA_EXCEEDED;

/** Accepts the given number of topics and notes what each would cost. */
class CountedQuota implements MutationQuota {
  readonly throttleTimeMs = 0;
  readonly costs: number[] = [];
  readonly #topics: number;

  constructor(topics: number) {
    this.#topics = topics;
  }

  accepts(partitions: number): boolean {
    return this.costs.push(partitions) <= this.#topics;
  }
}

function cluster() {
  const state = clusterState([{ id: 1 }]);
  addTopic(state, { name: "one", topicId: uuid(1) }, { replicas: [1] });
  addTopic(state, { name: "two", topicId: uuid(2) }, { replicas: [1] }, { replicas: [1] });
  return state;
}

function asked(name: string, numPartitions: number) {
  return { name, numPartitions, replicationFactor: 1, assignments: [], configs: [] };
}

function create(topics: readonly ReturnType<typeof asked>[], quota: MutationQuota) {
  const request = { topics: [...topics], timeoutMs: 1000, validateOnly: false };
  return decideCreateTopics(request, cluster().view(), {
    prng: Prng.fromNumber(1),
    version: 6,
    defaults: { partitions: 4, replicationFactor: 1 },
    rights: EVERY_RIGHT,
    quota,
  });
}

it("a topic that is too much is not created", () => {
  const quota = new CountedQuota(1);
  const { records, response } = create([asked("new", 3), asked("newer", -1)], quota);
  expect(quota.costs).toEqual([3, 4]);
  expect(records.map(({ type }) => type)).toEqual(["topic", ...Array(3).fill("partition")]);
  expect(response.topics).toMatchObject([
    { name: "new", errorMessage: null, numPartitions: 3 },
    { name: "newer", errorCode: EXCEEDED, errorMessage: null },
  ]);
});

it("a topic that cannot be created costs nothing", () => {
  const quota = new CountedQuota(9);
  create(
    [asked("one", 3), asked("bad name", 1), { ...asked("wide", 1), replicationFactor: 2 }],
    quota,
  );
  expect(quota.costs).toEqual([]);
});

it("a topic that is too much is not deleted", () => {
  const quota = new CountedQuota(1);
  const topics = ["two", "one", "missing"].map((name) => ({ name, topicId: ZERO_UUID }));
  const request = { topics, topicNames: [], timeoutMs: 1000 };
  const { records, response } = decideDeleteTopics(request, cluster().view(), {
    version: 6,
    enabled: true,
    rights: EVERY_RIGHT,
    quota,
  });
  const [accepted, refused] = quota.costs[0] === 2 ? [2, 1] : [1, 2];
  expect(quota.costs).toEqual([accepted, refused]);
  expect(records).toMatchObject([{ type: "removeTopic", data: { topicId: uuid(accepted) } }]);
  const answers = new Map(response.responses?.map((answer) => [answer.topicId, answer]));
  expect(answers.get(uuid(accepted))?.errorCode ?? 0).toBe(ErrorCode.NONE);
  expect(answers.get(uuid(refused))).toMatchObject({ errorCode: EXCEEDED, errorMessage: null });
});

it("a topic that is too much is not grown; one that cannot grow costs nothing unless its replicas are why", () => {
  const quota = new CountedQuota(2);
  const topic = (name: string, count: number, brokerId: number | null = null) => ({
    name,
    count,
    assignments: brokerId === null ? null : [{ brokerIds: [brokerId] }],
  });
  const grow = (...topics: ReturnType<typeof topic>[]) => {
    const request = { topics, timeoutMs: 1000, validateOnly: false };
    const context = { prng: Prng.fromNumber(1), rights: EVERY_RIGHT, quota };
    const { records, response } = decideCreatePartitions(request, cluster().view(), context);
    return [records.length, response.results?.[0]?.errorCode ?? 0];
  };
  expect(grow(topic("two", 1))).toEqual([0, ErrorCode.INVALID_PARTITIONS]);
  expect(grow(topic("missing", 9))).toEqual([0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]);
  expect(quota.costs).toEqual([]);
  expect(grow(topic("two", 3, 99))).toEqual([0, ErrorCode.INVALID_REPLICA_ASSIGNMENT]);
  expect(grow(topic("two", 5))).toEqual([3, ErrorCode.NONE]);
  expect(grow(topic("one", 3))).toEqual([0, EXCEEDED]);
  expect(quota.costs).toEqual([1, 3, 2]);
});
