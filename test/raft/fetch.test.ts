/** What a leader serves and where everyone else points to. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { ResponseOf } from "../../src/protocol/apis.ts";
import { readBatch, readBatches } from "../../src/protocol/record-batch.ts";
import {
  beginEpoch,
  DIRECTORY,
  type FetchFields,
  fetchRequest,
  LoneReplica,
} from "./lone-replica.ts";

const BROKER = 100;
const LEADER_ENDPOINTS = [{ nodeId: 1, host: "127.0.0.1", port: 29091, rack: null }];

/** Replica 1 of 3 leads epoch 1; its LeaderChange batch takes offsets 0 to 2. */
function leading(): LoneReplica {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  expect([lone.replica.epoch, lone.replica.epochStartOffset, lone.log.endOffset]).toEqual([
    1, 0, 3,
  ]);
  return lone;
}

function partitionOf(answer: unknown) {
  return (answer as ResponseOf<"fetch">).responses[0]!.partitions[0]!;
}

/** A short form of an answer; null while it waits. */
function brief(answer: unknown) {
  if (answer === null) return null;
  const { errorCode, highWatermark, records } = partitionOf(answer);
  const batches = [...readBatches(records!)].map(({ baseOffset, lastOffset }) => [
    baseOffset,
    lastOffset,
  ]);
  return { errorCode, highWatermark: Number(highWatermark), batches };
}

function fetch(lone: LoneReplica, version: number, fields: Partial<FetchFields> & { id: number }) {
  return lone.ask(
    "fetch",
    version,
    fetchRequest({ epoch: lone.replica.epoch, offset: 0, ...fields }),
  );
}

test("the first batch of a new cluster is the one that Apache Kafka writes", () => {
  const [line] = readFileSync("test/fixtures/kafka-4.3.1/metadata.log.jsonl", "utf8").split("\n");
  const recorded = JSON.parse(line!);
  const lone = new LoneReplica(3, 3);
  lone.nowMs = 1795426842125;
  lone.restart();
  lone.pass(16);
  for (let round = 0; round < 2; round++) {
    const [ask] = lone.sent();
    expect(ask!.to).toBe(1);
    lone.nowMs = 1795426842125;
    lone.respond<"vote">(ask!, {
      topics: [
        {
          topicName: "__cluster_metadata",
          partitions: [{ leaderId: -1, leaderEpoch: round, voteGranted: true }],
        },
      ],
    });
  }
  expect(Buffer.from(lone.log.read(0, 1, 3)).toString("hex")).toBe(recorded.hex);
});

test("nothing is committed before the leader's own first record is (KAFKA-12619)", () => {
  const lone = leading();
  expect(brief(fetch(lone, 18, { id: 2, highWatermark: -1 }))).toEqual({
    errorCode: 0,
    highWatermark: -1,
    batches: [[0, 2]],
  });
  expect(lone.replica.highWatermark).toBe(-1);
  expect(fetch(lone, 17, { id: BROKER, offset: 0 })).toMatchObject({
    nodeEndpoints: LEADER_ENDPOINTS,
  });
  expect(fetch(lone, 17, { id: BROKER, offset: 0 })).toBeNull();
  expect(fetch(lone, 18, { id: 2, offset: 3, highWatermark: -1 })).toBeNull();
  const voter = lone.lastToken;
  expect(lone.replica.highWatermark).toBe(3);
  expect(brief(lone.answerTo("request 3"))).toEqual({
    errorCode: 0,
    highWatermark: 3,
    batches: [[0, 2]],
  });
  lone.pass(20);
  expect(brief(lone.answerTo(voter))).toEqual({ errorCode: 0, highWatermark: 3, batches: [] });
});

test("voters get what is appended, observers what is committed, each as soon as it is", () => {
  const lone = leading();
  fetch(lone, 18, { id: 2, offset: 3, highWatermark: -1 });
  expect(fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 })).toBeNull();
  const voter = lone.lastToken;
  expect(brief(fetch(lone, 17, { id: BROKER, offset: 3 }))).toEqual({
    errorCode: 0,
    highWatermark: 3,
    batches: [],
  });
  expect(fetch(lone, 17, { id: BROKER, offset: 3 })).toBeNull();
  const broker = lone.lastToken;
  lone.append();
  lone.append();
  expect(brief(lone.answerTo(voter))!.batches).toEqual([[3, 3]]);
  expect(lone.answerTo(broker)).toBeNull();
  fetch(lone, 18, { id: 2, offset: 5, highWatermark: 3 });
  expect(lone.replica.highWatermark).toBe(5);
  expect(brief(lone.answerTo(broker))).toEqual({
    errorCode: 0,
    highWatermark: 5,
    batches: [
      [3, 3],
      [4, 4],
    ],
  });
});

test("a voter learns an advanced high watermark within 20 ms when no record carries it (KAFKA-13959)", () => {
  const lone = leading();
  expect(fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 })).toBeNull();
  const token = lone.lastToken;
  lone.append();
  expect(brief(lone.answerTo(token))!.batches).toEqual([[3, 3]]);
  expect(fetch(lone, 18, { id: 2, offset: 4, highWatermark: 3 })).toBeNull();
  const waiting = lone.lastToken;
  lone.pass(19);
  expect(lone.answerTo(waiting)).toBeNull();
  lone.pass(1);
  expect(brief(lone.answerTo(waiting))).toEqual({ errorCode: 0, highWatermark: 4, batches: [] });
  expect(fetch(lone, 18, { id: 2, offset: 4, highWatermark: 4 })).toBeNull();
});

test("new records go to who has asked first, and within 5 ms to the voters that are not needed to commit them", () => {
  const lone = leading();
  const [first, second] = parkBoth(lone);
  lone.append();
  expect(brief(lone.answerTo(first))!.batches).toEqual([[3, 3]]);
  expect(fetch(lone, 18, { id: 3, offset: 4, highWatermark: 3 })).toBeNull();
  const next = lone.lastToken;
  expect(lone.replica.highWatermark).toBe(4);
  lone.pass(4);
  lone.append();
  expect(brief(lone.answerTo(next))!.batches).toEqual([[4, 4]]);
  expect(lone.answerTo(second)).toBeNull();
  lone.pass(1);
  const batches = [
    [3, 3],
    [4, 4],
  ];
  expect(brief(lone.answerTo(second))).toEqual({ errorCode: 0, highWatermark: 4, batches });
});

test("what is not committed within 5 ms goes to the other voters as well", () => {
  const lone = leading();
  const [, second] = parkBoth(lone);
  lone.append();
  lone.pass(4);
  expect(lone.answerTo(second)).toBeNull();
  lone.pass(1);
  expect(brief(lone.answerTo(second))!.batches).toEqual([[3, 3]]);
});

test("a voter that has not answered is not counted on for what comes next", () => {
  const lone = leading();
  parkBoth(lone);
  lone.append();
  lone.pass(5);
  expect(fetch(lone, 18, { id: 2, offset: 4, highWatermark: 3 })).toBeNull();
  const alone = lone.lastToken;
  lone.append();
  expect(brief(lone.answerTo(alone))!.batches).toEqual([[4, 4]]);
});

/** The tokens of the fetches of 3 and of 2, which wait at the leader in this order with all that there is. */
function parkBoth(lone: LoneReplica): [string, string] {
  fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 });
  lone.act((replica) => replica.forgetRequest(lone.lastToken));
  const tokens = [3, 2].map((id) => {
    expect(fetch(lone, 18, { id, offset: 3, highWatermark: 3 })).toBeNull();
    return lone.lastToken;
  });
  return tokens as [string, string];
}

test("an empty fetch waits as long as it said, and is then answered empty", () => {
  const lone = leading();
  fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 });
  expect(fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3, maxWaitMs: 300 })).toBeNull();
  lone.pass(299);
  expect(lone.answerTo(lone.lastToken)).toBeNull();
  lone.pass(1);
  expect(brief(lone.answerTo(lone.lastToken))).toEqual({
    errorCode: 0,
    highWatermark: 3,
    batches: [],
  });
  expect(
    brief(fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3, maxWaitMs: 0 }))!.errorCode,
  ).toBe(0);
});

test("the same id with another directory is not the voter (KAFKA-17426)", () => {
  const lone = leading();
  expect(brief(fetch(lone, 17, { id: 2, offset: 3, directoryId: DIRECTORY[3]! }))).toBeNull();
  expect(brief(fetch(lone, 16, { id: 2, offset: 3 }))).toBeNull();
  expect(lone.replica.highWatermark).toBe(-1);
  fetch(lone, 17, { id: 2, offset: 3 });
  expect(lone.replica.highWatermark).toBe(3);
});

test("a voter that lost its log is served from the beginning, and nothing is uncommitted (KAFKA-12181)", () => {
  const lone = leading();
  fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 });
  expect(brief(fetch(lone, 18, { id: 2, offset: 0, highWatermark: -1 }))).toEqual({
    errorCode: 0,
    highWatermark: 3,
    batches: [[0, 2]],
  });
  expect(lone.replica.highWatermark).toBe(3);
});

test("a fetch that leaves the leader's log is told where", () => {
  const lone = leading();
  const diverging = (offset: number, lastEpoch: number) => {
    const { epoch, endOffset } = partitionOf(
      fetch(lone, 18, { id: 2, offset, lastEpoch }),
    ).divergingEpoch;
    return { epoch, endOffset: Number(endOffset) };
  };
  expect(diverging(9, 1)).toEqual({ epoch: 1, endOffset: 3 });
  expect(diverging(2, 0)).toEqual({ epoch: 0, endOffset: 0 });
  expect(lone.replica.highWatermark).toBe(-1);
});

test("the first fetch of an empty broker is told who leads, once for each leadership", () => {
  const lone = leading();
  fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 });
  const first = fetch(lone, 17, { id: BROKER })!;
  expect(partitionOf(first)).toMatchObject({
    errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
    currentLeader: { leaderId: 1, leaderEpoch: 1 },
  });
  expect(first.nodeEndpoints).toEqual(LEADER_ENDPOINTS);
  expect(brief(fetch(lone, 17, { id: BROKER }))!.batches).toEqual([[0, 2]]);
  expect(partitionOf(fetch(lone, 17, { id: BROKER + 1 })).errorCode).toBe(
    ErrorCode.NOT_LEADER_OR_FOLLOWER,
  );
});

test("a broker in an old epoch is pointed to the leader at once", () => {
  const lone = leading();
  const answer = fetch(lone, 17, { id: BROKER, epoch: 0 });
  expect(partitionOf(answer)).toMatchObject({
    errorCode: ErrorCode.FENCED_LEADER_EPOCH,
    currentLeader: { leaderId: 1, leaderEpoch: 1 },
  });
  expect(answer!.nodeEndpoints).toEqual(LEADER_ENDPOINTS);
});

test("answers that name no leader are held back for brokers, and given when one is known", () => {
  const lone = new LoneReplica(1, 3);
  expect(fetch(lone, 17, { id: BROKER, epoch: 0 })).toBeNull();
  lone.pass(49);
  expect(lone.answerTo(lone.lastToken)).toBeNull();
  lone.pass(1);
  expect(partitionOf(lone.answerTo(lone.lastToken))).toMatchObject({
    errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
    currentLeader: { leaderId: -1, leaderEpoch: 0 },
  });
  expect(fetch(lone, 17, { id: BROKER, epoch: 5 })).toBeNull();
  expect(partitionOf(fetch(lone, 18, { id: 2, epoch: 5 })).errorCode).toBe(
    ErrorCode.UNKNOWN_LEADER_EPOCH,
  );
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 5));
  expect(lone.answerTo("request 2")).toMatchObject({
    nodeEndpoints: [{ nodeId: 3, host: "127.0.0.1", port: 29093 }],
  });
});

test("parked fetches are answered when leadership is lost, and forgotten with their connection", () => {
  const lone = leading();
  fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 });
  const parked = [2, 3].map((id) => {
    expect(fetch(lone, 18, { id, offset: 3, highWatermark: 3 })).toBeNull();
    return lone.lastToken;
  });
  lone.act((replica) => replica.forgetRequest(parked[0]));
  lone.ask("beginQuorumEpoch", 1, beginEpoch(2, 4));
  expect(lone.answerTo(parked[0]!)).toBeNull();
  expect(partitionOf(lone.answerTo(parked[1]!))).toMatchObject({
    errorCode: ErrorCode.FENCED_LEADER_EPOCH,
    currentLeader: { leaderId: 2, leaderEpoch: 4 },
  });
  lone.pass(1000);
  expect(lone.answerTo(parked[0]!)).toBeNull();
});

test("a resigned leader tells voters at once that it does not lead", () => {
  const lone = leading();
  fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 });
  fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 });
  const token = lone.lastToken;
  lone.sent();
  lone.act((replica) => replica.resign(lone.nowMs));
  expect(partitionOf(lone.answerTo(token))).toMatchObject({
    errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
    currentLeader: { leaderId: -1, leaderEpoch: 1 },
  });
  const ends = lone.sent();
  expect(ends.map(({ api, to }) => [api, to])).toEqual([
    ["endQuorumEpoch", 2],
    ["endQuorumEpoch", 3],
  ]);
  expect(ends[0]!.body).toMatchObject({
    topics: [
      {
        partitions: [
          {
            leaderId: 1,
            leaderEpoch: 1,
            preferredCandidates: [{ candidateId: 2 }, { candidateId: 3 }],
          },
        ],
      },
    ],
  });
});

test("only fields that are truly invalid are answered INVALID_REQUEST, which ends a broker", () => {
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(
      fc.oneof(int32, fc.constant(1)),
      fc.oneof(fc.integer({ min: -3, max: 12 }), int32),
      fc.oneof(fc.integer({ min: -2, max: 3 }), int32),
      int32,
      fc.integer({ min: -1, max: 600 }),
      fc.constantFrom(15, 17, 18),
      (epoch, offset, lastEpoch, id, maxWaitMs, version) => {
        const lone = leading();
        fetch(lone, version, {
          id,
          epoch,
          offset,
          lastEpoch,
          maxWaitMs,
          directoryId: DIRECTORY[2]!,
        });
        lone.pass(600);
        const { errorCode } = partitionOf(lone.answerTo(lone.lastToken));
        const isInvalid = maxWaitMs < 0 || offset < 0 || lastEpoch < 0 || lastEpoch > epoch;
        expect(errorCode === ErrorCode.INVALID_REQUEST).toBe(isInvalid);
      },
    ),
    { numRuns: 200 },
  );
});

test("a snapshot is never found, and the answer says so in a way that harms no broker", () => {
  const lone = leading();
  const ask = (currentLeaderEpoch: number, name = "__cluster_metadata") =>
    lone.ask("fetchSnapshot", 1, {
      clusterId: "a-cluster",
      topics: [{ name, partitions: [{ partition: 0, currentLeaderEpoch }] }],
    })!;
  const answer = ask(1);
  expect(answer.topics[0]!.partitions[0]).toMatchObject({
    errorCode: ErrorCode.SNAPSHOT_NOT_FOUND,
    snapshotId: { endOffset: -1n, epoch: -1 },
    currentLeader: { leaderId: 1, leaderEpoch: 1 },
  });
  expect(answer.nodeEndpoints).toEqual([{ nodeId: 1, host: "127.0.0.1", port: 29091 }]);
  expect(ask(0).topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH);
  expect(ask(2).topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH);
  expect(ask(1, "x").topics[0]!.partitions[0]!.errorCode).toBe(
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  );
});

test("the header of every batch of the log carries the leader's epoch", () => {
  const lone = leading();
  lone.append(9);
  expect(readBatch(lone.log.read(3, 1, 4))).toMatchObject({
    baseOffset: 3,
    leaderEpoch: 1,
    control: false,
  });
});
