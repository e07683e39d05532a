/** Random faults under load: the invariants hold after every event, and the quorum converges once it is healed. */

import { expect, test } from "vitest";
import { Cluster } from "./cluster.ts";

/** One run of faults with a client that appends at whatever claims to lead. */
function runWithFaults(seed: number): Cluster {
  const cluster = new Cluster({
    seed,
    voters: seed % 3 === 0 ? 5 : 3,
    observers: seed % 4 === 0 ? 1 : 0,
    delayMs: seed % 5 === 0 ? [5, 80] : [1, 5],
  });
  const { prng, nodes } = cluster;
  cluster.lossPerMille = prng.below(3) * 10;
  cluster.doublePerMille = prng.below(3) * 20;
  cluster.crashPerMille = prng.below(3);
  const anyone = () => 1 + prng.below(nodes.length);
  for (let step = 0; step < 60; step++) {
    const fault = prng.below(12);
    if (fault === 0) cluster.isolate(anyone());
    else if (fault === 1) cluster.cut(anyone(), anyone());
    else if (fault === 2) cluster.cut(cluster.leader?.id ?? anyone(), anyone());
    else if (fault <= 4) cluster.crash(cluster.leader?.id ?? anyone());
    else if (fault === 5) cluster.crash(anyone());
    else if (fault === 6) resignLeader(cluster);
    else if (fault <= 8) cluster.heal();
    else for (const { id } of nodes) cluster.start(id);
    for (const { id, replica } of nodes) {
      if (replica?.isLeader && prng.below(4) > 0) cluster.append(id, prng.below(256));
    }
    cluster.run(prng.below(200));
  }
  return cluster;
}

function resignLeader(cluster: Cluster): void {
  const { leader } = cluster;
  if (leader !== null) cluster.act(leader.id, (replica) => replica.resign(cluster.clockMs));
}

test("no faults break safety, and a healed quorum converges and commits", () => {
  let committed = 0;
  let epochs = 0;
  let truncations = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const cluster = runWithFaults(seed);
    committed += cluster.invariants.committedOffset;
    epochs += cluster.invariants.leaders.size;
    for (const { log } of cluster.nodes) truncations += log.truncations;
    cluster.heal();
    cluster.lossPerMille = 0;
    cluster.doublePerMille = 0;
    cluster.crashPerMille = 0;
    for (const { id } of cluster.nodes) cluster.start(id);
    // Calls that were lost before the healing still time out after it, and may cost an epoch more.
    cluster.run(3000);
    const led = cluster.run(10_000, () => cluster.leader !== null);
    expect(led, `seed ${seed} has a leader`).toBe(true);
    cluster.run(1000);
    const leader = cluster.leader!;
    const offset = cluster.append(leader.id);
    const done = cluster.run(2000, () =>
      cluster.nodes.every(({ replica }) => replica!.highWatermark > offset),
    );
    expect(done, `seed ${seed} commits everywhere`).toBe(true);
    for (const { log } of cluster.nodes) expect(log.entries).toEqual(leader.log.entries);
    const { epoch } = leader.replica!;
    const eventsBefore = cluster.events;
    cluster.run(5000);
    expect(leader.replica!.epoch, `seed ${seed} keeps its epoch`).toBe(epoch);
    expect(cluster.events - eventsBefore, `seed ${seed} idles`).toBeLessThan(
      cluster.nodes.length * 5 * 16,
    );
  }
  // Without these the faults would have struck nothing.
  expect(epochs).toBeGreaterThan(750);
  expect(committed).toBeGreaterThan(1500);
  expect(truncations).toBeGreaterThan(20);
}, 60_000);
