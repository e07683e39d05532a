/** ElectLeaders, and the elections that a controller holds without being asked. */

import { beforeEach, describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { decideElectLeaders } from "../../src/state/decide-elect-leaders.ts";
import { balanceLeaders, electUncleanLeaders } from "../../src/state/decide-leader-balance.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import type { StateUnderTest } from "./records.ts";

const TOPIC = uuid(1);
const LOSSY = uuid(2);
const [PREFERRED, UNCLEAN] = [0, 1];

let state: StateUnderTest;

beforeEach(() => {
  state = clusterState([{ id: 1 }, { id: 2 }, { id: 3, fenced: true }]);
  addTopic(
    state,
    { name: "t", topicId: TOPIC },
    { replicas: [1, 2] },
    { replicas: [1, 2], leader: 2 },
    { replicas: [3, 1], isr: [1], leader: 1 },
    { replicas: [3, 2], isr: [3], leader: -1 },
    { replicas: [3], isr: [3], leader: -1 },
  );
  const configs = { "unclean.leader.election.enable": "true" };
  const lost = { replicas: [3, 2], isr: [3], leader: -1 };
  addTopic(state, { name: "lossy", topicId: LOSSY, configs }, lost);
});

type Asked = { topic: string; partitions: number[] }[] | null;

function elect(electionType: number, topicPartitions: Asked, version = 2) {
  const request = { electionType, topicPartitions, timeoutMs: 1 };
  const { records, response, atomic } = decideElectLeaders(request, state.view(), { version });
  const results = response.replicaElectionResults?.map(({ topic, partitionResult }) => [
    topic,
    ...(partitionResult ?? []).map((each) => [each.partitionId, each.errorCode]),
  ]);
  return { results, changes: records.map(({ data }) => data), response, atomic };
}

const change = (partitionId: number, fields: object, topicId = TOPIC) => ({
  topicId,
  partitionId,
  ...fields,
});
const { ELECTION_NOT_NEEDED, PREFERRED_LEADER_NOT_AVAILABLE, UNKNOWN_TOPIC_OR_PARTITION } =
  ErrorCode;
const { ELIGIBLE_LEADERS_NOT_AVAILABLE } = ErrorCode;

describe("an election of preferred leaders", () => {
  it("moves leadership where it can, and says why not elsewhere, in the order of the request", () => {
    const asked = [
      { topic: "t", partitions: [1, 0, 2, 1, 9, -1] },
      { topic: "u", partitions: [0] },
    ];
    const { results, changes, response, atomic } = elect(PREFERRED, asked);
    expect(results).toEqual([
      [
        "t",
        [1, 0],
        [0, ELECTION_NOT_NEEDED],
        [2, PREFERRED_LEADER_NOT_AVAILABLE],
        [1, 0],
        [9, UNKNOWN_TOPIC_OR_PARTITION],
        [-1, UNKNOWN_TOPIC_OR_PARTITION],
      ],
      ["u", [0, UNKNOWN_TOPIC_OR_PARTITION]],
    ]);
    // Asked for twice, decided twice on the same state: as Kafka does.
    expect(changes).toEqual([change(1, { leader: 1 }), change(1, { leader: 1 })]);
    expect(atomic).toBe(false);
    const messages = response.replicaElectionResults?.flatMap(({ partitionResult }) =>
      (partitionResult ?? []).map(({ errorMessage }) => errorMessage),
    );
    expect(messages).toEqual([
      null,
      "Leader election not needed for topic partition.",
      "The preferred leader was not available.",
      null,
      "No such partition as t-9",
      "No such partition as t--1",
      "No such topic as u",
    ]);
  });

  it("of all partitions names every topic, but only the partitions that needed one, in the order of Kafka's table", () => {
    addTopic(state, { name: "still", topicId: uuid(3) }, { replicas: [1] });
    const { results, changes } = elect(PREFERRED, null);
    expect(results?.toSorted()).toEqual([
      ["lossy", [0, PREFERRED_LEADER_NOT_AVAILABLE]],
      ["still"],
      [
        "t",
        [2, PREFERRED_LEADER_NOT_AVAILABLE],
        [4, PREFERRED_LEADER_NOT_AVAILABLE],
        [1, 0],
        [3, PREFERRED_LEADER_NOT_AVAILABLE],
      ],
    ]);
    expect(changes).toEqual([change(1, { leader: 1 })]);
  });

  it("gives a leaderless partition any leader that is in sync", () => {
    const back = { replicas: [3, 2], isr: [3, 2], leader: -1 };
    addTopic(state, { name: "back", topicId: uuid(3) }, back);
    expect(elect(PREFERRED, [{ topic: "back", partitions: [0] }])).toMatchObject({
      results: [["back", [0, 0]]],
      changes: [change(0, { leader: 2 }, uuid(3))],
    });
  });
});

describe("an unclean election", () => {
  it("takes whoever lives where nobody leads, also where the topic does not allow it by itself", () => {
    const { results, changes, response } = elect(UNCLEAN, [{ topic: "t", partitions: [3, 4, 2] }]);
    expect(results).toEqual([
      ["t", [3, 0], [4, ELIGIBLE_LEADERS_NOT_AVAILABLE], [2, ELECTION_NOT_NEEDED]],
    ]);
    expect(changes).toEqual([change(3, { isr: [2], leader: 2, leaderRecoveryState: 1 })]);
    expect(response.replicaElectionResults?.[0]?.partitionResult?.[1]?.errorMessage).toBe(
      "Eligible topic partition leaders are not available.",
    );
  });

  it("of all partitions leaves out those that are led", () => {
    expect(elect(UNCLEAN, null).results?.toSorted()).toEqual([
      ["lossy", [0, 0]],
      ["t", [4, ELIGIBLE_LEADERS_NOT_AVAILABLE], [3, 0]],
    ]);
  });
});

describe("a whole request", () => {
  it("for nothing is answered with nothing", () => {
    expect(elect(7, [])).toMatchObject({ response: {}, changes: [] });
  });

  it("of an unknown kind is refused, in the form of its version", () => {
    const asked = [{ topic: "t", partitions: [0] }];
    const errorCode = ErrorCode.INVALID_REQUEST;
    const refused = { partitionId: 0, errorCode, errorMessage: "Unknown election type 2" };
    const replicaElectionResults = [{ topic: "t", partitionResult: [refused] }];
    expect(elect(2, asked).response).toEqual({ errorCode, replicaElectionResults });
    expect(elect(2, asked, 0).response).toEqual({ replicaElectionResults });
    expect(elect(-1, null).response).toEqual({ errorCode, replicaElectionResults: [] });
  });

  it("is refused when it comes to more than ten thousand elections", () => {
    const { POLICY_VIOLATION } = ErrorCode;
    const many = (partitions: number) => Array.from({ length: partitions }, () => 1);
    expect(elect(PREFERRED, [{ topic: "t", partitions: many(10_000) }]).changes).toHaveLength(
      10_000,
    );
    const { response, changes } = elect(PREFERRED, [{ topic: "t", partitions: many(10_001) }]);
    expect(changes).toEqual([]);
    expect(response.errorCode).toBe(POLICY_VIOLATION);
    expect(response.replicaElectionResults?.[0]?.partitionResult).toHaveLength(10_001);
  });
});

describe("elections without being asked", () => {
  it("balance leaders in pieces, and say when a piece was full", () => {
    const moved = { replicas: [1, 2], leader: 2 };
    addTopic(state, { name: "many", topicId: uuid(3) }, ...Array.from({ length: 5 }, () => moved));
    const first = balanceLeaders(state.view(), 4);
    expect(first.records).toHaveLength(4);
    expect(first.isFull).toBe(true);
    state.apply(...first.records);
    const second = balanceLeaders(state.view(), 4);
    expect(second.records).toHaveLength(2);
    expect(second.isFull).toBe(false);
    state.apply(...second.records);
    expect(balanceLeaders(state.view(), 4)).toEqual({ records: [], isFull: false });
  });

  it("are unclean only where the topic allows it", () => {
    const { records, isFull } = electUncleanLeaders(state.view());
    expect(records.map(({ data }) => data)).toEqual([
      change(0, { isr: [2], leader: 2, leaderRecoveryState: 1 }, LOSSY),
    ]);
    expect(isFull).toBe(false);
    state.apply(...records);
    expect(electUncleanLeaders(state.view()).records).toEqual([]);
  });
});
