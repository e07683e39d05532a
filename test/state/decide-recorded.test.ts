/** Given what Kafka 4.3.1 had in its log, our decisions write what Kafka wrote next. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { APIS, type RequestOf } from "../../src/protocol/apis.ts";
import { encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { readRequest, readRequestBody } from "../../src/protocol/request-frame.ts";
import { BrokerSessions } from "../../src/state/broker-sessions.ts";
import {
  decideBrokerHeartbeat,
  decideFenceStale,
} from "../../src/state/decide-broker-heartbeat.ts";
import { decideBrokerRegistration } from "../../src/state/decide-broker-registration.ts";
import { decideControllerRegistration } from "../../src/state/decide-controller-registration.ts";
import { decideAllocateProducerIds } from "../../src/state/decide-producer-ids.ts";
import { decideUnregisterBroker } from "../../src/state/decide-unregister-broker.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { applyRecordedLog, recordedRecords } from "./recorded-log.ts";

const CLUSTER_ID = "baDaEjjSQTC73MtXUZRJ5A";
const store = new MemoryVersionedStore();
applyRecordedLog(store);

/** The state below `endOffset`. */
function viewBelow(endOffset: number): MetadataReader {
  return new MetadataReader(store, endOffset - 1);
}

/** The bytes of each record, in order. */
function comparable(records: readonly NewRecord[]): string[] {
  return records.map(
    (record) => `${record.type} ${Buffer.from(encodeRecord(record)).toString("hex")}`,
  );
}

function recorded(baseOffset: number, lastOffset: number) {
  return comparable(recordedRecords(baseOffset, lastOffset + 1) as readonly NewRecord[]);
}

/** The first recorded request of an API from a client. */
function recordedRequest<N extends keyof typeof APIS>(api: N, clientId: string): RequestOf<N> {
  const path = new URL("../fixtures/kafka-4.3.1/calls.jsonl", import.meta.url);
  for (const line of readFileSync(path, "utf8").trim().split("\n")) {
    const call = JSON.parse(line) as { key: number; clientId: string; requestHex: string };
    if (call.key !== APIS[api].key || call.clientId !== clientId) continue;
    const frame = readRequest(Buffer.from(call.requestHex, "hex"));
    return readRequestBody(api, frame) as RequestOf<N>;
  }
  throw new Error(`no ${api} request of ${clientId} was recorded`);
}

function heartbeat(
  brokerId: number,
  brokerEpoch: bigint,
  currentMetadataOffset: bigint,
  wantShutDown = false,
): RequestOf<"brokerHeartbeat"> {
  return {
    brokerId,
    brokerEpoch,
    currentMetadataOffset,
    wantFence: false,
    wantShutDown,
    offlineLogDirs: [],
    cordonedLogDirs: null,
  };
}

it("registers broker 12 for the first time", () => {
  const context = {
    clusterId: CLUSTER_ID,
    sessions: new BrokerSessions(9000),
    nextOffset: 18,
    nowMs: 0,
  };
  const request = recordedRequest("brokerRegistration", "12");
  const { records, response } = decideBrokerRegistration(request, viewBelow(18), context);
  expect(comparable(records)).toEqual(recorded(18, 18));
  expect(response).toEqual({ brokerEpoch: 18n });
});

it("registers broker 11 again after it was killed and fenced", () => {
  const [written] = recordedRecords(414, 415);
  if (written?.type !== "registerBroker") throw new Error("not a registration");
  const { endPoints, brokerEpoch: _, ...data } = written.data;
  const request = {
    ...data,
    clusterId: CLUSTER_ID,
    listeners: endPoints,
    isMigratingZkBroker: false,
    previousBrokerEpoch: -1n,
  };
  const decision = decideBrokerRegistration(request, viewBelow(414), {
    clusterId: CLUSTER_ID,
    sessions: new BrokerSessions(9000),
    nextOffset: 414,
    nowMs: 0,
  });
  expect(comparable(decision.records)).toEqual(recorded(414, 414));
});

it("unfences broker 12 at its first heartbeat that asks for it", () => {
  const context = { sessions: new BrokerSessions(9000), nextOffset: 21, nowMs: 0 };
  const decision = decideBrokerHeartbeat(heartbeat(12, 18n, 20n), viewBelow(21), context);
  expect(comparable(decision.records)).toEqual(recorded(21, 21));
  expect(decision.response).toEqual({ isCaughtUp: true, isFenced: false, shouldShutDown: false });
});

it("fences broker 11 when it is silent for a session", () => {
  const sessions = new BrokerSessions(9000);
  const view = viewBelow(364);
  sessions.activate(view.brokers(), 0);
  sessions.touch(12, 18, 5000);
  sessions.touch(13, 23, 5000);
  expect(decideFenceStale(view, sessions, 8999)).toBeNull();
  const decision = decideFenceStale(view, sessions, 9000);
  expect(comparable(decision?.records ?? [])).toEqual(recorded(364, 398));
  expect(decideFenceStale(viewBelow(399), sessions, 9000)).toBeNull();
});

it("unfences broker 11 and gives it what nobody leads", () => {
  const context = { sessions: new BrokerSessions(9000), nextOffset: 416, nowMs: 0 };
  const decision = decideBrokerHeartbeat(heartbeat(11, 414n, 415n), viewBelow(416), context);
  expect(comparable(decision.records)).toEqual(recorded(416, 444));
});

it("empties broker 13 for its shutdown and lets it go when the others know", () => {
  const sessions = new BrokerSessions(9000);
  const entered = decideBrokerHeartbeat(heartbeat(13, 23n, 472n, true), viewBelow(473), {
    sessions,
    nextOffset: 473,
    nowMs: 0,
  });
  // Two of these topics share a slot of Kafka's hash table, where the order is that of their history.
  expect(comparable(entered.records).sort()).toEqual(recorded(473, 519).sort());
  expect(comparable(entered.records)[0]).toBe(recorded(473, 519)[0]);
  expect(entered.response).toEqual({ isCaughtUp: true, isFenced: false, shouldShutDown: false });

  const view = viewBelow(525);
  const again = () =>
    decideBrokerHeartbeat(heartbeat(13, 23n, 523n, true), view, {
      sessions,
      nextOffset: 525,
      nowMs: 1,
    });
  sessions.heartbeat(11, 414, 519, 1);
  sessions.heartbeat(12, 18, 518, 1);
  expect(again()).toMatchObject({ records: [], response: { shouldShutDown: false } });
  sessions.heartbeat(12, 18, 519, 1);
  const released = again();
  expect(comparable(released.records)).toEqual(recorded(525, 525));
  expect(released.response).toEqual({ isCaughtUp: true, isFenced: true, shouldShutDown: true });
});

it("unregisters broker 13", () => {
  const decision = decideUnregisterBroker({ brokerId: 13 }, viewBelow(541));
  expect(comparable(decision.records)).toEqual(recorded(541, 541));
});

it("hands broker 12 the first block of producer ids", () => {
  const request = recordedRequest("allocateProducerIds", "12");
  const decision = decideAllocateProducerIds(request, viewBelow(179));
  expect(comparable(decision.records)).toEqual(recorded(179, 179));
  expect(decision.response).toEqual({ producerIdStart: 0n, producerIdLen: 1000 });
});

it("registers controller 3", () => {
  const request = recordedRequest("controllerRegistration", "3");
  const decision = decideControllerRegistration(request, viewBelow(8));
  const [written] = recordedRecords(8, 11) as readonly NewRecord[];
  expect(comparable(decision.records)).toEqual(comparable(written === undefined ? [] : [written]));
});
