/** Brokers that come back: what eligible leader replicas (KIP-966) make of how their last life ended. */

import { expect, test } from "vitest";
import { BrokerSessions } from "../../src/state/broker-sessions.ts";
import { decideBrokerRegistration } from "../../src/state/decide-broker-registration.ts";
import { addTopic, clusterState, epochOf, uuid } from "../state/cluster-state.ts";

/** Broker 1 of a cluster with eligible leader replicas begins another life; the partition that it led. */
function registerAgain(isr: number[], previousBrokerEpoch: bigint) {
  const topicId = uuid(9);
  const state = clusterState([{ id: 1 }, { id: 2 }], { elr: true });
  const configs = { "min.insync.replicas": "2" };
  addTopic(state, { name: "t", topicId, configs }, { replicas: [1, 2], isr });
  const range = (name: string, maxSupportedVersion: number) => {
    return { name, minSupportedVersion: 0, maxSupportedVersion };
  };
  const decision = decideBrokerRegistration(
    {
      brokerId: 1,
      clusterId: "cluster",
      incarnationId: uuid(7),
      listeners: [],
      features: [
        range("metadata.version", 33),
        range("kraft.version", 1),
        range("eligible.leader.replicas.version", 1),
      ],
      rack: null,
      isMigratingZkBroker: false,
      logDirs: [uuid(101)],
      previousBrokerEpoch,
    },
    state.view(),
    {
      clusterId: "cluster",
      sessions: new BrokerSessions(9000),
      nextOffset: state.endOffset,
      nowMs: 0,
    },
  );
  expect(decision.response.errorCode ?? 0).toBe(0);
  state.apply(...decision.records);
  const partition = state.view().partition(topicId, 0)!;
  const { leader, leaderEpoch, isr: inSync, elr, lastKnownElr } = partition;
  return { leader, leaderEpoch, isr: inSync, elr, lastKnownElr };
}

test("KAFKA-18106: a broker that comes back after an unclean shutdown leaves ISR and leadership in full form", () => {
  expect(registerAgain([1, 2], -1n)).toEqual({
    leader: 2,
    leaderEpoch: 4,
    isr: [2],
    elr: [],
    lastKnownElr: [],
  });
  expect(registerAgain([1], -1n)).toEqual({
    leader: -1,
    leaderEpoch: 4,
    isr: [],
    elr: [],
    lastKnownElr: [1],
  });
});

test("KAFKA-18635: only a broker that names its last epoch has shut down cleanly and stays eligible", () => {
  expect(registerAgain([1, 2], epochOf(1))).toMatchObject({ leader: 2, isr: [2], elr: [1] });
  for (const previous of [epochOf(1) - 1n, epochOf(1) + 1n, -1n]) {
    expect(registerAgain([1, 2], previous)).toMatchObject({ leader: 2, isr: [2], elr: [] });
  }
});
