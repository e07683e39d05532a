/** How long a quorum is without a leader, and that nothing committed is lost by it. */

import { expect, test } from "vitest";
import { Cluster } from "./cluster.ts";

/** Milliseconds from the leader's death to the next one, over many seeds. */
function failoverTimes(
  voters: number,
  seeds: number,
  delayMs: readonly [number, number],
): number[] {
  const times: number[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const cluster = new Cluster({ seed, voters, delayMs });
    expect(cluster.run(10_000, () => cluster.leader !== null)).toBe(true);
    cluster.run(600 + cluster.prng.below(700));
    const old = cluster.leader!;
    cluster.crash(old.id);
    const diedAtMs = cluster.nowMs;
    expect(cluster.run(20_000, () => cluster.leader !== null)).toBe(true);
    times.push(cluster.nowMs - diedAtMs);
  }
  return times.sort((a, b) => a - b);
}

test.each([
  [3, [1, 3], { median: 25, p99: 60 }],
  [5, [1, 3], { median: 25, p99: 80 }],
  [3, [20, 60], { median: 260, p99: 500 }],
] as const)(
  "%i voters with delays of %j ms lead again soon after the leader dies",
  (voters, delayMs, limit) => {
    const times = failoverTimes(voters, 200, delayMs);
    const at = (share: number) => times[Math.floor(times.length * share)]!;
    expect(at(0.5)).toBeLessThan(limit.median);
    expect(at(0.99)).toBeLessThan(limit.p99);
  },
);

test("a leader that leaves by itself is followed by another one within two round trips", () => {
  for (let seed = 0; seed < 50; seed++) {
    const cluster = new Cluster({ seed, voters: 3 });
    cluster.run(10_000, () => cluster.leader !== null);
    cluster.run(700);
    const old = cluster.leader!;
    const resignedAtMs = cluster.nowMs;
    cluster.act(old.id, (replica) => replica.resign(cluster.clockMs));
    expect(cluster.run(5000, () => cluster.leader !== null)).toBe(true);
    expect(cluster.leader).not.toBe(old);
    expect(cluster.nowMs - resignedAtMs).toBeLessThan(150);
  }
});

test("all controllers restart at once and lead again without waiting for an election timeout", () => {
  for (let seed = 0; seed < 50; seed++) {
    const cluster = new Cluster({ seed, voters: 3 });
    cluster.run(10_000, () => cluster.leader !== null);
    cluster.run(700);
    for (const { id } of cluster.nodes) cluster.crash(id);
    for (const { id } of cluster.nodes) cluster.start(id);
    const startedAtMs = cluster.nowMs;
    expect(cluster.run(5000, () => cluster.leader !== null)).toBe(true);
    expect(cluster.nowMs - startedAtMs).toBeLessThan(200);
  }
});

test("a call to the leader that fails once does not cost the leader its epoch", () => {
  for (let seed = 0; seed < 50; seed++) {
    const cluster = new Cluster({ seed, voters: 3 });
    cluster.run(10_000, () => cluster.leader !== null);
    cluster.run(700);
    const leader = cluster.leader!;
    const { epoch } = leader.replica!;
    for (const { id } of cluster.nodes) {
      if (id !== leader.id) cluster.failCallsOf(id);
      cluster.run(300);
    }
    expect([cluster.leader, leader.replica!.epoch]).toEqual([leader, epoch]);
  }
});
