/** AlterPartitionReassignments and ListPartitionReassignments: starting, changing, completing and taking back a move. */

import { beforeEach, describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { recordsForFencing } from "../../src/state/broker-leadership.ts";
import { decideAlterPartition } from "../../src/state/decide-alter-partition.ts";
import { decideAlterPartitionReassignments } from "../../src/state/decide-alter-partition-reassignments.ts";
import { listPartitionReassignments } from "../../src/state/list-partition-reassignments.ts";
import { addTopic, clusterState, dirOf, epochOf, uuid } from "./cluster-state.ts";
import { record, type StateUnderTest } from "./records.ts";

const TOPIC = uuid(1);
const UNASSIGNED = "AAAAAAAAAAAAAAAAAAAAAQ";
const BROKERS = [
  { id: 1 },
  { id: 2 },
  { id: 3 },
  { id: 4, logDirs: [dirOf(4), uuid(50)] },
  { id: 5, logDirs: [dirOf(5)], cordonedLogDirs: [dirOf(5)] },
];
const UNCLEAN = { "unclean.leader.election.enable": "true" };

let state: StateUnderTest;

/** Partition 0 is where it was asked to be, partition 1 moves from 1,2 to 1,3 and partition 2 from 2 to 3. */
function setUp(configs: Record<string, string> = {}): void {
  state = clusterState(BROKERS);
  addTopic(
    state,
    { name: "t", topicId: TOPIC, configs },
    { replicas: [1, 2] },
    { replicas: [1, 3, 2], isr: [1, 2], addingReplicas: [3], removingReplicas: [2] },
    { replicas: [3, 2], isr: [3], leader: 3, addingReplicas: [3], removingReplicas: [2] },
  );
}

beforeEach(() => setUp());

type Asked = readonly [partitionIndex: number, replicas: number[] | null];

function decide(asked: readonly Asked[], { allowReplicationFactorChange = true, name = "t" } = {}) {
  const partitions = asked.map(([partitionIndex, replicas]) => ({ partitionIndex, replicas }));
  const request = { timeoutMs: 1, allowReplicationFactorChange, topics: [{ name, partitions }] };
  return decideAlterPartitionReassignments(request, state.view());
}

function answers(asked: readonly Asked[], options = {}): unknown[] {
  const { response } = decide(asked, options);
  return (response.responses?.[0]?.partitions ?? []).map((each) => [
    each.partitionIndex,
    each.errorCode,
    each.errorMessage,
  ]);
}

function changes(asked: readonly Asked[]): unknown[] {
  const { records, atomic } = decide(asked);
  expect(atomic).toBe(true);
  return records.map(({ data }) => data);
}

const at = (partitionId: number) => ({ topicId: TOPIC, partitionId });
const { INVALID_REPLICA_ASSIGNMENT, UNKNOWN_TOPIC_OR_PARTITION } = ErrorCode;

describe("a reassignment", () => {
  it("adds the new replicas before the old, each with its broker's directory if it is known", () => {
    expect(changes([[0, [3, 4]]])).toEqual([
      {
        ...at(0),
        replicas: [3, 4, 1, 2],
        directories: [dirOf(3), UNASSIGNED, dirOf(1), dirOf(2)],
        removingReplicas: [1, 2],
        addingReplicas: [3, 4],
      },
    ]);
    expect(answers([[0, [3, 4]]])).toEqual([[0, 0, null]]);
  });

  it("that only reorders the replicas is done at once, and leaves the leader", () => {
    expect(changes([[0, [2, 1]]])).toEqual([
      { ...at(0), replicas: [2, 1], directories: [dirOf(2), dirOf(1)] },
    ]);
  });

  it("to where the partition is changes nothing, and succeeds", () => {
    expect(changes([[0, [1, 2]]])).toEqual([]);
    expect(answers([[0, [1, 2]]])).toEqual([[0, 0, null]]);
  });

  it("that takes replicas away whose others are in sync is complete at once", () => {
    expect(changes([[0, [2]]])).toEqual([
      { ...at(0), isr: [2], leader: 2, replicas: [2], directories: [dirOf(2)] },
    ]);
  });

  it("can be given another aim while it is under way", () => {
    expect(changes([[1, [4, 3]]])).toEqual([
      {
        ...at(1),
        replicas: [4, 3, 1, 2],
        directories: [UNASSIGNED, dirOf(3), dirOf(1), dirOf(2)],
        removingReplicas: [1, 2],
        addingReplicas: [4],
      },
    ]);
  });

  it("never elects a leader that is not in sync, also where the topic allows that", () => {
    setUp(UNCLEAN);
    const epochs = { leaderEpoch: 0, partitionEpoch: 0, directories: [UNASSIGNED, UNASSIGNED] };
    const lost = { ...at(3), replicas: [9, 1], isr: [9], leader: -1, ...epochs };
    state.apply(record("partition", lost, 2));
    expect(changes([[3, [1, 2]]])).toEqual([
      expect.not.objectContaining({ leader: expect.anything() }),
    ]);
  });

  it("of a partition that is named twice leaves as many directories as replicas", () => {
    const records = changes([
      [0, [2, 3]],
      [0, [2, 1]],
    ]) as { directories?: string[] }[];
    expect(records.map(({ directories }) => directories?.length)).toEqual([3, 2]);
    state.apply(record("partitionChange", { ...at(0), directories: [UNASSIGNED, UNASSIGNED] }, 2));
    const alike = changes([
      [0, [1, 4]],
      [0, [2, 1]],
    ]) as { directories?: string[] }[];
    // By itself the second would not name any: it leaves them as they are.
    expect(alike.map(({ directories }) => directories)).toEqual([
      [UNASSIGNED, UNASSIGNED, UNASSIGNED],
      [UNASSIGNED, UNASSIGNED],
    ]);
    expect(changes([[0, [2, 1]]])).toEqual([{ ...at(0), replicas: [2, 1] }]);
  });

  it("is complete when the leader reports the new replicas in sync, also when it is replaced by that", () => {
    state.apply(...decide([[0, [3]]]).records);
    const { leaderEpoch, partitionEpoch } = state.view().partition(TOPIC, 0) ?? {
      leaderEpoch: -1,
      partitionEpoch: -1,
    };
    const request = {
      brokerId: 1,
      brokerEpoch: epochOf(1),
      topics: [
        {
          topicId: TOPIC,
          partitions: [
            {
              partitionIndex: 0,
              leaderEpoch,
              newIsr: [],
              newIsrWithEpochs: [1, 2, 3].map((brokerId) => ({ brokerId, brokerEpoch: -1n })),
              leaderRecoveryState: 0,
              partitionEpoch,
            },
          ],
        },
      ],
    };
    const { records, response } = decideAlterPartition(request, state.view(), { version: 3 });
    expect(response.topics?.[0]?.partitions).toEqual([
      { partitionIndex: 0, errorCode: ErrorCode.NEW_LEADER_ELECTED },
    ]);
    state.apply(...records);
    expect(state.view().partition(TOPIC, 0)).toMatchObject({
      replicas: [3],
      isr: [3],
      leader: 3,
      addingReplicas: [],
      removingReplicas: [],
    });
  });

  it("is complete, too, when a broker that it waited for no longer counts", () => {
    const data = { ...at(1), isr: [1, 2, 3], leader: 2 };
    state.apply(record("partitionChange", data, 2));
    state.apply(...recordsForFencing(state.view(), 2));
    expect(state.view().partition(TOPIC, 1)).toMatchObject({
      replicas: [1, 3],
      isr: [1, 3],
      leader: 1,
      addingReplicas: [],
      removingReplicas: [],
    });
  });
});

describe("a reassignment is refused", () => {
  it("for what is unknown", () => {
    expect(answers([[0, [1]]], { name: "u" })).toEqual([
      [0, UNKNOWN_TOPIC_OR_PARTITION, "Unable to find a topic named u."],
    ]);
    expect(answers([[7, [1]]])).toEqual([
      [7, UNKNOWN_TOPIC_OR_PARTITION, "Unable to find partition t:7."],
    ]);
    expect(answers([[-1, null]])).toEqual([
      [-1, UNKNOWN_TOPIC_OR_PARTITION, "Unable to find partition t:-1."],
    ]);
  });

  it("to replicas that cannot be, while the other partitions of the request are moved", () => {
    const asked: Asked[] = [
      [0, []],
      [0, [1, 9]],
      [0, [1, 1]],
      [0, [5, 1]],
      [0, [3]],
    ];
    const prefix = "The manual partition assignment includes";
    expect(answers(asked)).toEqual([
      [0, INVALID_REPLICA_ASSIGNMENT, `${prefix} an empty replica list.`],
      [0, INVALID_REPLICA_ASSIGNMENT, `${prefix} broker 9, but no such broker is registered.`],
      [0, INVALID_REPLICA_ASSIGNMENT, `${prefix} the broker 1 more than once.`],
      [
        0,
        INVALID_REPLICA_ASSIGNMENT,
        `${prefix} broker 5, but all its log directories are cordoned.`,
      ],
      [0, ErrorCode.NONE, null],
    ]);
    expect(changes(asked)).toHaveLength(1);
  });

  it("to another number of replicas, unless that is allowed", () => {
    const strict = { allowReplicationFactorChange: false };
    const { INVALID_REPLICATION_FACTOR } = ErrorCode;
    expect(answers([[0, [3]]], strict)).toEqual([
      [0, INVALID_REPLICATION_FACTOR, "The replication factor is changed from 2 to 1"],
    ]);
    // What counts is what there will be once the move under way is complete.
    expect(answers([[1, [1, 2, 4]]], strict)).toEqual([
      [1, INVALID_REPLICATION_FACTOR, "The replication factor is changed from 2 to 3"],
    ]);
    expect(answers([[1, [2, 4]]], strict)).toEqual([[1, 0, null]]);
    // Also when a replica is still said to be added that another aim has dropped again.
    state.apply(record("partitionChange", { ...at(1), replicas: [1, 2], removingReplicas: [] }));
    expect(answers([[1, [2, 4]]], strict)).toEqual([
      [1, INVALID_REPLICATION_FACTOR, "The replication factor is changed from 3 to 2"],
    ]);
    expect(decide([[0, [1, 2]]], strict).response.allowReplicationFactorChange).toBe(false);
  });

  it("beyond ten thousand changes, with what came before them done", () => {
    const partitions = Array.from({ length: 10_002 }, (_, n): Asked => [0, n % 2 ? [3] : [4]]);
    expect(answers(partitions).slice(9_999)).toEqual([
      [0, 0, null],
      [0, ErrorCode.UNKNOWN_SERVER_ERROR, null],
      [0, ErrorCode.UNKNOWN_SERVER_ERROR, null],
    ]);
    expect(decide(partitions).records).toHaveLength(10_000);
  });
});

describe("taking a reassignment back", () => {
  it("leaves the replicas that were there before", () => {
    expect(changes([[1, null]])).toEqual([
      {
        ...at(1),
        leader: 1,
        replicas: [1, 2],
        directories: [dirOf(1), dirOf(2)],
        removingReplicas: [],
        addingReplicas: [],
      },
    ]);
  });

  it("needs one that is under way", () => {
    expect(answers([[0, null]])).toEqual([[0, ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, null]]);
  });

  it("is refused when only new replicas are in sync, unless the topic takes unclean leaders", () => {
    const message =
      "Unable to revert partition assignment for t:2 because it would require an unclean leader election.";
    expect(answers([[2, null]])).toEqual([[2, INVALID_REPLICA_ASSIGNMENT, message]]);
    setUp(UNCLEAN);
    expect(changes([[2, null]])).toEqual([
      {
        ...at(2),
        isr: [2],
        leader: 2,
        replicas: [2],
        directories: [dirOf(2)],
        removingReplicas: [],
        addingReplicas: [],
      },
    ]);
  });

  it("is refused when no replica would be left", () => {
    const all = { replicas: [3], isr: [3], addingReplicas: [3] };
    addTopic(state, { name: "all", topicId: uuid(2) }, all);
    state.apply(record("partitionChange", { topicId: uuid(2), partitionId: 0, isr: [] }, 2));
    expect(answers([[0, null]], { name: "all" })).toEqual([
      [
        0,
        INVALID_REPLICA_ASSIGNMENT,
        "Invalid replica assignment: addingReplicas contains all replicas.",
      ],
    ]);
  });
});

it("answers a request for nothing with nothing", () => {
  const request = { timeoutMs: 1, allowReplicationFactorChange: false, topics: [] };
  expect(decideAlterPartitionReassignments(request, state.view())).toMatchObject({
    records: [],
    response: {},
  });
});

describe("the reassignments under way", () => {
  const moving = (partitionIndex: number, replicas: number[]) => ({
    partitionIndex,
    replicas,
    addingReplicas: [3],
    removingReplicas: [2],
  });
  const list = (topics: { name: string; partitionIndexes: number[] }[] | null) =>
    listPartitionReassignments({ timeoutMs: 1, topics }, state.view());

  it("are listed for all topics that have some", () => {
    addTopic(state, { name: "still", topicId: uuid(3) }, { replicas: [1] });
    const partitions = [moving(1, [1, 3, 2]), moving(2, [3, 2])];
    expect(list(null)).toEqual({ errorMessage: null, topics: [{ name: "t", partitions }] });
  });

  it("are listed as they are asked for, without what is unknown or not moved", () => {
    const found = list([
      { name: "t", partitionIndexes: [2, 0, 9, -1, 1, 2] },
      { name: "u", partitionIndexes: [0] },
      { name: "t", partitionIndexes: [0] },
      { name: "t", partitionIndexes: [] },
    ]);
    const partitions = [moving(2, [3, 2]), moving(1, [1, 3, 2]), moving(2, [3, 2])];
    expect(found.topics).toEqual([{ name: "t", partitions }]);
    expect(list([])).toEqual({ errorMessage: null, topics: [] });
  });

  it("are none once they are complete or taken back", () => {
    state.apply(...decide([[1, null]]).records);
    state.apply(record("partitionChange", { ...at(2), removingReplicas: [], addingReplicas: [] }));
    expect(list(null).topics).toEqual([]);
  });
});
