/** Who may register as a broker, and what is written when one does. */

import { describe, expect, it } from "vitest";
import { present } from "../../src/base/assert.ts";
import { ErrorCode } from "../../src/base/error-code.ts";
import { uuidFromBytes, ZERO_UUID } from "../../src/base/uuid.ts";
import type { RequestOf } from "../../src/protocol/apis.ts";
import { BrokerSessions } from "../../src/state/broker-sessions.ts";
import {
  type BrokerRegistrationContext,
  decideBrokerRegistration,
} from "../../src/state/decide-broker-registration.ts";
import { bootstrapRecords } from "../../src/state/format-levels.ts";
import { crowdedView } from "./crowded-view.ts";
import { record, StateUnderTest } from "./records.ts";

const [A = "", B = "", C = "", D = ""] = [1, 2, 3, 4].map((n) =>
  uuidFromBytes(new Uint8Array(16).fill(n)),
);
const TOPIC = uuidFromBytes(new Uint8Array(16).fill(9));

function cluster(metadataVersion = 25, features: [string, number][] = []): StateUnderTest {
  const state = new StateUnderTest();
  state.apply(...bootstrapRecords({ metadataVersion, features: new Map(features) }));
  return state;
}

function range(name: string, minSupportedVersion: number, maxSupportedVersion: number) {
  return { name, minSupportedVersion, maxSupportedVersion };
}

const FEATURES = [range("metadata.version", 7, 33), range("kraft.version", 0, 1)];

function request(changes: Partial<RequestOf<"brokerRegistration">> = {}) {
  return {
    brokerId: 1,
    clusterId: "cluster",
    incarnationId: A,
    listeners: [{ name: "PLAINTEXT", host: "b1", port: 9092, securityProtocol: 0 }],
    features: FEATURES,
    rack: null,
    isMigratingZkBroker: false,
    logDirs: [B],
    previousBrokerEpoch: -1n,
    ...changes,
  };
}

function contextOf(
  state: StateUnderTest,
  sessions = new BrokerSessions(9000),
  nowMs = 0,
): BrokerRegistrationContext {
  return { clusterId: "cluster", sessions, nextOffset: state.endOffset, nowMs };
}

/** Registers broker 1 in life A and broker 2 in life C, both unfenced. */
function withBrokers(metadataVersion = 25, features: [string, number][] = []): StateUnderTest {
  const state = cluster(metadataVersion, features);
  for (const [brokerId, incarnationId, logDirs] of [
    [1, A, [B]],
    [2, C, [D]],
  ] as const) {
    const { records } = decideBrokerRegistration(
      request({
        brokerId,
        incarnationId,
        logDirs: [...logDirs],
        features: [...FEATURES, ...features.map(([name, level]) => range(name, 0, level))],
      }),
      state.view(),
      contextOf(state),
    );
    const brokerEpoch = BigInt(state.apply(...records));
    state.apply(record("brokerRegistrationChange", { brokerId, brokerEpoch, fenced: -1 }));
  }
  return state;
}

function manyDirs(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    uuidFromBytes(
      new Uint8Array(16)
        .fill(7)
        .with(14, i >> 8)
        .with(15, i & 0xff),
    ),
  );
}

describe("a registration is refused", () => {
  const { INVALID_REGISTRATION, UNSUPPORTED_VERSION } = ErrorCode;
  it.each([
    ["for another cluster", { clusterId: "other" }, ErrorCode.INCONSISTENT_CLUSTER_ID],
    ["by a ZooKeeper broker", { isMigratingZkBroker: true }, ErrorCode.BROKER_ID_NOT_REGISTERED],
    ["with an id below 0", { brokerId: -5, logDirs: [TOPIC] }, INVALID_REGISTRATION],
    ["without directories", { logDirs: [] }, INVALID_REGISTRATION],
    ["with more directories than a broker has", { logDirs: manyDirs(1001) }, INVALID_REGISTRATION],
    ["with a directory twice", { logDirs: [B, B] }, INVALID_REGISTRATION],
    ["with a reserved directory", { logDirs: [ZERO_UUID] }, INVALID_REGISTRATION],
    ["with another broker's directory", { logDirs: [B, D] }, INVALID_REGISTRATION],
    ["without metadata.version", { features: [] }, INVALID_REGISTRATION],
    [
      "when its metadata.version ends too early",
      { features: [range("metadata.version", 7, 24)] },
      UNSUPPORTED_VERSION,
    ],
    [
      "when it does not know kraft.version",
      { features: [range("metadata.version", 7, 25)] },
      UNSUPPORTED_VERSION,
    ],
    [
      "when it needs a feature that is off",
      { features: [...FEATURES, range("share.version", 1, 2)] },
      UNSUPPORTED_VERSION,
    ],
  ])("%s", (_why, changes, errorCode) => {
    const state = withBrokers();
    const sessions = new BrokerSessions(9000);
    const decision = decideBrokerRegistration(
      request(changes),
      state.view(),
      contextOf(state, sessions),
    );
    expect(decision).toMatchObject({ records: [], response: { errorCode } });
    const { epoch = -1 } = state.view().broker(1) ?? {};
    expect(sessions.hasValidSession(1, epoch, 0)).toBe(false);
  });

  it("when it does not name a feature that is finalized", () => {
    const state = cluster(25, [["group.version", 1]]);
    const decision = decideBrokerRegistration(request(), state.view(), contextOf(state));
    expect(decision.response).toEqual({ errorCode: UNSUPPORTED_VERSION });
  });

  it("while another incarnation of the broker is alive, and accepted when that was silent", () => {
    const state = withBrokers();
    const sessions = new BrokerSessions(9000);
    sessions.activate(state.view().brokers(), 1000);
    const register = (nowMs: number) =>
      decideBrokerRegistration(
        request({ incarnationId: D }),
        state.view(),
        contextOf(state, sessions, nowMs),
      ).response;
    expect(register(9999)).toEqual({ errorCode: ErrorCode.DUPLICATE_BROKER_REGISTRATION });
    expect(register(10_000)).toEqual({ brokerEpoch: BigInt(state.endOffset) });
    // A life that has sent no heartbeat yet keeps no other away.
    expect(sessions.hasValidSession(1, state.endOffset, 10_000)).toBe(false);
  });
});

it("lets a broker without directories in below metadata.version 17", () => {
  const state = cluster(16);
  const { records } = decideBrokerRegistration(
    request({ logDirs: [] }),
    state.view(),
    contextOf(state),
  );
  expect(records).toMatchObject([{ type: "registerBroker", version: 2, data: { logDirs: [] } }]);
});

it("gives a life that is registered again its epoch and its state, with what is new", () => {
  const state = withBrokers(30);
  const change = { brokerId: 1, brokerEpoch: BigInt(state.view().broker(1)?.epoch ?? -1) };
  state.apply(record("brokerRegistrationChange", { ...change, cordonedLogDirs: [B] }, 3));
  state.apply(record("brokerRegistrationChange", { ...change, inControlledShutdown: 1 }, 1));
  const decision = decideBrokerRegistration(
    request({ logDirs: [B, C], rack: "r" }),
    state.view(),
    contextOf(state),
  );
  expect(decision.response).toEqual({ brokerEpoch: change.brokerEpoch });
  const before = state.view().broker(1);
  const registrationOffset = state.apply(...decision.records);
  expect(decision.records).toHaveLength(1);
  expect(decision.records[0]?.version).toBe(4);
  expect(state.view().broker(1)).toEqual({
    ...before,
    logDirs: [B, C],
    // It says again with its next heartbeat which ones it has cordoned.
    cordonedLogDirs: null,
    rack: "r",
    registrationOffset,
  });
});

it("takes a new life out of the ISRs of the former, then registers it with the offset as epoch", () => {
  const state = withBrokers();
  const partition = {
    topicId: TOPIC,
    partitionId: 0,
    replicas: [1, 2],
    isr: [1, 2],
    directories: [B, D],
    leader: 1,
    leaderEpoch: 0,
    partitionEpoch: 0,
  };
  state.apply(record("topic", { name: "t", topicId: TOPIC }), record("partition", partition, 2));
  const decision = decideBrokerRegistration(
    request({ incarnationId: D }),
    state.view(),
    contextOf(state),
  );
  expect(decision.atomic).toBe(false);
  expect(decision.records).toMatchObject([
    { type: "partitionChange", data: { topicId: TOPIC, partitionId: 0, isr: [2], leader: 2 } },
    { type: "registerBroker", data: { brokerEpoch: BigInt(state.endOffset), fenced: true } },
  ]);
  const led = present(state.view().partition(TOPIC, 0), "broker 1 leads a partition");
  const crowded = crowdedView(state.view(), led);
  const many = decideBrokerRegistration(request({ incarnationId: D }), crowded, contextOf(state));
  expect(many.records).toHaveLength(10_000);
  expect(many.response).toEqual({ errorCode: ErrorCode.DUPLICATE_BROKER_REGISTRATION });
});

it.each([
  ["keeps a broker eligible after a clean shutdown", true, [1]],
  ["does not trust a broker's data after an unclean shutdown", false, null],
] as const)("with eligible leader replicas it %s", (_what, clean, elr) => {
  const state = withBrokers(25, [["eligible.leader.replicas.version", 1]]);
  const features = [...FEATURES, range("eligible.leader.replicas.version", 0, 1)];
  const partition = {
    topicId: TOPIC,
    partitionId: 0,
    replicas: [1, 2],
    isr: [2],
    eligibleLeaderReplicas: [1],
    directories: [B, D],
    leader: 2,
    leaderEpoch: 0,
    partitionEpoch: 0,
  };
  state.apply(
    record("topic", { name: "t", topicId: TOPIC }),
    record("config", {
      resourceType: 2,
      resourceName: "t",
      name: "min.insync.replicas",
      value: "2",
    }),
    record("partition", partition, 2),
  );
  const epoch = state.view().broker(1)?.epoch ?? -1;
  const decision = decideBrokerRegistration(
    request({ incarnationId: D, features, previousBrokerEpoch: clean ? BigInt(epoch) : -1n }),
    state.view(),
    contextOf(state),
  );
  state.apply(...decision.records);
  expect(state.view().partition(TOPIC, 0)).toMatchObject({ isr: [2], elr: elr ?? [] });
});
