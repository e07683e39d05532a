/** Replicas without a vote, and every role's wish to be woken: who is asked, how often, and what is kept. */

import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Cluster } from "../raft/cluster.ts";
import {
  beginEpoch,
  DIRECTORY,
  dataBatch,
  fetchAnswer,
  fetchRequest,
  LoneReplica,
  votersOf,
} from "../raft/lone-replica.ts";
import { votersBatch } from "./voters-batch.ts";

/** What a voter answers that does not lead. */
function pointTo(id: number, epoch: number) {
  return fetchAnswer({ id, epoch }, { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
}

function targets(lone: LoneReplica): unknown[] {
  return lone.sent().map(({ api, to }) => [api, to]);
}

/** Replica 4 beside voters 1 to 3, with its first fetch under way to voter 3, which leads epoch 2. */
function observer(): LoneReplica {
  const lone = new LoneReplica(4, 3);
  lone.pass(20);
  const [first] = lone.sent();
  lone.respond<"fetch">(first!, pointTo(3, 2));
  expect([lone.replica.role, lone.replica.leaderId]).toEqual(["follower", 3]);
  return lone;
}

test("KAFKA-17067: an observer never stands for election, not even with a vote for itself in its store", () => {
  const stored = { leaderId: -1, leaderEpoch: 4, votedId: 4, votedDirectoryId: DIRECTORY[4]! };
  const lone = new LoneReplica(4, 3, stored);
  for (let second = 0; second < 60; second++) {
    expect([lone.replica.role, lone.replica.epoch]).toEqual(["unattached", 4]);
    for (const send of lone.sent()) {
      expect(send.api).toBe("fetch");
      lone.fail(send);
    }
    lone.pass(1000);
  }
  expect(lone.elections.load()).toEqual(stored);
});

test("KAFKA-17067: an observer whose voters are all dead waits for them", () => {
  const cluster = new Cluster({ seed: 4, voters: 3, observers: 1 });
  cluster.run(10_000, () => cluster.leader !== null);
  cluster.run(700);
  const { epoch } = cluster.leader!.replica!;
  for (const id of [1, 2, 3]) cluster.crash(id);
  cluster.run(60_000);
  expect([cluster.replica(4).role, cluster.replica(4).epoch]).toEqual(["unattached", epoch]);
  for (const id of [1, 2, 3]) cluster.start(id);
  cluster.run(10_000, () => cluster.leader !== null);
  cluster.run(3000);
  expect(cluster.replica(4).leaderId).toBe(cluster.leader!.id);
});

test("KAFKA-17332: an observer that is asked to resign does nothing, and keeps its log and epoch as a voter does", () => {
  const lone = observer();
  const [fetch] = lone.sent();
  const records = new Uint8Array([...dataBatch(0, 1, 3), ...dataBatch(3, 2, 2)]);
  lone.respond<"fetch">(fetch!, fetchAnswer({ id: 3, epoch: 2 }, { records, highWatermark: 3n }));
  lone.sent();
  lone.act((replica) => replica.resign(lone.nowMs));
  expect([lone.replica.role, lone.sent()]).toEqual(["follower", []]);
  lone.restart();
  expect([lone.replica.role, lone.replica.epoch, lone.replica.leaderId]).toEqual([
    "follower",
    2,
    3,
  ]);
  expect([lone.log.endOffset, lone.log.lastEpoch]).toEqual([5, 2]);
});

test("KAFKA-19354: an observer that had to ask around goes back to the leader it is pointed to, old or new", () => {
  const lone = observer();
  for (const [leader, epoch] of [
    [3, 2],
    [3, 2],
    [2, 5],
  ] as const) {
    const [fetch] = lone.sent();
    lone.fail(fetch!);
    expect([lone.replica.role, lone.sent()]).toEqual(["unattached", []]);
    lone.pass(20);
    const [question] = lone.sent();
    lone.respond<"fetch">(question!, pointTo(leader, epoch));
    expect([lone.replica.role, lone.replica.leaderId, lone.replica.epoch]).toEqual([
      "follower",
      leader,
      epoch,
    ]);
    const [next] = lone.sent();
    expect([next!.api, next!.to]).toEqual(["fetch", leader]);
    lone.respond<"fetch">(next!, fetchAnswer({ id: leader, epoch }));
  }
});

test("KAFKA-20514: an observer whose leader cannot be reached asks the others too, however often they name it", () => {
  const lone = observer();
  const asked = new Set<number>();
  for (let round = 0; round < 30; round++) {
    const [fetch] = lone.sent();
    expect(fetch!.to).toBe(3);
    lone.fail(fetch!);
    lone.pass(19);
    expect(targets(lone)).toEqual([]);
    lone.pass(1);
    const [question] = lone.sent();
    asked.add(question!.to);
    lone.respond<"fetch">(question!, pointTo(3, 2));
  }
  expect([...asked].sort()).toEqual([1, 2, 3]);
});

test("KAFKA-20514: no answer names a leader for whom there is no endpoint to give", () => {
  const lone = new LoneReplica(1, 3);
  const voters = votersOf(3).map((voter) => ({
    ...voter,
    endpoints: [{ name: voter.id === 3 ? "INTERNAL" : "CONTROLLER", host: "c", port: voter.id }],
  }));
  lone.log.append(votersBatch(voters));
  lone.restart();
  const told = (leaderId: number, leaderEpoch: number) => {
    lone.ask("beginQuorumEpoch", 1, beginEpoch(leaderId, leaderEpoch));
    lone.ask("fetch", 18, fetchRequest({ id: 100, epoch: leaderEpoch, offset: 1, lastEpoch: 1 }));
    lone.pass(50);
    const answer = lone.answerTo(lone.lastToken) as ReturnType<typeof fetchAnswer>;
    return [answer.responses?.[0]?.partitions?.[0]?.currentLeader?.leaderId, answer.nodeEndpoints];
  };
  expect(told(2, 5)).toEqual([2, [{ nodeId: 2, host: "c", port: 2, rack: null }]]);
  expect(told(3, 6)).toEqual([-1, []]);
});

const ROLES: readonly (readonly [string, () => LoneReplica])[] = [
  ["a voter that knows of no leader", () => new LoneReplica(1, 3)],
  ["an observer that knows of no leader", () => new LoneReplica(4, 3)],
  ["an observer that knows its leader", observer],
  [
    "a follower",
    () => {
      const lone = new LoneReplica(1, 3);
      lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 2));
      return lone;
    },
  ],
  [
    "a leader, until it resigns and after",
    () => {
      const lone = new LoneReplica(1, 3);
      lone.lead();
      return lone;
    },
  ],
];

test.each(
  ROLES.flatMap(([role, make]) => [true, false].map((fails) => [role, fails, make] as const)),
)(
  "KAFKA-17751: %s wants to be woken later than now, every time, while its calls fail: %s",
  (_role, fails, make) => {
    const lone = make();
    const endMs = lone.nowMs + 60_000;
    let wakes = 0;
    let calls = 0;
    for (;;) {
      for (let sent = lone.sent(); sent.length > 0; sent = lone.sent()) {
        calls += sent.length;
        expect(calls).toBeLessThan(10_000);
        for (const send of sent) if (fails) lone.fail(send);
      }
      const nextMs = lone.replica.nextDeadlineMs();
      if (nextMs > endMs) break;
      expect(nextMs).toBeGreaterThan(lone.nowMs);
      lone.nowMs = nextMs;
      lone.act((replica) => replica.onDeadline(nextMs));
      wakes += 1;
    }
    // At most one call every 20 ms where calls fail at once, and a few wakes a second where they are not answered.
    expect(wakes).toBeLessThan(fails ? 3010 : 200);
  },
);
