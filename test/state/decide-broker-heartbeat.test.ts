/** The state table of a broker's heartbeats. */

import { beforeEach, describe, expect, it } from "vitest";
import { present } from "../../src/base/assert.ts";
import { ErrorCode } from "../../src/base/error-code.ts";
import { uuidFromBytes } from "../../src/base/uuid.ts";
import type { RequestOf } from "../../src/protocol/apis.ts";
import type { NewRecord } from "../../src/protocol/metadata-record.ts";
import { BrokerSessions } from "../../src/state/broker-sessions.ts";
import {
  decideBrokerHeartbeat,
  decideFenceStale,
} from "../../src/state/decide-broker-heartbeat.ts";
import { decideAllocateProducerIds } from "../../src/state/decide-producer-ids.ts";
import { decideUnregisterBroker } from "../../src/state/decide-unregister-broker.ts";
import { bootstrapRecords } from "../../src/state/format-levels.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import { CROWD, crowdedView } from "./crowded-view.ts";
import { record, StateUnderTest } from "./records.ts";

const [TOPIC = "", DIR_1 = "", DIR_1B = "", DIR_2 = ""] = [1, 2, 3, 4].map((n) =>
  uuidFromBytes(new Uint8Array(16).fill(n)),
);
const CONTENT = { isCaughtUp: true, isFenced: false, shouldShutDown: false };

let state: StateUnderTest;
let sessions: BrokerSessions;
/** Broker epochs, by id. */
let epochs: Map<number, bigint>;

/** Brokers 1 and 2, unfenced, broker 1 with two directories; a topic whose partition 0 broker 1 leads. */
function setUp(metadataVersion = 30): void {
  state = new StateUnderTest();
  sessions = new BrokerSessions(9000);
  epochs = new Map();
  state.apply(...bootstrapRecords({ metadataVersion, features: new Map() }));
  for (const [brokerId, logDirs] of [
    [1, [DIR_1, DIR_1B]],
    [2, [DIR_2]],
  ] as const) {
    const brokerEpoch = BigInt(state.endOffset);
    epochs.set(brokerId, brokerEpoch);
    state.apply(record("registerBroker", { brokerId, brokerEpoch, logDirs }, 3));
    change({ brokerId, fenced: -1 });
  }
  state.apply(record("topic", { name: "t", topicId: TOPIC }), partition(0, 1), partition(1, 2));
  sessions.activate(state.view().brokers(), 0);
}

function partition(partitionId: number, leader: number): NewRecord {
  const data = {
    topicId: TOPIC,
    partitionId,
    replicas: [1, 2],
    isr: [1, 2],
    directories: [DIR_1, DIR_2],
    leader,
    leaderEpoch: 0,
    partitionEpoch: 0,
  };
  return record("partition", data, 2);
}

function change({
  brokerId,
  ...data
}: {
  brokerId: number;
  fenced?: number;
  inControlledShutdown?: number;
}): void {
  const brokerEpoch = epochs.get(brokerId) ?? -1n;
  state.apply(record("brokerRegistrationChange", { brokerId, brokerEpoch, ...data }, 1));
}

/** Decides on a heartbeat of broker 1 that has read everything, and applies what comes of it. */
function beat(
  changes: Partial<RequestOf<"brokerHeartbeat">> = {},
  nowMs = 0,
  view: MetadataView | null = null,
) {
  const decision = decideBrokerHeartbeat(
    {
      brokerId: 1,
      brokerEpoch: epochs.get(changes.brokerId ?? 1) ?? -1n,
      currentMetadataOffset: BigInt(state.endOffset - 1),
      wantFence: false,
      wantShutDown: false,
      offlineLogDirs: [],
      cordonedLogDirs: null,
      ...changes,
    },
    view ?? state.view(),
    { sessions, nextOffset: state.endOffset, nowMs },
  );
  if (view === null && decision.records.length > 0) state.apply(...decision.records);
  return decision;
}

/** Types and versions of records, with what a registration change says. */
function outline(records: readonly NewRecord[]): unknown[] {
  return records.map(({ type, version, data }) => {
    if (type !== "brokerRegistrationChange") return type;
    const { brokerId: _id, brokerEpoch: _epoch, ...changed } = data;
    return { version, ...changed };
  });
}

const FENCED = { version: 0, fenced: 1 };

beforeEach(() => setUp());

it("knows only the registered life of a broker", () => {
  const stale = { records: [], response: { errorCode: ErrorCode.STALE_BROKER_EPOCH } };
  expect(beat({ brokerEpoch: 0n })).toMatchObject(stale);
  expect(beat({ brokerId: 3, brokerEpoch: 0n })).toMatchObject(stale);
});

describe("a fenced broker", () => {
  beforeEach(() => {
    const stale = decideFenceStale(state.view(), sessions, 9000);
    state.apply(...(stale?.records ?? []));
    expect(state.view().broker(1)?.fenced).toBe(true);
  });

  it("is unfenced when it has read its registration and does not want to be fenced", () => {
    const { registrationOffset = -1 } = state.view().broker(1) ?? {};
    const early = beat({ currentMetadataOffset: BigInt(registrationOffset) - 1n });
    expect(early).toMatchObject({
      records: [],
      response: { isCaughtUp: false, isFenced: true, shouldShutDown: false },
    });
    expect(beat({ wantFence: true })).toMatchObject({
      records: [],
      response: { isCaughtUp: true, isFenced: true, shouldShutDown: false },
    });
    const caughtUp = beat({ currentMetadataOffset: BigInt(registrationOffset) });
    expect(outline(caughtUp.records)).toEqual([{ version: 0, fenced: -1 }]);
    expect(caughtUp.response).toEqual(CONTENT);
    expect(state.view().broker(1)?.fenced).toBe(false);
  });

  it("leads again, once it is unfenced, what nobody could lead", () => {
    state.apply(...(decideFenceStale(state.view(), sessions, 9000)?.records ?? []));
    expect(state.view().partition(TOPIC, 1)).toMatchObject({ leader: -1, isr: [2] });
    const { records } = beat({ brokerId: 2 });
    expect(outline(records)).toEqual([
      { version: 0, fenced: -1 },
      "partitionChange",
      "partitionChange",
    ]);
    expect(state.view().partition(TOPIC, 0)).toMatchObject({ leader: 2, isr: [2] });
    expect(state.view().partition(TOPIC, 1)).toMatchObject({ leader: 2, isr: [2] });
  });

  it("may shut down at once", () => {
    const { records, response } = beat({ wantShutDown: true });
    expect(outline(records)).toEqual([FENCED]);
    expect(response).toEqual({ isCaughtUp: true, isFenced: true, shouldShutDown: true });
  });
});

describe("an unfenced broker", () => {
  it("stays what it is", () => {
    expect(beat()).toEqual({ records: [], atomic: false, response: CONTENT });
  });

  it("is fenced when it wants to be: first its partitions move, then it is fenced", () => {
    const { records, response } = beat({ wantFence: true });
    expect(outline(records)).toEqual(["partitionChange", "partitionChange", FENCED]);
    expect(response).toEqual({ isCaughtUp: true, isFenced: true, shouldShutDown: false });
    expect(state.view().partition(TOPIC, 0)).toMatchObject({ leader: 2, isr: [2] });
  });

  it("is let go when it wants to be fenced and to shut down", () => {
    const { records, response } = beat({ wantFence: true, wantShutDown: true });
    expect(outline(records)).toEqual(["partitionChange", "partitionChange", FENCED]);
    expect(response).toEqual({ isCaughtUp: true, isFenced: true, shouldShutDown: true });
  });

  it("is let go when it wants to shut down and leads nothing", () => {
    state.apply(record("partitionChange", { topicId: TOPIC, partitionId: 0, leader: 2 }, 2));
    const { records, response } = beat({ wantShutDown: true });
    expect(outline(records)).toEqual(["partitionChange", "partitionChange", FENCED]);
    expect(response.shouldShutDown).toBe(true);
  });

  it("is emptied when it wants to shut down and leads something", () => {
    const { records, response } = beat({ wantShutDown: true });
    expect(outline(records)).toEqual([
      { version: 1, inControlledShutdown: 1 },
      "partitionChange",
      "partitionChange",
    ]);
    expect(response).toEqual(CONTENT);
  });
});

describe("a broker in controlled shutdown", () => {
  it("waits until the active brokers have read where it was emptied", () => {
    beat({ wantShutDown: true });
    const emptiedAt = BigInt(state.endOffset - 1);
    expect(beat({ wantShutDown: true })).toMatchObject({ records: [], response: CONTENT });
    beat({ brokerId: 2, currentMetadataOffset: emptiedAt - 1n });
    expect(beat({ wantShutDown: true })).toMatchObject({ records: [], response: CONTENT });
    beat({ brokerId: 2, currentMetadataOffset: emptiedAt });
    const released = beat({ wantShutDown: true });
    expect(outline(released.records)).toEqual([FENCED]);
    expect(released.response).toMatchObject({ isFenced: true, shouldShutDown: true });
  });

  it("waits for what a broker says after its registration has changed", () => {
    beat({ brokerId: 2, wantFence: true });
    beat({ wantShutDown: true });
    const far = { brokerId: 2, currentMetadataOffset: BigInt(state.endOffset) + 100n };
    expect(beat(far).response).toMatchObject({ isFenced: false });
    expect(beat({ wantShutDown: true })).toMatchObject({ records: [], response: CONTENT });
    beat(far);
    expect(beat({ wantShutDown: true }).response).toMatchObject({ shouldShutDown: true });
  });

  it("waits while it still leads something", () => {
    beat({ wantShutDown: true });
    beat({ brokerId: 2 });
    state.apply(record("partitionChange", { topicId: TOPIC, partitionId: 0, leader: 1 }, 2));
    expect(beat({ wantShutDown: true })).toMatchObject({ records: [], response: CONTENT });
  });

  it("is let go at its next heartbeat when nobody else is active", () => {
    state.apply(...decideUnregisterBroker({ brokerId: 2 }, state.view()).records);
    expect(beat({ wantShutDown: true }).response.shouldShutDown).toBe(false);
    expect(state.view().partition(TOPIC, 0)).toMatchObject({ leader: -1, isr: [1] });
    expect(beat({ wantShutDown: true }).response.shouldShutDown).toBe(true);
  });

  it("waits, after a failover, for what was in the log then", () => {
    beat({ wantShutDown: true });
    sessions = new BrokerSessions(9000);
    sessions.activate(state.view().brokers(), 0);
    expect(beat({ wantShutDown: true }).response.shouldShutDown).toBe(false);
    const atFailover = BigInt(state.endOffset - 1);
    state.apply(record("noOp", {}));
    beat({ brokerId: 2, currentMetadataOffset: atFailover });
    expect(beat({ wantShutDown: true }).response.shouldShutDown).toBe(true);
  });
});

describe("a broker that was told to shut down", () => {
  const afterRegistration = () => {
    beat({ wantShutDown: true });
    const broker = state.view().broker(1);
    expect(broker).toMatchObject({ inControlledShutdown: true, fenced: false });
    sessions.endShutdown(1, broker?.epoch ?? -1);
  };

  it("asks anew after it has registered again: what it leads is moved, its registration stays", () => {
    afterRegistration();
    const data = { topicId: TOPIC, partitionId: 0, leader: 1, isr: [1, 2] };
    state.apply(record("partitionChange", data, 2));
    const { records, response } = beat({ wantShutDown: true });
    expect(outline(records)).toEqual(["partitionChange"]);
    expect(response).toEqual(CONTENT);
  });

  it("may go at once after it has registered again, when it leads nothing", () => {
    afterRegistration();
    const { records, response } = beat({ wantShutDown: true });
    expect(outline(records)).toEqual([FENCED]);
    expect(response.shouldShutDown).toBe(true);
  });

  it("hands over what a controller before this one did not come to", () => {
    beat({ wantShutDown: true });
    const data = { topicId: TOPIC, partitionId: 0, leader: 1, isr: [1, 2] };
    state.apply(record("partitionChange", data, 2));
    sessions = new BrokerSessions(9000);
    sessions.activate(state.view().brokers(), 0);
    const { records, response } = beat({ wantShutDown: true });
    expect(outline(records)).toEqual(["partitionChange"]);
    expect(response).toEqual(CONTENT);
    expect(state.view().partition(TOPIC, 0)).toMatchObject({ leader: 2, isr: [2] });
    beat({ brokerId: 2, currentMetadataOffset: BigInt(state.endOffset - 2) });
    expect(beat({ wantShutDown: true }).response.shouldShutDown).toBe(false);
    beat({ brokerId: 2, currentMetadataOffset: BigInt(state.endOffset - 1) });
    expect(beat({ wantShutDown: true }).response.shouldShutDown).toBe(true);
  });
});

describe("directories in a heartbeat", () => {
  it("that failed take their replicas out of the ISR, once", () => {
    const offlineLogDirs = [DIR_1, DIR_2];
    const { records, response } = beat({ offlineLogDirs });
    expect(outline(records)).toEqual([
      "partitionChange",
      "partitionChange",
      { version: 2, logDirs: [DIR_1B] },
    ]);
    expect(response).toEqual(CONTENT);
    expect(state.view().broker(1)?.logDirs).toEqual([DIR_1B]);
    expect(state.view().partition(TOPIC, 0)).toMatchObject({ leader: 2, isr: [2] });
    expect(beat({ offlineLogDirs }).records).toEqual([]);
  });

  it("that fail may hold more partitions than a function takes arguments", () => {
    const led = state.view().partition(TOPIC, 0);
    const view = crowdedView(state.view(), present(led, "broker 1 leads a partition"));
    const { records } = beat({ offlineLogDirs: [DIR_1] }, 0, view);
    expect(records).toHaveLength(CROWD + 1);
  });

  it("that are cordoned are written when they change, from metadata.version 30 on", () => {
    const cordoned = (dirs: string[] | null) => outline(beat({ cordonedLogDirs: dirs }).records);
    expect(cordoned([])).toEqual([{ version: 3, cordonedLogDirs: [] }]);
    expect(cordoned([])).toEqual([]);
    expect(cordoned([DIR_1B, DIR_1])).toEqual([{ version: 3, cordonedLogDirs: [DIR_1B, DIR_1] }]);
    expect(cordoned([DIR_1, DIR_1B])).toEqual([]);
    expect(cordoned(null)).toEqual([]);
    expect(cordoned([])).toEqual([{ version: 3, cordonedLogDirs: [] }]);
    expect(cordoned(Array(1001).fill(DIR_1))).toEqual([]);
    expect(state.view().broker(1)?.cordonedLogDirs).toEqual([]);
    setUp(29);
    expect(cordoned([DIR_1])).toEqual([]);
  });
});

describe("a silent broker", () => {
  it("is fenced after a whole session, one broker at a time", () => {
    beat({ brokerId: 2 }, 1000);
    expect(decideFenceStale(state.view(), sessions, 8999)).toBeNull();
    const first = decideFenceStale(state.view(), sessions, 10_000);
    expect(outline(first?.records ?? [])).toEqual(["partitionChange", "partitionChange", FENCED]);
    state.apply(...(first?.records ?? []));
    expect(state.view().broker(1)?.fenced).toBe(true);
    const second = decideFenceStale(state.view(), sessions, 10_000);
    state.apply(...(second?.records ?? []));
    expect(state.view().broker(2)?.fenced).toBe(true);
    expect(decideFenceStale(state.view(), sessions, 10_000)).toBeNull();
  });

  it("is not fenced while it says at least that it is stuck", () => {
    beat({ currentMetadataOffset: 0n }, 8000);
    beat({ brokerId: 2 }, 8000);
    expect(decideFenceStale(state.view(), sessions, 16_999)).toBeNull();
  });
});

it("gives each broker blocks of producer ids of its own, to its registered life only", () => {
  const allocate = (brokerId: number, brokerEpoch: bigint) =>
    decideAllocateProducerIds({ brokerId, brokerEpoch }, state.view());
  const first = allocate(1, epochs.get(1) ?? -1n);
  expect(first.response).toEqual({ producerIdStart: 0n, producerIdLen: 1000 });
  state.apply(...first.records);
  const second = allocate(2, epochs.get(2) ?? -1n);
  expect(second.response).toEqual({ producerIdStart: 1000n, producerIdLen: 1000 });
  const stale = { records: [], response: { errorCode: ErrorCode.STALE_BROKER_EPOCH } };
  expect(allocate(1, 0n)).toMatchObject(stale);
  expect(allocate(7, 0n)).toMatchObject(stale);
  const last = { brokerId: 1, brokerEpoch: 0n, nextProducerId: 2n ** 63n - 1000n };
  state.apply(record("producerIds", last));
  expect(allocate(1, epochs.get(1) ?? -1n)).toMatchObject({
    records: [],
    response: { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR },
  });
});

it("unregisters a broker that is alive, and says when there is none", () => {
  const decision = decideUnregisterBroker({ brokerId: 1 }, state.view());
  expect(outline(decision.records)).toEqual([
    "partitionChange",
    "partitionChange",
    "unregisterBroker",
  ]);
  state.apply(...decision.records);
  expect(
    state
      .view()
      .brokers()
      .map(({ brokerId }) => brokerId),
  ).toEqual([2]);
  expect(decideUnregisterBroker({ brokerId: 1 }, state.view())).toMatchObject({
    records: [],
    response: {
      errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED,
      errorMessage: "Broker ID 1 is not currently registered",
    },
  });
});
