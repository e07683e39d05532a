/** What happens to a broker's partitions when the broker goes, comes back or loses a directory. */

import { expect, it } from "vitest";
import type { NewRecord } from "../../src/protocol/metadata-record.ts";
import {
  brokerLeadsPartitions,
  pieceOfFencing,
  pieceOfUnfencing,
  recordsForControlledShutdown,
  recordsForFencing,
  recordsForOfflineDirs,
  recordsForRegistering,
  recordsForUnregistering,
} from "../../src/state/broker-leadership.ts";
import { addTopic, clusterState, dirOf, uuid } from "./cluster-state.ts";
import { record, type StateUnderTest } from "./records.ts";

const TOPIC = uuid(1);
const BROKERS = [{ id: 1, logDirs: [dirOf(1), uuid(50)] }, { id: 2 }, { id: 3 }];
const MIN_ISR_2 = { "min.insync.replicas": "2" };

function dataOf(records: readonly NewRecord[]): object[] {
  return records.map((each) => {
    expect(each.type).toBe("partitionChange");
    return each.data;
  });
}

function change(partitionId: number, fields: object): object {
  return { topicId: TOPIC, partitionId, ...fields };
}

/** Three partitions with a broker 1 that leads, follows, and is not in sync. */
function threeRoles(options: { elr?: boolean; configs?: Record<string, string> } = {}) {
  const { configs = {}, ...cluster } = options;
  const state = clusterState(BROKERS, cluster);
  addTopic(
    state,
    { name: "t", topicId: TOPIC, configs },
    { replicas: [1, 2, 3] },
    { replicas: [2, 1, 3], isr: [2, 1] },
    { replicas: [3, 1, 2], isr: [3, 2] },
  );
  return state;
}

function unfencing(state: StateUnderTest, brokerId: number): readonly NewRecord[] {
  return pieceOfUnfencing(state.view(), brokerId, { fromTopicId: "", maxRecords: 100 }).records;
}

function fence(state: StateUnderTest, brokerId: number): void {
  const data = { brokerId, brokerEpoch: BigInt(1000 + brokerId), fenced: 1 };
  state.apply(record("brokerRegistrationChange", data));
}

it("takes a fenced broker out of every ISR and leads elsewhere", () => {
  const view = threeRoles().view();
  const changes = [change(0, { isr: [2, 3], leader: 2 }), change(1, { isr: [2] })];
  expect(dataOf(recordsForFencing(view, 1))).toEqual(changes);
  expect(dataOf(recordsForControlledShutdown(view, 1))).toEqual(changes);
  expect(dataOf(recordsForUnregistering(view, 1))).toEqual(changes);
  for (const uncleanShutdown of [false, true]) {
    expect(dataOf(recordsForRegistering(view, 1, { uncleanShutdown }))).toEqual(changes);
  }
});

it("does not hand leadership to brokers that are fenced or shut down", () => {
  const state = clusterState([{ id: 1 }, { id: 2, fenced: true }, { id: 3 }]);
  addTopic(state, { name: "t", topicId: TOPIC }, { replicas: [1, 2, 3] });
  expect(dataOf(recordsForFencing(state.view(), 1))).toEqual([
    change(0, { isr: [2, 3], leader: 3 }),
  ]);
});

it("keeps the last in-sync replica on record, and lets it lead when it is back", () => {
  const state = clusterState([{ id: 1 }, { id: 2, fenced: true }]);
  addTopic(
    state,
    { name: "t", topicId: TOPIC },
    { replicas: [1, 2], isr: [1] },
    { replicas: [2, 1], isr: [2], leader: -1 },
  );
  const fenced = recordsForFencing(state.view(), 1);
  expect(dataOf(fenced)).toEqual([change(0, { leader: -1 })]);
  state.apply(...fenced);
  fence(state, 1);
  expect(recordsForFencing(state.view(), 1)).toEqual([]);
  expect(dataOf(unfencing(state, 1))).toEqual([change(0, { leader: 1 })]);
});

it("elects uncleanly only where the topic, or the cluster, allows it", () => {
  const partitions = { replicas: [1, 2], isr: [1] };
  const unclean = change(0, { isr: [2], leader: 2, leaderRecoveryState: 1 });
  const key = "unclean.leader.election.enable";
  const allowed = clusterState(BROKERS);
  addTopic(allowed, { name: "t", topicId: TOPIC, configs: { [key]: "TRUE" } }, partitions);
  expect(dataOf(recordsForFencing(allowed.view(), 1))).toEqual([unclean]);

  const forAll = clusterState(BROKERS);
  addTopic(forAll, { name: "t", topicId: TOPIC }, partitions);
  const resource = { resourceType: 4, resourceName: "", name: key };
  forAll.apply(record("config", { ...resource, value: "true" }));
  expect(dataOf(recordsForFencing(forAll.view(), 1))).toEqual([unclean]);
  const not = { resourceType: 2, resourceName: "t", name: key, value: "false" };
  forAll.apply(record("config", not));
  expect(dataOf(recordsForFencing(forAll.view(), 1))).toEqual([change(0, { leader: -1 })]);
});

it("remembers who was in sync below the minimum, as eligible leaders (KIP-966)", () => {
  const state = threeRoles({ elr: true, configs: MIN_ISR_2 });
  const fenced = recordsForFencing(state.view(), 1);
  expect(dataOf(fenced)).toEqual([
    change(0, { isr: [2, 3], leader: 2 }),
    change(1, { isr: [2], eligibleLeaderReplicas: [1] }),
  ]);
  state.apply(...fenced);
  fence(state, 1);
  const gone = recordsForFencing(state.view(), 2);
  expect(dataOf(gone)).toEqual([
    change(0, { isr: [3], leader: 3, eligibleLeaderReplicas: [2] }),
    change(1, { isr: [], leader: -1, eligibleLeaderReplicas: [1, 2], lastKnownElr: [2] }),
    change(2, { isr: [3], eligibleLeaderReplicas: [2] }),
  ]);
  state.apply(...gone);
  fence(state, 2);
  expect(dataOf(unfencing(state, 1))).toEqual([
    change(1, { isr: [1], leader: 1, eligibleLeaderReplicas: [2], lastKnownElr: [] }),
  ]);
});

it("forgets a broker that may have lost its data as an eligible leader", () => {
  const state = clusterState([{ id: 1, fenced: true }, { id: 2 }], { elr: true });
  addTopic(
    state,
    { name: "t", topicId: TOPIC, configs: MIN_ISR_2 },
    { replicas: [1, 2], isr: [2], leader: 2, eligibleLeaderReplicas: [1] },
  );
  const forgotten = [change(0, { eligibleLeaderReplicas: [] })];
  const view = state.view();
  expect(recordsForRegistering(view, 1, { uncleanShutdown: false })).toEqual([]);
  expect(dataOf(recordsForRegistering(view, 1, { uncleanShutdown: true }))).toEqual(forgotten);
  // Whoever only goes has not lost anything.
  expect(recordsForUnregistering(view, 1)).toEqual([]);
});

it("forgets an eligible leader that a reassignment took the replica from, once it lost its data", () => {
  const state = clusterState([{ id: 1, fenced: true }, { id: 2 }], { elr: true });
  const partition = { replicas: [2], isr: [], leader: -1, eligibleLeaderReplicas: [1, 2] };
  addTopic(state, { name: "t", topicId: TOPIC, configs: MIN_ISR_2 }, partition);
  expect([...state.view().partitionsOfBroker(1)]).toHaveLength(1);
  expect(dataOf(recordsForRegistering(state.view(), 1, { uncleanShutdown: true }))).toEqual([
    change(0, { isr: [2], leader: 2, eligibleLeaderReplicas: [] }),
  ]);
  // It is nobody's leader any more.
  fence(state, 2);
  expect(unfencing(state, 1)).toEqual([]);
});

it("elects whoever can lead a leaderless partition when any broker is back, as Kafka does", () => {
  const state = clusterState([{ id: 1, fenced: true }, { id: 2 }, { id: 3 }]);
  addTopic(state, { name: "t", topicId: TOPIC }, { replicas: [2, 3], isr: [2], leader: -1 });
  expect(dataOf(unfencing(state, 1))).toEqual([change(0, { leader: 2 })]);
});

it("orders the changes of an unclean shutdown: what the broker was in sync with, then the rest", () => {
  const state = clusterState([{ id: 1 }, { id: 2 }], { elr: true });
  const inElr = { replicas: [1, 2], isr: [2], leader: 2, eligibleLeaderReplicas: [1] };
  const inIsr = { replicas: [1, 2] };
  addTopic(state, { name: "t", topicId: TOPIC, configs: MIN_ISR_2 }, inElr, inIsr);
  expect(dataOf(recordsForRegistering(state.view(), 1, { uncleanShutdown: true }))).toEqual([
    change(1, { isr: [2], leader: 2 }),
    change(0, { eligibleLeaderReplicas: [] }),
  ]);
});

it("treats replicas in a failed directory, and no others, as gone", () => {
  const state = clusterState(BROKERS);
  addTopic(
    state,
    { name: "t", topicId: TOPIC },
    { replicas: [1, 2] },
    { replicas: [1, 2], directories: [uuid(50), dirOf(2)] },
    { replicas: [2, 1], directories: [dirOf(2), uuid(50)] },
    { replicas: [2, 1], directories: [dirOf(2), uuid(50)], isr: [2] },
  );
  expect(dataOf(recordsForOfflineDirs(state.view(), 1, [uuid(50)]))).toEqual([
    change(1, { isr: [2], leader: 2 }),
    change(2, { isr: [2] }),
  ]);
});

it("does not let a replica lead from a directory that failed", () => {
  const state = clusterState([{ id: 1 }, { id: 2 }, { id: 3, logDirs: [] }]);
  const places = [dirOf(1), uuid(60), uuid(70)];
  const [unassigned, lost] = ["AAAAAAAAAAAAAAAAAAAAAQ", "AAAAAAAAAAAAAAAAAAAAAg"];
  addTopic(
    state,
    { name: "t", topicId: TOPIC },
    // Broker 2 is not in the directory it should be in; broker 3 has no directories to say.
    { replicas: [1, 2, 3], directories: places },
    { replicas: [1, 2], directories: [dirOf(1), unassigned] },
    { replicas: [1, 2], directories: [dirOf(1), lost] },
  );
  expect(dataOf(recordsForFencing(state.view(), 1))).toEqual([
    change(0, { isr: [2, 3], leader: 3 }),
    change(1, { isr: [2], leader: 2 }),
    change(2, { isr: [2], leader: -1 }),
  ]);
});

it("says whether a broker leads anything", () => {
  const view = threeRoles().view();
  expect([1, 2, 3, 4].map((id) => brokerLeadsPartitions(view, id))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  const state = clusterState(BROKERS);
  addTopic(state, { name: "t", topicId: TOPIC }, { replicas: [1, 2] });
  expect(brokerLeadsPartitions(state.view(), 2)).toBe(false);
});

it("completes a reassignment that only waited for the broker to go", () => {
  const state = clusterState(BROKERS);
  addTopic(
    state,
    { name: "t", topicId: TOPIC },
    { replicas: [2, 3, 1], isr: [1, 2, 3], leader: 1, removingReplicas: [1], addingReplicas: [3] },
  );
  expect(dataOf(recordsForFencing(state.view(), 1))).toEqual([
    change(0, {
      replicas: [2, 3],
      directories: [dirOf(2), dirOf(3)],
      isr: [2, 3],
      leader: 2,
      removingReplicas: [],
      addingReplicas: [],
    }),
  ]);
});

/** Topics of two partitions each that only broker 1 can lead. */
function threeTopics(): StateUnderTest {
  const state = clusterState(BROKERS, {});
  for (const n of [1, 2, 3]) {
    const own = { replicas: [1, 2], isr: [1] };
    addTopic(state, { name: `t${n}`, topicId: uuid(n) }, own, own);
  }
  return state;
}

function placesOf(records: readonly NewRecord[]): string[] {
  return records.map(({ data }) => {
    const { topicId, partitionId } = data as { topicId: string; partitionId: number };
    return `${[uuid(1), uuid(2), uuid(3)].indexOf(topicId) + 1}-${partitionId}`;
  });
}

it("is done in pieces that begin where the one before ended", () => {
  const state = threeTopics();
  const first = pieceOfFencing(state.view(), 1, { fromTopicId: "", maxRecords: 3 });
  expect(placesOf(first.records).sort()).toEqual(["1-0", "1-1", "2-0"]);
  expect(first.nextTopicId).toBe(uuid(2));
  state.apply(...first.records);
  const second = pieceOfFencing(state.view(), 1, { fromTopicId: uuid(2), maxRecords: 3 });
  expect(placesOf(second.records).sort()).toEqual(["2-1", "3-0", "3-1"]);
  expect(second.nextTopicId).toBe(null);
  state.apply(...second.records);
  fence(state, 1);
  const back = pieceOfUnfencing(state.view(), 1, { fromTopicId: "", maxRecords: 5 });
  expect(placesOf(back.records).sort()).toEqual(["1-0", "1-1", "2-0", "2-1", "3-0"]);
  expect(back.nextTopicId).toBe(uuid(3));
  state.apply(...back.records);
  const rest = pieceOfUnfencing(state.view(), 1, { fromTopicId: uuid(3), maxRecords: 5 });
  expect(dataOf(rest.records)).toEqual([{ topicId: uuid(3), partitionId: 1, leader: 1 }]);
  expect(rest.nextTopicId).toBe(null);
  expect(pieceOfUnfencing(state.view(), null, { fromTopicId: uuid(3), maxRecords: 5 })).toEqual({
    records: [],
    nextTopicId: null,
  });
});
