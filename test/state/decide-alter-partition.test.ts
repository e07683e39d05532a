/** AlterPartition: every refusal in its order, and what Kafka wrote for the calls that were recorded. */

import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { ErrorCode, type ErrorName } from "../../src/base/error-code.ts";
import type { RequestOf } from "../../src/protocol/apis.ts";
import { decodeRecord, encodeRecord } from "../../src/protocol/metadata-record.ts";
import { readRequest, readRequestBody } from "../../src/protocol/request-frame.ts";
import { decideAlterPartition } from "../../src/state/decide-alter-partition.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { addTopic, clusterState, dirOf, epochOf, uuid } from "./cluster-state.ts";
import { applyRecordedLog, recordedRecords } from "./recorded-log.ts";
import type { StateUnderTest } from "./records.ts";

const TOPIC = uuid(1);
type Asked = RequestOf<"alterPartition">["topics"][number]["partitions"][number];

let state: StateUnderTest;

beforeEach(() => {
  state = clusterState([
    { id: 1 },
    { id: 2 },
    { id: 3, fenced: true },
    { id: 4, inControlledShutdown: true },
    { id: 5 },
  ]);
  addTopic(
    state,
    { name: "t", topicId: TOPIC },
    { replicas: [1, 2, 3, 4, 5], isr: [1], directories: [1, 2, 3, 4, 5].map(dirOf) },
    { replicas: [1, 2], isr: [1], leaderRecoveryState: 1 },
    // A reassignment that broker 2 completes when it gets in sync: broker 1 leaves.
    { replicas: [2, 1], isr: [1], leader: 1, addingReplicas: [2], removingReplicas: [1] },
  );
});

/** Broker 1 wants [1, 2] as the ISR of partition 0, unless it asks for something else. */
function asked({ isr = [1, 2], ...rest }: Partial<Asked> & { isr?: number[] } = {}): Asked {
  return {
    partitionIndex: 0,
    leaderEpoch: 3,
    partitionEpoch: 7,
    leaderRecoveryState: 0,
    newIsr: [],
    newIsrWithEpochs: isr.map((brokerId) => ({ brokerId, brokerEpoch: epochOf(brokerId) })),
    ...rest,
  };
}

function alter(partition: Asked, { brokerId = 1, topicId = TOPIC, version = 3 } = {}) {
  const request = {
    brokerId,
    brokerEpoch: epochOf(brokerId),
    topics: [{ topicId, partitions: [partition] }],
  };
  const { records, response } = decideAlterPartition(request, state.view(), { version });
  return { records, answer: response.topics?.[0]?.partitions?.[0] };
}

it("refuses a broker whose registration is another", () => {
  const topics = [{ topicId: TOPIC, partitions: [] }];
  const request = { brokerId: 1, brokerEpoch: epochOf(1) - 1n, topics };
  expect(decideAlterPartition(request, state.view(), { version: 3 })).toMatchObject({
    records: [],
    response: { errorCode: ErrorCode.STALE_BROKER_EPOCH },
  });
});

it("has nothing to say to who asks for nothing, whoever that is", () => {
  const request = { brokerId: 1, brokerEpoch: epochOf(1) - 1n, topics: [] };
  const { records, response } = decideAlterPartition(request, state.view(), { version: 3 });
  expect({ records, response }).toEqual({ records: [], response: {} });
});

const UNKNOWN = { brokerId: 2, brokerEpoch: 1n };
const REFUSALS: readonly [string, ErrorName, () => ReturnType<typeof alter>][] = [
  ["an unknown topic", "UNKNOWN_TOPIC_ID", () => alter(asked(), { topicId: uuid(9) })],
  [
    "an unknown partition",
    "UNKNOWN_TOPIC_OR_PARTITION",
    () => alter(asked({ partitionIndex: 3, leaderEpoch: 9 })),
  ],
  ["a leader epoch to come", "NOT_CONTROLLER", () => alter(asked({ leaderEpoch: 4 }))],
  [
    "a partition epoch to come, even with an old leader epoch",
    "NOT_CONTROLLER",
    () => alter(asked({ leaderEpoch: 2, partitionEpoch: 8 })),
  ],
  [
    "an old leader epoch, whoever sends it",
    "FENCED_LEADER_EPOCH",
    () => alter(asked({ leaderEpoch: 2, partitionEpoch: 6 }), { brokerId: 2 }),
  ],
  [
    "a broker that does not lead",
    "INVALID_REQUEST",
    () => alter(asked({ partitionEpoch: 6 }), { brokerId: 2 }),
  ],
  [
    "an old partition epoch, before looking at the ISR",
    "INVALID_UPDATE_VERSION",
    () => alter(asked({ partitionEpoch: 6, isr: [7] })),
  ],
  ["a member twice", "INVALID_REQUEST", () => alter(asked({ isr: [1, 2, 2] }))],
  ["a member without a replica", "INVALID_REQUEST", () => alter(asked({ isr: [1, 7] }))],
  ["an ISR without the leader", "INVALID_REQUEST", () => alter(asked({ isr: [2] }))],
  ["an empty ISR", "INVALID_REQUEST", () => alter(asked({ isr: [] }))],
  [
    "others in sync with a leader that recovers",
    "INVALID_REQUEST",
    () => alter(asked({ partitionIndex: 1, leaderRecoveryState: 1 })),
  ],
  [
    "a way back into recovery",
    "INVALID_REQUEST",
    () => alter(asked({ isr: [1], leaderRecoveryState: 1 })),
  ],
  [
    "a recovery state that there is not",
    "INVALID_REQUEST",
    () => alter(asked({ isr: [1], leaderRecoveryState: 2 })),
  ],
  ["a fenced member", "INELIGIBLE_REPLICA", () => alter(asked({ isr: [1, 3] }))],
  ["a member that shuts down", "INELIGIBLE_REPLICA", () => alter(asked({ isr: [1, 4] }))],
  [
    "a former life of a member",
    "INELIGIBLE_REPLICA",
    () => alter(asked({ newIsrWithEpochs: [{ brokerId: 1, brokerEpoch: epochOf(1) }, UNKNOWN] })),
  ],
];

it.each(REFUSALS)("refuses %s with %s", (_case, error, refused) => {
  const { records, answer } = refused();
  expect(records).toEqual([]);
  expect(answer).toMatchObject({ errorCode: ErrorCode[error] });
  expect(answer).not.toHaveProperty("isr");
});

describe("a new ISR", () => {
  const named = { topicId: TOPIC, partitionId: 0 };

  it("is written, and answered with the epochs that follow from it", () => {
    const { records, answer } = alter(asked({ isr: [2, 1] }));
    expect(records).toEqual([
      { type: "partitionChange", version: 2, data: { ...named, isr: [2, 1] } },
    ]);
    expect(answer).toEqual({
      partitionIndex: 0,
      errorCode: ErrorCode.NONE,
      leaderId: 1,
      leaderEpoch: 3,
      isr: [2, 1],
      leaderRecoveryState: 0,
      partitionEpoch: 8,
    });
  });

  it("that is the old one writes nothing and leaves the epochs", () => {
    const { records, answer } = alter(asked({ isr: [1] }));
    expect(records).toEqual([]);
    expect(answer).toMatchObject({ errorCode: 0, isr: [1], leaderEpoch: 3, partitionEpoch: 7 });
  });

  it("may come without epochs of its members: in version 2, or where the leader has none", () => {
    const withoutEpochs = asked({ newIsr: [1, 2], newIsrWithEpochs: [] });
    expect(alter(withoutEpochs, { version: 2 }).answer).toMatchObject({ isr: [1, 2] });
    const members = [1, 2].map((brokerId) => ({ brokerId, brokerEpoch: -1n }));
    expect(alter(asked({ newIsrWithEpochs: members })).answer).toMatchObject({ isr: [1, 2] });
  });

  it("ends the leader's recovery", () => {
    const { records, answer } = alter(asked({ partitionIndex: 1, isr: [1] }));
    expect(records.map(({ data }) => data)).toEqual([
      { topicId: TOPIC, partitionId: 1, leaderRecoveryState: 0 },
    ]);
    expect(answer).toMatchObject({ leaderRecoveryState: 0, leaderEpoch: 3, partitionEpoch: 8 });
  });

  it("that completes a reassignment is written although the sender leads no more", () => {
    const { records, answer } = alter(asked({ partitionIndex: 2 }));
    expect(records.map(({ data }) => data)).toEqual([
      {
        topicId: TOPIC,
        partitionId: 2,
        replicas: [2],
        directories: [dirOf(2)],
        isr: [2],
        leader: 2,
        addingReplicas: [],
        removingReplicas: [],
      },
    ]);
    expect(answer).toEqual({ partitionIndex: 2, errorCode: ErrorCode.NEW_LEADER_ELECTED });
  });
});

describe("the recorded calls", () => {
  const store = new MemoryVersionedStore();
  applyRecordedLog(store);
  const path = new URL("../fixtures/kafka-4.3.1/calls.jsonl", import.meta.url);
  const calls = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { api: string; requestHex: string; response: object })
    .filter(({ api }) => api === "ALTER_PARTITION");

  /** Before each call: Kafka wrote the changes of several brokers in one batch. */
  const offsets = [446, 448, 448, 590, 590];

  it.each(calls.map((call, i) => [offsets[i] ?? -1, call] as const))(
    "at offset %i come to what Kafka wrote and answered",
    (offset, call) => {
      const frame = readRequest(Buffer.from(call.requestHex, "hex"));
      const request = readRequestBody("alterPartition", frame);
      const view = new MetadataReader(store, offset - 1);
      const { records, response } = decideAlterPartition(request, view, { version: 3 });
      expect({ throttleTimeMs: 0, errorCode: 0, ...response }).toEqual(call.response);
      const written = recordedRecords(offset, offset + 10);
      const ours = records.map((each) => decodeRecord(encodeRecord(each)));
      expect(ours.length).toBeGreaterThan(0);
      expect(written).toEqual(expect.arrayContaining(ours));
    },
  );
});
