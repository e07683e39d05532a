/** P7: metadata reads per second over HTTP, beside a Worker that does the least which can be called the same. */

import { HttpLoad } from "../http/load.ts";
import { startServers } from "../http/quorate-servers.ts";
import { type HttpReadsOptions, measureHttpReads, pathsOf } from "../http-reads.ts";
import type { Plan } from "../plan.ts";
import type { Profiled } from "../profiled.ts";
import type { Case } from "./case.ts";

const FULL: HttpReadsOptions = {
  layouts: ["processes"],
  reads: ["topic, committed", "topic, min_offset", "100 topics, committed"],
  connections: [1, 32],
  rounds: 3,
  roundMs: 1200,
};

const SMOKE: HttpReadsOptions = {
  layouts: ["processes"],
  reads: ["topic, committed"],
  connections: [1],
  rounds: 1,
  roundMs: 200,
};

const optionsOf = ({ smoke }: Plan): HttpReadsOptions => (smoke ? SMOKE : FULL);

function name(read: string, connections: number): string {
  const many = connections === 1 ? "1 connection" : `${connections} connections`;
  return `${read}, ${many}, reads/s`;
}

export const httpReads: Case = {
  id: "P7",
  title: "metadata reads over HTTP",
  bound:
    "Many connections: CPU of one thread for each request, since reads go to the controller together. One connection: a committed read waits for another process and back, which a constant does not.",
  rows: (plan) => {
    const { reads, connections } = optionsOf(plan);
    return reads.flatMap((read) =>
      connections.map((count) => ({
        metric: name(read, count),
        against: "bare" as const,
        better: "more" as const,
        goal: { kind: "times", atLeast: 0.7 } as const,
      })),
    );
  },
  profiled: {
    what: "one connection, a topic, committed",
    ledTo: "docs/http-reads.md tells it.",
    start: profiledReads,
  },
  // Its rounds alternate within.
  async alone({ samples, plan, round }) {
    if (round > 0) return;
    const { cases } = await measureHttpReads(optionsOf(plan));
    for (const { read, connections, quorate, bareText } of cases) {
      const metric = name(read, connections);
      const sample = { case: "P7", metric, unit: "/s" } as const;
      quorate.forEach((value, i) => {
        samples.add({ ...sample, side: "quorate", round: i, value });
      });
      bareText.forEach((value, i) => {
        samples.add({ ...sample, side: "bare", round: i, value });
      });
    }
  },
};

async function profiledReads(inspectorPorts: readonly number[]): Promise<Profiled> {
  const servers = await startServers("processes", inspectorPorts);
  const load = new HttpLoad();
  const job = { paths: pathsOf("topic, committed", servers), connections: 1, warmUpMs: 0 };
  return {
    activeId: servers.activeId,
    async work(durationMs) {
      const port = servers.portOf(await servers.activeId());
      await load.run({ ...job, port, durationMs });
    },
    async close() {
      await Promise.all([load.close(), servers.close()]);
    },
  };
}
