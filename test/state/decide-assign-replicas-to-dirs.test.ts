/** AssignReplicasToDirs: what a broker may say of its replicas' places, and what follows from a failed one. */

import { expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { decideAssignReplicasToDirs } from "../../src/state/decide-assign-replicas-to-dirs.ts";
import { addTopic, clusterState, dirOf, epochOf, uuid } from "./cluster-state.ts";

const TOPIC = uuid(1);
const [DIR_A, DIR_B, FAILED] = [uuid(51), uuid(52), uuid(53)];
const UNASSIGNED = "AAAAAAAAAAAAAAAAAAAAAQ";

function twoBrokers() {
  const state = clusterState([{ id: 1, logDirs: [DIR_A, DIR_B] }, { id: 2 }]);
  addTopic(
    state,
    { name: "t", topicId: TOPIC },
    { replicas: [1, 2], directories: [UNASSIGNED, dirOf(2)] },
    { replicas: [2, 1], directories: [dirOf(2), DIR_A] },
    { replicas: [2] },
  );
  return state;
}

/** Broker 1 says where partitions of the topic lie. */
function assign(
  places: readonly (readonly [string, readonly number[]])[],
  { topicId = TOPIC, state = twoBrokers() } = {},
) {
  const directories = places.map(([id, partitions]) => ({
    id,
    topics: [{ topicId, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }],
  }));
  const request = { brokerId: 1, brokerEpoch: epochOf(1), directories };
  const { records, response } = decideAssignReplicasToDirs(request, state.view());
  const errors = response.directories?.flatMap(({ topics }) =>
    (topics ?? []).flatMap(({ partitions }) => (partitions ?? []).map((each) => each.errorCode)),
  );
  return { changes: records.map(({ data }) => data), response, errors };
}

function change(partitionId: number, fields: object): object {
  return { topicId: TOPIC, partitionId, ...fields };
}

it("writes the places that are new, and answers in the form of the request", () => {
  const { changes, response } = assign([
    [DIR_A, [0, 1]],
    [DIR_B, [1]],
  ]);
  expect(changes).toEqual([
    change(0, { directories: [DIR_A, dirOf(2)] }),
    change(1, { directories: [dirOf(2), DIR_B] }),
  ]);
  const answer = (id: string, partitions: number[]) => ({
    id,
    topics: [
      {
        topicId: TOPIC,
        partitions: partitions.map((partitionIndex) => ({ partitionIndex, errorCode: 0 })),
      },
    ],
  });
  expect(response).toEqual({ directories: [answer(DIR_A, [0, 1]), answer(DIR_B, [1])] });
});

it("refuses what is unknown and what the broker does not have, and takes the rest", () => {
  const { UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_ID } = ErrorCode;
  const { changes, errors } = assign([[DIR_B, [7, 2, 0]]]);
  expect(errors).toEqual([UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER, ErrorCode.NONE]);
  expect(changes).toHaveLength(1);
  expect(assign([[DIR_B, [0]]], { topicId: uuid(9) }).errors).toEqual([UNKNOWN_TOPIC_ID]);
});

it("takes a replica in a failed directory out of the ISR, and leadership with it, once", () => {
  expect(assign([[FAILED, [0, 1]]]).changes).toEqual([
    change(0, { directories: [FAILED, dirOf(2)] }),
    change(1, { directories: [dirOf(2), FAILED] }),
    change(0, { isr: [2], leader: 2 }),
    change(1, { isr: [2] }),
  ]);
});

it("takes a replica out of the ISR that the first record leaves: who is not eligible any more stays so", () => {
  const state = clusterState([{ id: 1, logDirs: [DIR_A, DIR_B] }, { id: 2 }], { elr: true });
  const configs = { "min.insync.replicas": "2" };
  const alone = { replicas: [1], eligibleLeaderReplicas: [2] };
  addTopic(state, { name: "t", topicId: TOPIC, configs }, alone);
  expect(assign([[FAILED, [0]]], { state }).changes).toEqual([
    change(0, {
      directories: [FAILED],
      leader: -1,
      eligibleLeaderReplicas: [],
      lastKnownElr: [1],
    }),
    change(0, { isr: [], eligibleLeaderReplicas: [1] }),
  ]);
});

it("refuses a broker whose registration is another", () => {
  for (const brokerId of [1, 3]) {
    const request = { brokerId, brokerEpoch: 1n, directories: [] };
    expect(decideAssignReplicasToDirs(request, twoBrokers().view())).toMatchObject({
      records: [],
      response: { errorCode: ErrorCode.STALE_BROKER_EPOCH },
    });
  }
});
