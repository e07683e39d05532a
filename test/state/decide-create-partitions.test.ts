/** What CreatePartitions comes to. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import type { RequestOf } from "../../src/protocol/apis.ts";
import { decideCreatePartitions } from "../../src/state/decide-create-partitions.ts";
import { addTopic, clusterState, dirOf, uuid } from "./cluster-state.ts";
import type { StateUnderTest } from "./records.ts";
import { EVERY_RIGHT } from "./topic-rights.ts";

type Topic = RequestOf<"createPartitions">["topics"][number];

const EVENTS = uuid(201);

/** The topic has two partitions with two replicas each. */
function populated(fenced: readonly number[] = []): StateUnderTest {
  const state = clusterState([1, 2, 3].map((id) => ({ id, fenced: fenced.includes(id) })));
  addTopic(state, { name: "events", topicId: EVENTS }, { replicas: [1, 2] }, { replicas: [2, 3] });
  return state;
}

function grow(count: number, ...assignments: readonly (readonly number[])[]): Topic {
  const chosen = assignments.map((brokerIds) => ({ brokerIds: [...brokerIds] }));
  return { name: "events", count, assignments: chosen.length > 0 ? chosen : null };
}

function decide(topics: readonly Topic[], { state = populated(), validateOnly = false } = {}) {
  const request = { topics: [...topics], timeoutMs: 1000, validateOnly };
  return decideCreatePartitions(request, state.view(), {
    prng: Prng.fromNumber(1),
    rights: EVERY_RIGHT,
  });
}

describe("partitions are added", () => {
  it("behind those that are there, with the replicas that the client chose", () => {
    const state = populated([3]);
    const { records, response, atomic } = decide([grow(4, [3, 1], [2, 1])], { state });
    const fresh = { topicId: EVENTS, leaderEpoch: 0, partitionEpoch: 0 };
    expect(records.map(({ data }) => data)).toEqual([
      {
        ...fresh,
        partitionId: 2,
        replicas: [3, 1],
        isr: [1],
        leader: 1,
        directories: [dirOf(3), dirOf(1)],
      },
      {
        ...fresh,
        partitionId: 3,
        replicas: [2, 1],
        isr: [2, 1],
        leader: 2,
        directories: [dirOf(2), dirOf(1)],
      },
    ]);
    expect(records.map(({ type, version }) => [type, version])).toEqual([
      ["partition", 2],
      ["partition", 2],
    ]);
    expect(response).toEqual({ results: [{ name: "events" }] });
    expect(atomic).toBe(true);
    state.apply(...records);
    expect(state.view().topicByName("events")?.partitionCount).toBe(4);
  });

  it("with as many replicas as the topic's first partition has", () => {
    const { records } = decide([grow(12)]);
    expect(records).toHaveLength(10);
    for (const { data } of records) {
      expect(data).toMatchObject({ replicas: expect.objectContaining({ length: 2 }) });
    }
  });

  it("in the answer only, when they are but validated", () => {
    const { records, response } = decide([grow(3)], { validateOnly: true });
    expect(records).toEqual([]);
    expect(response).toEqual({ results: [{ name: "events" }] });
  });
});

describe("partitions are refused", () => {
  const E = ErrorCode;
  const list: readonly (readonly [string, Topic, number, string | null])[] = [
    [
      "for a topic that is unknown",
      { name: "missing", count: 5, assignments: null },
      E.UNKNOWN_TOPIC_OR_PARTITION,
      null,
    ],
    [
      "when they are there already",
      grow(2),
      E.INVALID_PARTITIONS,
      "Topic already has 2 partition(s).",
    ],
    [
      "when there are more",
      grow(1),
      E.INVALID_PARTITIONS,
      "The topic events currently has 2 partition(s); 1 would not be an increase.",
    ],
    [
      "when some have replicas and some do not",
      grow(4, [1, 2]),
      E.INVALID_REPLICA_ASSIGNMENT,
      "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.",
    ],
    [
      "with an unknown broker",
      grow(3, [1, 9]),
      E.INVALID_REPLICA_ASSIGNMENT,
      "The manual partition assignment includes broker 9, but no such broker is registered.",
    ],
    [
      "with another number of replicas",
      grow(3, [1, 2, 3]),
      E.INVALID_REPLICA_ASSIGNMENT,
      "The manual partition assignment includes a partition with 3 replica(s), but this is not consistent with previous partitions, which have 2 replica(s).",
    ],
  ];
  it.each(list)("%s", (_, asked, errorCode, errorMessage) => {
    const { records, response } = decide([asked]);
    expect(records).toEqual([]);
    expect(response).toEqual({ results: [{ name: asked.name, errorCode, errorMessage }] });
  });

  it("when nobody could lead one of them", () => {
    const { response } = decide([grow(4, [1, 2], [3, 2])], { state: populated([2, 3]) });
    expect(response.results?.[0]?.errorMessage).toBe(
      "All brokers specified in the manual partition assignment for partition 3 are fenced or in controlled shutdown.",
    );
  });

  it("when no broker may get them", () => {
    expect(decide([grow(3)], { state: populated([1, 2, 3]) }).response.results).toEqual([
      {
        name: "events",
        errorCode: E.INVALID_REPLICATION_FACTOR,
        errorMessage:
          "All brokers are currently fenced, or have all their log directories cordoned.",
      },
    ]);
  });

  it("once for a topic that is named twice", () => {
    expect(decide([grow(3), grow(4)])).toMatchObject({
      records: [],
      response: {
        results: [
          { name: "events", errorCode: E.INVALID_REQUEST, errorMessage: "Duplicate topic name." },
        ],
      },
    });
  });

  it("first where a name is given twice, then in the order of Kafka's hash table", () => {
    const names = ["views", "x", "clicks", "a_b", "x", "payments"];
    const asked = names.map((name) => ({ name, count: 3, assignments: null }));
    const { response } = decide(asked);
    expect(response.results?.map(({ name }) => name)).toEqual([
      "x",
      "a_b",
      "payments",
      "clicks",
      "views",
    ]);
  });

  it("when they are more than ten thousand", () => {
    expect(decide([grow(10_002)]).records).toHaveLength(10_000);
    expect(decide([grow(10_003)])).toMatchObject({
      records: [],
      response: { results: [{ name: "events", errorCode: E.POLICY_VIOLATION }] },
    });
  });
});
