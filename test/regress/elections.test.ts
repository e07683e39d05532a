/** Elections: who may lead an epoch, who has to stop, and what an election may not cost the others. */

import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { RequestInit } from "../../src/protocol/apis.ts";
import { LeaderProgress } from "../../src/raft/leader-progress.ts";
import { checkQuorumDeadlineMs } from "../../src/raft/leading.ts";
import type { Leader } from "../../src/raft/quorum-state.ts";
import { DEFAULT_TIMING } from "../../src/raft/timing.ts";
import { Cluster } from "../raft/cluster.ts";
import {
  beginEpoch,
  coreOutsideVoters,
  DIRECTORY,
  fetchRequest,
  LoneReplica,
  voteAnswer,
  voteRequest,
} from "../raft/lone-replica.ts";

type Sent = ReturnType<LoneReplica["sent"]>[number];

function ledCluster(seed: number, voters: number): Cluster {
  const cluster = new Cluster({ seed, voters });
  expect(cluster.run(10_000, () => cluster.leader !== null)).toBe(true);
  cluster.run(700);
  return cluster;
}

/** The replica follows 3 in epoch 2, and then its calls to it fail. */
function loseLeader(lone: LoneReplica): LoneReplica {
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 2));
  const [fetch] = lone.sent().slice(-1);
  lone.fail(fetch!);
  lone.pass(DEFAULT_TIMING.campaignSpreadMs);
  return lone;
}

function vote(lone: LoneReplica, fields: Parameters<typeof voteRequest>[0]) {
  const answer = lone.ask("vote", 2, voteRequest({ lastOffsetEpoch: 0, ...fields }))!;
  const { errorCode, leaderId, leaderEpoch, voteGranted } = answer.topics[0]!.partitions[0]!;
  return { errorCode, leaderId, leaderEpoch, voteGranted };
}

/** Who was asked for a vote, of which epoch, and whether only for a pre-vote. */
function asked(sent: readonly Sent[]): unknown[] {
  return sent.map(({ api, to, body }) => {
    const partition = (body as RequestInit<"vote">).topics?.[0]?.partitions?.[0];
    return [api, to, partition?.replicaEpoch, partition?.preVote];
  });
}

test("KAFKA-10527: a restarted leader never leads that epoch again", () => {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  lone.append();
  expect([lone.replica.epoch, lone.log.endOffset]).toEqual([1, 4]);
  lone.restart();
  expect([lone.replica.role, lone.replica.epoch, lone.sent()]).toEqual(["resigned", 1, []]);
  const late = lone.ask("fetch", 18, fetchRequest({ id: 2, epoch: 1, offset: 3 }))!;
  expect(late.responses[0]!.partitions[0]).toMatchObject({
    errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
    currentLeader: { leaderId: -1, leaderEpoch: 1 },
  });
  // Everyone grants whatever it asks for.
  lone.lead();
  expect(lone.replica.isLeader).toBe(true);
  expect(lone.replica.epoch).toBeGreaterThan(1);
  expect(lone.log.endOffsetForEpoch(1)).toEqual({ epoch: 1, endOffset: 4 });
});

test("KAFKA-10661: a leader that leaves tells every voter whom to prefer, and supports whoever follows", () => {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  lone.ask("fetch", 18, fetchRequest({ id: 2, epoch: 1, offset: 3 }));
  lone.append();
  lone.ask("fetch", 18, fetchRequest({ id: 3, epoch: 1, offset: 4 }));
  lone.sent();
  lone.act((replica) => replica.resign(lone.nowMs));
  expect(lone.replica.role).toBe("resigned");
  const told = lone.sent().map(({ api, to, body }) => {
    const partition = (body as RequestInit<"endQuorumEpoch">).topics?.[0]?.partitions?.[0];
    return [api, to, partition?.preferredCandidates?.map(({ candidateId }) => candidateId)];
  });
  expect(told).toEqual([
    ["endQuorumEpoch", 2, [3, 2]],
    ["endQuorumEpoch", 3, [3, 2]],
  ]);
  const late = lone.ask("fetch", 18, fetchRequest({ id: 2, epoch: 1, offset: 4 }))!;
  expect(late.responses[0]!.partitions[0]!.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  const candidate = { replicaId: 3, lastOffset: 4n, lastOffsetEpoch: 1 };
  const granted = { errorCode: 0, leaderId: -1, voteGranted: true };
  expect(vote(lone, { ...candidate, replicaEpoch: 1, preVote: true })).toEqual({
    ...granted,
    leaderEpoch: 1,
  });
  expect(vote(lone, { ...candidate, replicaEpoch: 2 })).toEqual({ ...granted, leaderEpoch: 2 });
});

test("KAFKA-15489: a leader that is left with a minority steps down, and only then is out of touch", () => {
  for (let seed = 0; seed < 10; seed++) {
    const cluster = ledCluster(seed, 5);
    const old = cluster.leader!;
    const { epoch } = old.replica!;
    const [companion, ...majority] = cluster.nodes.filter(({ id }) => id !== old.id);
    for (const { id } of majority) {
      for (const side of [old.id, companion!.id]) {
        cluster.cut(side, id);
        cluster.cut(id, side);
      }
    }
    const cutMs = cluster.nowMs;
    expect(cluster.run(3000, () => !old.replica!.isLeader)).toBe(true);
    expect([old.replica!.role, old.replica!.epoch]).toEqual(["resigned", epoch]);
    // Every voter has fetched within the last half second before the cut.
    expect(cluster.nowMs - cutMs).toBeGreaterThan(2400);
    expect(cluster.run(5000, () => cluster.leader !== null)).toBe(true);
    expect(majority).toContain(cluster.leader);
    expect(cluster.leader!.replica!.epoch).toBeGreaterThan(epoch);
  }
});

test("KAFKA-16144: a sole voter never misses a majority, a leader of two does", () => {
  const sole = new LoneReplica(1, 1);
  expect(sole.replica.nextDeadlineMs()).toBe(Number.POSITIVE_INFINITY);
  sole.pass(3_600_000);
  expect([sole.replica.role, sole.replica.epoch]).toEqual(["leader", 1]);
  const pair = new LoneReplica(1, 2);
  pair.lead();
  pair.pass(2999);
  expect(pair.replica.role).toBe("leader");
  pair.pass(1);
  expect(pair.replica.role).toBe("resigned");
});

test("KAFKA-16531: a leader outside the voter set needs contact with a majority of those inside", () => {
  const core = coreOutsideVoters();
  const progress = new LeaderProgress();
  for (const voter of core.voters.voters) progress.open(voter, true).lastFetchMs = voter.id * 1000;
  const role: Leader = {
    kind: "leader",
    epochStartOffset: 0,
    sinceMs: 0,
    progress,
    announcements: new Map(),
    askOthersMs: 0,
    quietUntilMs: 0,
  };
  // Voter 3 is the second of three; 3000 ms after it was heard from, only voter 4 is left.
  expect(checkQuorumDeadlineMs(core, role)).toBe(3000 + 3000);
});

test("KAFKA-17641: pre-votes are given to everyone and kept nowhere, votes to one only", () => {
  const lone = new LoneReplica(1, 3);
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 2));
  const stored = lone.elections.load();
  for (const replicaId of [2, 3]) {
    const preVote = { replicaId, replicaEpoch: 2, preVote: true };
    expect(vote(lone, preVote)).toEqual({
      errorCode: 0,
      leaderId: 3,
      leaderEpoch: 2,
      voteGranted: true,
    });
  }
  expect(lone.elections.load()).toEqual(stored);
  expect(vote(lone, { replicaId: 2, replicaEpoch: 3 }).voteGranted).toBe(true);
  expect(vote(lone, { replicaId: 3, replicaEpoch: 3 }).voteGranted).toBe(false);
});

test("KAFKA-17642: a voter without its leader asks first, and goes back to it when a majority refuses", () => {
  const lone = loseLeader(new LoneReplica(1, 5));
  const stored = lone.elections.load();
  expect([lone.replica.role, lone.replica.epoch]).toEqual(["prospective", 2]);
  const questions = lone.sent();
  expect(asked(questions)).toEqual([2, 3, 4, 5].map((id) => ["vote", id, 2, true]));
  const [two, , four, five] = questions;
  const refusal = voteAnswer({ leaderId: 3, leaderEpoch: 2, voteGranted: false });
  for (const question of [two!, four!]) {
    lone.respond<"vote">(question, refusal);
    expect(lone.replica.role).toBe("prospective");
  }
  lone.respond<"vote">(five!, refusal);
  expect([lone.replica.role, lone.replica.leaderId]).toEqual(["follower", 3]);
  expect(lone.elections.load()).toEqual(stored);
});

test("KAFKA-17642: a voter without its leader raises the epoch once a majority would support it", () => {
  const lone = loseLeader(new LoneReplica(1, 3));
  const [question] = lone.sent();
  lone.respond<"vote">(question!, voteAnswer({ leaderId: 3, leaderEpoch: 2, voteGranted: true }));
  expect([lone.replica.role, lone.replica.epoch]).toEqual(["candidate", 3]);
  expect(lone.elections.load()).toEqual({
    leaderId: -1,
    leaderEpoch: 3,
    votedId: 1,
    votedDirectoryId: DIRECTORY[1],
  });
  expect(asked(lone.sent())).toEqual([2, 3].map((id) => ["vote", id, 3, false]));
});

test("KAFKA-16164: a voter that can speak to its leader but hears nothing of it costs nobody an epoch", () => {
  for (let seed = 0; seed < 10; seed++) {
    const cluster = ledCluster(seed, 3);
    const leader = cluster.leader!;
    const { epoch } = leader.replica!;
    const deaf = cluster.nodes.find(({ id }) => id !== leader.id)!;
    cluster.cut(leader.id, deaf.id);
    // Without records its log is as good as anyone's.
    cluster.run(20_000);
    expect(cluster.nodes.map(({ replica }) => replica!.epoch)).toEqual([epoch, epoch, epoch]);
    expect(leader.replica!.isLeader).toBe(true);
    cluster.append(leader.id);
    cluster.run(100);
    expect(deaf.log.endOffset).toBe(leader.log.endOffset - 1);
    cluster.heal();
    cluster.run(4000);
    expect([leader.replica!.isLeader, deaf.replica!.role]).toEqual([true, "follower"]);
    expect(deaf.log.entries).toEqual(leader.log.entries);
  }
});
