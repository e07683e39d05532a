/** Proof of who leads: who is asked, what an answer counts for, and what happens when none comes. */

import { expect, test } from "vitest";
import { Ballot } from "../../src/raft/ballot.ts";
import { becomeLeader } from "../../src/raft/leading.ts";
import { askForProof, requestReadBarrier } from "../../src/raft/read-barrier.ts";
import { Cluster } from "./cluster.ts";
import {
  beginEpoch,
  coreOutsideVoters,
  DIRECTORY,
  fetchAnswer,
  fetchRequest,
  LoneReplica,
} from "./lone-replica.ts";

/** A leader of so many voters, of whom one has fetched everything. */
function leading(voterCount: number): LoneReplica {
  const lone = new LoneReplica(1, voterCount);
  lone.lead();
  const others = Array.from({ length: voterCount - 1 }, (_, index) => index + 2);
  for (const id of others) {
    lone.ask("fetch", 18, fetchRequest({ id, epoch: 1, offset: 3, highWatermark: 3 }));
  }
  return lone;
}

function request(lone: LoneReplica): number {
  return lone.act((replica) => replica.requestReadBarrier(lone.nowMs));
}

function ledCluster(seed: number): Cluster {
  const cluster = new Cluster({ seed, voters: 3 });
  expect(cluster.run(10_000, () => cluster.leader !== null)).toBe(true);
  cluster.run(700);
  return cluster;
}

test("a read barrier is complete within one round trip", () => {
  for (let seed = 0; seed < 50; seed++) {
    const cluster = ledCluster(seed);
    const { id } = cluster.leader!;
    for (let read = 0; read < 3; read++) {
      const askedAtMs = cluster.nowMs;
      const barrier = cluster.act(id, (replica) => replica.requestReadBarrier(cluster.clockMs));
      expect(cluster.replica(id).completedReadBarrier).toBeLessThan(barrier);
      cluster.run(100, () => cluster.replica(id).completedReadBarrier >= barrier);
      // Two delays of 1 to 3 ms.
      expect(cluster.nowMs - askedAtMs).toBeLessThan(6);
    }
  }
});

test("a parked fetch stays parked while its voter confirms a read barrier", () => {
  const lone = leading(3);
  const parked = lone.lastToken;
  request(lone);
  const [asked] = lone.asked();
  lone.confirm(asked!);
  expect(lone.replica.completedReadBarrier).toBe(1);
  expect(lone.answerTo(parked)).toBeNull();
});

test("reads of one moment share a barrier, and one voter of three is asked for it", () => {
  const lone = leading(3);
  const ids = lone.act((replica) => [
    replica.requestReadBarrier(lone.nowMs),
    replica.requestReadBarrier(lone.nowMs),
  ]);
  expect(ids).toEqual([1, 1]);
  expect(lone.asked().map(({ to, question }) => ({ to, question }))).toEqual([
    { to: 2, question: { leaderEpoch: 1, leaderId: 1, voterDirectoryId: DIRECTORY[2] } },
  ]);
});

test("a confirmation that was asked for before a read began proves nothing to that read", () => {
  const lone = leading(3);
  expect(request(lone)).toBe(1);
  const [first] = lone.asked();
  expect([request(lone), request(lone)]).toEqual([2, 2]);
  expect(lone.asked()).toEqual([]);
  lone.confirm(first!);
  expect(lone.replica.completedReadBarrier).toBe(1);
  const [second] = lone.asked();
  lone.confirm(second!);
  expect(lone.replica.completedReadBarrier).toBe(2);
  expect(lone.replica.nextDeadlineMs()).toBeGreaterThan(lone.nowMs + 5);
});

test("the other voter is asked for the newest barrier when the first is silent for 5 ms", () => {
  const lone = leading(3);
  request(lone);
  const [silent] = lone.asked();
  expect(request(lone)).toBe(2);
  lone.pass(4);
  expect(lone.asked()).toEqual([]);
  lone.pass(1);
  const [other] = lone.asked();
  expect([silent!.to, other!.to]).toEqual([2, 3]);
  // What the silent one says in the end was asked for the first barrier.
  lone.confirm(silent!);
  expect(lone.replica.completedReadBarrier).toBe(1);
  lone.confirm(other!);
  expect(lone.replica.completedReadBarrier).toBe(2);
});

test("whoever has confirmed last is asked first, and who owes an answer is not asked again", () => {
  const lone = leading(3);
  request(lone);
  lone.pass(5);
  const [silent, other] = lone.asked();
  lone.confirm(other!);
  for (let read = 0; read < 3; read++) {
    request(lone);
    const asked = lone.asked();
    expect(asked.map(({ to }) => to)).toEqual([3]);
    lone.pass(1);
    lone.confirm(asked[0]!);
  }
  lone.confirm(silent!);
  expect(lone.replica.completedReadBarrier).toBe(4);
  request(lone);
  lone.pass(5);
  expect(lone.asked().map(({ to }) => to)).toEqual([2, 3]);
});

test("two voters of five are asked at once, and both have to confirm", () => {
  const lone = leading(5);
  request(lone);
  const asked = lone.asked();
  expect(asked.map(({ to }) => to)).toEqual([2, 3]);
  lone.confirm(asked[0]!);
  expect(lone.replica.completedReadBarrier).toBe(0);
  lone.pass(5);
  expect(lone.asked().map(({ to }) => to)).toEqual([4, 5]);
  lone.confirm(asked[1]!);
  expect(lone.replica.completedReadBarrier).toBe(1);
});

test("who answers for an older barrier is asked for the newest when that still lacks a voter", () => {
  const lone = leading(5);
  request(lone);
  const older = lone.asked();
  request(lone);
  lone.pass(5);
  const [fourth, silent] = lone.asked();
  expect([fourth!.to, silent!.to]).toEqual([4, 5]);
  lone.confirm(fourth!);
  // Nobody is left to be asked.
  lone.pass(100);
  expect(lone.asked()).toEqual([]);
  for (const asked of older) lone.confirm(asked);
  expect(lone.replica.completedReadBarrier).toBe(1);
  const [again] = lone.asked();
  expect(again!.to).toBe(2);
  lone.confirm(again!);
  expect(lone.replica.completedReadBarrier).toBe(2);
});

test.each([
  ["another epoch", { leaderEpoch: 0 }],
  ["another leader", { leaderId: 3 }],
  ["no leader", { leaderId: -1 }],
])("a voter that follows %s confirms nothing, and the other is asked at once", (_, answer) => {
  const lone = leading(3);
  request(lone);
  const [second] = lone.asked();
  lone.confirm(second!, answer);
  const [third] = lone.asked();
  expect(third!.to).toBe(3);
  expect(lone.replica.completedReadBarrier).toBe(0);
  lone.confirm(third!);
  expect(lone.replica.completedReadBarrier).toBe(1);
});

test("a voter whose call fails is asked again after the pause of a retry", () => {
  const lone = leading(3);
  request(lone);
  lone.fail(lone.asked()[0]!);
  lone.fail(lone.asked()[0]!);
  lone.pass(19);
  expect(lone.asked()).toEqual([]);
  lone.pass(1);
  const again = lone.asked();
  expect(again.map(({ to }) => to)).toEqual([2, 3]);
  lone.confirm(again[1]!);
  expect(lone.replica.completedReadBarrier).toBe(1);
});

test("an answer of a newer epoch ends leadership", () => {
  const lone = leading(3);
  request(lone);
  lone.confirm(lone.asked()[0]!, { leaderEpoch: 2, leaderId: 3 });
  expect([lone.replica.role, lone.replica.epoch, lone.replica.leaderId]).toEqual([
    "follower",
    2,
    3,
  ]);
  expect(lone.replica.completedReadBarrier).toBe(0);
});

test("a read barrier waits until the epoch has committed", () => {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  const barrier = request(lone);
  lone.confirm(lone.asked()[0]!);
  expect(lone.replica.completedReadBarrier).toBe(0);
  lone.ask("fetch", 18, fetchRequest({ id: 2, epoch: 1, offset: 3 }));
  expect(lone.replica.completedReadBarrier).toBe(barrier);
});

test("a fetch confirms no read barrier", () => {
  const lone = leading(3);
  request(lone);
  lone.ask("fetch", 18, { ...fetchRequest({ id: 2, epoch: 1, offset: 3 }), sessionId: 1 });
  lone.ask("fetch", 18, { ...fetchRequest({ id: 3, epoch: 1, offset: 3 }), sessionId: 1 });
  expect(lone.replica.completedReadBarrier).toBe(0);
});

test("confirmations do not keep a leader in office that no majority fetches from", () => {
  const lone = leading(3);
  for (let waitedMs = 0; lone.replica.isLeader; waitedMs += 100) {
    expect(waitedMs).toBeLessThanOrEqual(3000);
    request(lone);
    for (const asked of lone.asked()) lone.confirm(asked);
    lone.pass(100);
  }
  expect(lone.replica.role).toBe("resigned");
});

test("a leader that is no voter asks for a whole majority of those who are", () => {
  const core = coreOutsideVoters();
  const campaign = { electionDeadlineMs: 1000, ballot: new Ballot(0) };
  core.quorum.prospective(campaign);
  core.quorum.candidate(1, campaign);
  becomeLeader(core, [2, 3]);
  requestReadBarrier(core);
  askForProof(core);
  expect(core.outbox.take().map((effect) => effect.kind !== "reply" && effect.to)).toEqual([2, 3]);
});

/** Voter 2 of three, which follows voter 3 in epoch 4. */
function following(): LoneReplica {
  const lone = new LoneReplica(2, 3);
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 4));
  const fetch = lone.sent().find(({ api }) => api === "fetch");
  lone.respond(fetch!, fetchAnswer({ id: 3, epoch: 4 }));
  return lone;
}

const QUESTION = { leaderEpoch: 4, leaderId: 3, voterDirectoryId: DIRECTORY[2]! };

test("a follower says whom it follows, if it is the voter that was asked", () => {
  const lone = following();
  const ask = (voterDirectoryId: string) =>
    lone.replica.whoLeads({ ...QUESTION, voterDirectoryId }, lone.nowMs);
  expect(ask(DIRECTORY[2]!)).toEqual({ leaderEpoch: 4, leaderId: 3 });
  expect(ask(DIRECTORY[3]!)).toEqual({ leaderEpoch: 4, leaderId: -1 });
});

test("who has given its leader up, or leads itself, follows nobody", () => {
  const lone = following();
  lone.nowMs += 2000;
  expect(lone.replica.whoLeads(QUESTION, lone.nowMs)).toEqual({ leaderEpoch: 4, leaderId: -1 });
  const leader = leading(3);
  const question = { ...QUESTION, voterDirectoryId: DIRECTORY[1]! };
  expect(leader.replica.whoLeads(question, leader.nowMs)).toEqual({ leaderEpoch: 1, leaderId: -1 });
});

test("an instance whose storage has moved on in its absence confirms nothing", () => {
  const lone = following();
  lone.elections.save({ ...lone.elections.load()!, leaderEpoch: 5, leaderId: -1 });
  expect(() => lone.replica.whoLeads(QUESTION, lone.nowMs)).toThrow("5 is stored");
});

test("a leader that is cut off completes no read barrier", () => {
  for (let seed = 0; seed < 20; seed++) {
    const cluster = ledCluster(seed);
    const old = cluster.leader!;
    cluster.isolate(old.id);
    const barrier = cluster.act(old.id, (replica) => replica.requestReadBarrier(cluster.clockMs));
    cluster.run(20_000);
    expect(cluster.leader).not.toBe(old);
    expect(cluster.replica(old.id).completedReadBarrier).toBeLessThan(barrier);
    expect(cluster.replica(old.id).isLeader).toBe(false);
  }
});
