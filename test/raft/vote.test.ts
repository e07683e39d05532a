/** Who gets this replica's support, and what of it survives a restart. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { readBatch } from "../../src/protocol/record-batch.ts";
import {
  beginEpoch,
  DIRECTORY,
  dataBatch,
  fetchAnswer,
  LoneReplica,
  voteAnswer,
  voteRequest,
} from "./lone-replica.ts";

/** The decisive fields of an answer. */
function vote(lone: LoneReplica, fields: Parameters<typeof voteRequest>[0]) {
  const answer = lone.ask("vote", 2, voteRequest(fields))!;
  const { errorCode, leaderEpoch, voteGranted } = answer.topics[0]!.partitions[0]!;
  return { errorCode, leaderEpoch, voteGranted };
}

/** Replica 1 of 3 with the log of epoch 2 up to offset 5, in epoch 2 under leader 3. */
function follower(): LoneReplica {
  const lone = new LoneReplica(1, 3);
  lone.log.append(readBatch(dataBatch(0, 1, 3))!);
  lone.log.append(readBatch(dataBatch(3, 2, 2))!);
  lone.restart();
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 2));
  return lone;
}

test("one vote per epoch, kept over a restart, and again for the same candidate only", () => {
  const lone = follower();
  const two = { replicaId: 2, replicaEpoch: 3, lastOffset: 5n, lastOffsetEpoch: 2 };
  const granted = { errorCode: 0, leaderEpoch: 3, voteGranted: true };
  const refused = { errorCode: 0, leaderEpoch: 3, voteGranted: false };
  expect(vote(lone, two)).toEqual(granted);
  expect(lone.elections.load()).toEqual({
    leaderId: -1,
    leaderEpoch: 3,
    votedId: 2,
    votedDirectoryId: DIRECTORY[2],
  });
  lone.restart();
  expect(vote(lone, { ...two, replicaId: 3 })).toEqual(refused);
  expect(vote(lone, { ...two, replicaDirectoryId: DIRECTORY[3]! })).toEqual(refused);
  expect(vote(lone, two)).toEqual(granted);
});

test.each([
  ["shorter", 4n, 2, false],
  ["equal", 5n, 2, true],
  ["longer", 9n, 2, true],
  ["long but of an older epoch", 99n, 1, false],
  ["short but of a newer epoch", 1n, 3, true],
])("a candidate whose log is %s", (_, lastOffset, lastOffsetEpoch, voteGranted) => {
  const fields = { replicaId: 2, replicaEpoch: 4, lastOffset, lastOffsetEpoch };
  expect(vote(follower(), fields)).toEqual({ errorCode: 0, leaderEpoch: 4, voteGranted });
  const preVote = vote(follower(), { ...fields, replicaEpoch: 3, preVote: true });
  expect(preVote).toEqual({ errorCode: 0, leaderEpoch: 3, voteGranted });
});

test("a pre-vote in the own epoch changes nothing, and has no support under a leader that works", () => {
  const lone = follower();
  const before = lone.elections.load();
  const fields = {
    replicaId: 2,
    replicaEpoch: 2,
    lastOffset: 5n,
    lastOffsetEpoch: 2,
    preVote: true,
  };
  expect(vote(lone, fields).voteGranted).toBe(true);
  const [fetch] = lone.sent().slice(-1);
  lone.respond<"fetch">(fetch!, fetchAnswer({ id: 3, epoch: 2 }));
  expect(vote(lone, fields).voteGranted).toBe(false);
  expect(vote(lone, { ...fields, preVote: false, replicaEpoch: 2, lastOffsetEpoch: 1 })).toEqual({
    errorCode: 0,
    leaderEpoch: 2,
    voteGranted: false,
  });
  expect(lone.elections.load()).toEqual(before);
});

test("a vote meant for another replica or directory is refused after its epoch is taken over (KAFKA-17426)", () => {
  const fields = { replicaId: 2, lastOffset: 5n, lastOffsetEpoch: 2 };
  const lone = follower();
  const wrong = { errorCode: ErrorCode.INVALID_VOTER_KEY, voteGranted: false };
  expect(vote(lone, { ...fields, replicaEpoch: 3, voterDirectoryId: DIRECTORY[2]! })).toEqual({
    ...wrong,
    leaderEpoch: 3,
  });
  const request = { ...voteRequest({ ...fields, replicaEpoch: 4 }), voterId: 3 };
  const answer = lone.ask("vote", 2, request)!;
  expect(answer.topics[0]!.partitions[0]).toMatchObject({ ...wrong, leaderEpoch: 4 });
  expect(
    vote(lone, { ...fields, replicaEpoch: 4, voterDirectoryId: DIRECTORY[1]! }).voteGranted,
  ).toBe(true);
});

test("no field of a vote makes the replica throw, and none but a newer epoch moves it", () => {
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(
      int32,
      int32,
      int32,
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.boolean(),
      (replicaId, replicaEpoch, lastOffsetEpoch, lastOffset, preVote) => {
        const lone = follower();
        const fields = { replicaId, replicaEpoch, lastOffsetEpoch, lastOffset, preVote };
        const { leaderEpoch, voteGranted } = vote(lone, {
          ...fields,
          replicaDirectoryId: DIRECTORY[2]!,
        });
        expect(leaderEpoch === 2 || leaderEpoch === replicaEpoch).toBe(true);
        if (voteGranted) expect(lastOffsetEpoch >= 2).toBe(true);
        lone.pass(5000);
      },
    ),
    { numRuns: 200 },
  );
});

test("votes and announcements of a wrong topic, partition or cluster are refused (KAFKA-12440)", () => {
  const lone = follower();
  const before = lone.elections.load();
  const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }];
  const clusterId = "another-cluster";
  const refused = { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID };
  expect(lone.ask("vote", 2, { clusterId, topics })).toMatchObject(refused);
  expect(lone.ask("beginQuorumEpoch", 1, { clusterId, topics })).toMatchObject(refused);
  expect(lone.ask("endQuorumEpoch", 1, { clusterId, topics })).toMatchObject(refused);
  expect(lone.ask("fetch", 17, { clusterId })).toMatchObject(refused);
  expect(lone.ask("fetchSnapshot", 1, { clusterId })).toMatchObject(refused);
  const other = [{ topicName: "another", partitions: [{ partitionIndex: 0 }] }];
  const invalid = { errorCode: ErrorCode.INVALID_REQUEST };
  for (const bad of [[], other, [...topics, ...topics]]) {
    expect(lone.ask("vote", 2, { topics: bad })).toMatchObject(invalid);
    expect(lone.ask("beginQuorumEpoch", 1, { topics: bad })).toMatchObject(invalid);
    expect(lone.ask("endQuorumEpoch", 1, { topics: bad })).toMatchObject(invalid);
  }
  expect(lone.ask("fetch", 17, { topics: [] })).toMatchObject(invalid);
  expect(lone.elections.load()).toEqual(before);
});

test("a second leader in the same epoch is not believed", () => {
  const lone = follower();
  const answer = lone.ask("beginQuorumEpoch", 1, beginEpoch(2, 2))!;
  expect(answer.topics[0]!.partitions[0]).toMatchObject({
    errorCode: ErrorCode.INVALID_REQUEST,
    leaderId: 3,
    leaderEpoch: 2,
  });
  const stale = lone.ask("beginQuorumEpoch", 1, beginEpoch(2, 1))!;
  expect(stale.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH);
  const self = lone.ask("beginQuorumEpoch", 1, beginEpoch(1, 9))!;
  expect(self.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.INVALID_REQUEST);
  expect(lone.replica.leaderId).toBe(3);
});

test("a former leader comes back resigned and never leads that epoch again (KAFKA-10527)", () => {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  const { epoch } = lone.replica;
  lone.restart();
  expect([lone.replica.role, lone.replica.epoch, lone.replica.leaderId]).toEqual([
    "resigned",
    epoch,
    -1,
  ]);
  lone.lead();
  expect(lone.replica.epoch).toBeGreaterThan(epoch);
});

test("a candidate that restarts goes on with the vote it gave itself", () => {
  const stored = { leaderId: -1, leaderEpoch: 4, votedId: 1, votedDirectoryId: DIRECTORY[1]! };
  const lone = new LoneReplica(1, 3, stored);
  expect([lone.replica.role, lone.replica.epoch]).toEqual(["candidate", 4]);
  const [ask] = lone.sent();
  lone.respond<"vote">(ask!, voteAnswer({ leaderEpoch: 4, voteGranted: true }));
  expect([lone.replica.role, lone.replica.epoch]).toEqual(["leader", 4]);
});

test("a log that is ahead of the stored election decides the epoch", () => {
  const lone = new LoneReplica(1, 3, {
    leaderId: 2,
    leaderEpoch: 1,
    votedId: -1,
    votedDirectoryId: DIRECTORY[0]!,
  });
  expect([lone.replica.role, lone.replica.leaderId]).toEqual(["follower", 2]);
  lone.log.append(readBatch(dataBatch(0, 6))!);
  lone.restart();
  expect([lone.replica.epoch, lone.replica.leaderId]).toEqual([6, -1]);
});

test("a sole voter leads at once after every start, each time in the next epoch", () => {
  const lone = new LoneReplica(1, 1);
  for (const epoch of [1, 2, 3]) {
    expect([lone.replica.role, lone.replica.epoch]).toEqual(["leader", epoch]);
    expect(lone.replica.highWatermark).toBe(lone.log.endOffset);
    lone.restart();
  }
});

test("a controller that is not a voter never campaigns (KAFKA-17067)", () => {
  const lone = new LoneReplica(4, 3);
  for (let i = 0; i < 100; i++) {
    for (const send of lone.sent()) {
      expect(send.api).toBe("fetch");
      lone.fail(send);
    }
    lone.pass(100);
  }
  expect([lone.replica.role, lone.replica.epoch]).toEqual(["unattached", 0]);
});

test("of two voters that ask at the same time only the one with the larger id goes on", () => {
  const position = { replicaEpoch: 0, lastOffset: 0n, lastOffsetEpoch: 0, preVote: true };
  for (const [id, other, winsAfter] of [
    [1, 2, false],
    [2, 1, true],
  ] as const) {
    const lone = new LoneReplica(id, 3);
    lone.pass(16);
    const [ask] = lone.sent();
    expect(vote(lone, { ...position, replicaId: other }).voteGranted).toBe(true);
    lone.respond<"vote">(ask!, voteAnswer({ leaderEpoch: 0, voteGranted: true }));
    expect(lone.replica.role).toBe(winsAfter ? "candidate" : "prospective");
  }
});

test("the first successor of a leaving leader campaigns at once, a later one waits its turn", () => {
  const end = (ids: number[]) => ({
    topics: [
      {
        topicName: "__cluster_metadata",
        partitions: [
          {
            leaderId: 3,
            leaderEpoch: 2,
            preferredCandidates: ids.map((candidateId) => ({
              candidateId,
              candidateDirectoryId: DIRECTORY[candidateId]!,
            })),
          },
        ],
      },
    ],
  });
  const first = follower();
  first.ask("endQuorumEpoch", 1, end([1, 2]));
  expect(first.replica.role).toBe("prospective");
  const second = follower();
  second.ask("endQuorumEpoch", 1, end([2, 1]));
  second.pass(499);
  expect(second.replica.role).toBe("follower");
  second.pass(1);
  expect(second.replica.role).toBe("prospective");
});
