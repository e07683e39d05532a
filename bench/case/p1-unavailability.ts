/** P1: for how long nothing can be written after the active controller has died, or stands still. */

import { msUntilFirstWrite } from "../first-write.ts";
import { untilLevel } from "../level.ts";
import { activeMember } from "../side/kafka-side.ts";
import { waitMs } from "../wait.ts";
import type { Case } from "./case.ts";

const KILLED = "kill -9, ms until the next write";
const PAUSED = "SIGSTOP, ms until the next write";
const UNIT = "ms";
const ETCD_TIMEOUT_MS = 200;
const ETCD_GIVE_UP_MS = 60_000;

export const unavailability: Case = {
  id: "P1",
  title: "unavailability of writes",
  bound:
    "A broken connection to the leader starts an election at once; a silent one is noticed by the fetch timeout, 2 s on both sides. A machine that vanishes breaks no connection: it is like SIGSTOP, not like kill -9.",
  rows: () => [
    { metric: KILLED, against: "apache", better: "less", goal: { kind: "times", atLeast: 20 } },
    { metric: KILLED, against: "etcd", better: "less", goal: null },
    { metric: PAUSED, against: "apache", better: "less", goal: { kind: "times", atLeast: 1 } },
  ],
  async round(cluster, { samples, plan, round }) {
    const { side } = cluster;
    const add = (metric: string, value: number): void =>
      samples.add({ case: "P1", metric, side: side.name, round, value, unit: UNIT });
    for (let i = 0; i < plan.kills; i++) {
      const active = await activeMember(side);
      const others = side.members.filter(({ id }) => id !== active.id);
      const startMs = performance.now();
      const killed = active.kill();
      add(KILLED, await msUntilFirstWrite(others, cluster.newPrefix("killed"), startMs));
      await killed;
      await active.start();
      await untilLevel(side);
    }
    for (let i = 0; i < plan.pauses; i++) {
      const active = await activeMember(side);
      const others = side.members.filter(({ id }) => id !== active.id);
      const { pid } = active;
      if (pid === null) throw new Error("The active controller does not run");
      const startMs = performance.now();
      process.kill(pid, "SIGSTOP");
      try {
        add(PAUSED, await msUntilFirstWrite(others, cluster.newPrefix("paused"), startMs));
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await untilLevel(side);
    }
  },
  async etcdRound(etcd, { samples, plan, round }) {
    for (let i = 0; i < plan.kills; i++) {
      const { atMs, restart } = await etcd.killLeader();
      const value = await msUntilFirstPut(etcd.ports(), atMs);
      samples.add({ case: "P1", metric: KILLED, side: "etcd", round, value, unit: UNIT });
      await restart();
    }
  },
};

/** Ms from `startMs` until one of the members has taken a put. */
async function msUntilFirstPut(ports: readonly number[], startMs: number): Promise<number> {
  const asking = new AbortController();
  try {
    return await Promise.race(ports.map((port) => putUntilTaken(port, startMs, asking.signal)));
  } finally {
    asking.abort();
  }
}

async function putUntilTaken(port: number, startMs: number, end: AbortSignal): Promise<number> {
  const url = `http://127.0.0.1:${port}/v3/kv/put`;
  const body = JSON.stringify({ key: btoa("failover"), value: btoa(String(startMs)) });
  while (!end.aborted) {
    if (performance.now() - startMs > ETCD_GIVE_UP_MS) throw new Error("etcd takes no put");
    // A member that has lost its leader holds on to a request for seconds: ask again, as a client in a hurry would.
    const signal = AbortSignal.any([end, AbortSignal.timeout(ETCD_TIMEOUT_MS)]);
    const response = await fetch(url, { method: "POST", body, signal }).catch(() => null);
    if (response?.status === 200) return performance.now() - startMs;
    await waitMs(5);
  }
  return Number.POSITIVE_INFINITY;
}
