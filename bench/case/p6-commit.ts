/** P6: how long one small change takes until a majority has it on disk, against two flushes and a round trip. */

import { ErrorCode, errorName } from "../../src/base/error-code.ts";
import { KafkaClient } from "../../test/support/kafka-client.ts";
import type { Cluster } from "../cluster.ts";
import { measureFloor } from "../floor.ts";
import { profiledCluster } from "../profiled.ts";
import { quantile, WITHOUT_LINGER } from "../sample.ts";
import { whileOneLeads } from "../side/kafka-side.ts";
import type { Case } from "./case.ts";

const LATENCY = "one block of producer ids, p50 ms";
const BROKER = 101;

export const commit: Case = {
  id: "P6",
  title: "commit of a small write",
  bound:
    "CPU more than the disk. In a trace of a commit of 0.61 ms, 0.11 passed until the leader had sent the change to a follower, 0.15 until that one flushed (the leader did at the same time), 0.14 in its flush, 0.03 until it had answered, 0.08 until the leader answered the client; the rest woke processes up.",
  rows: () => [
    {
      metric: LATENCY,
      against: "floor",
      better: "less",
      goal: { kind: "at-most-times", atMost: 2 },
    },
    { metric: LATENCY, against: "apache", better: "less", goal: null },
    { metric: LATENCY, against: WITHOUT_LINGER, better: "less", goal: null },
  ],
  alsoWithoutLinger: true,
  async alone({ samples, round }) {
    const { flushMs, roundTripMs } = await measureFloor();
    const sample = { case: "P6", side: "floor", round, unit: "ms" } as const;
    samples.add({ ...sample, metric: LATENCY, value: 2 * flushMs + roundTripMs });
    samples.add({ ...sample, metric: "flush of 4 KB, p50 ms", value: flushMs });
    samples.add({ ...sample, metric: "round trip of 100 bytes, p50 ms", value: roundTripMs });
  },
  profiled: {
    what: "one small write after the other",
    ledTo:
      "A change leaves for a follower before the leader has written it, so that both flush at the same time. Controllers talk over a WebSocket, which costs a third of a call. The fetch that a commit waits for, and all headers, are read and written by hand. A connection is read from again when its answer is written, and deadlines are looked at when the first of them is due.",
    start: (inspectorPorts) => profiledCluster(inspectorPorts, writeFor),
  },
  async round(cluster, { samples, plan, round }) {
    // Either side runs code that is not compiled yet for its first thousands of calls.
    await writeFor(cluster, plan.warmUpMs);
    const latenciesMs = await whileOneLeads(cluster.side, ({ port }) => {
      return latenciesOf(cluster, port, plan.smallWrites);
    });
    const side = cluster.side.name;
    const value = quantile(latenciesMs, 0.5);
    samples.add({ case: "P6", metric: LATENCY, side, round, value, unit: "ms" });
  },
};

async function latenciesOf(cluster: Cluster, port: number, writes: number): Promise<number[]> {
  const client = await KafkaClient.open(port);
  const latenciesMs: number[] = [];
  try {
    for (let i = 0; i < writes; i++) {
      const startMs = performance.now();
      await writeOnce(client, cluster);
      latenciesMs.push(performance.now() - startMs);
    }
  } finally {
    client.close();
  }
  return latenciesMs;
}

function writeFor(cluster: Cluster, durationMs: number): Promise<void> {
  return whileOneLeads(cluster.side, async ({ port }) => {
    const client = await KafkaClient.open(port);
    try {
      const endMs = performance.now() + durationMs;
      while (performance.now() < endMs) await writeOnce(client, cluster);
    } finally {
      client.close();
    }
  });
}

async function writeOnce(client: KafkaClient, cluster: Cluster): Promise<void> {
  const brokerEpoch = cluster.broker(BROKER).epoch;
  const answer = await client.call("allocateProducerIds", { brokerId: BROKER, brokerEpoch });
  if (answer.errorCode !== ErrorCode.NONE) {
    throw new Error(`allocateProducerIds: ${errorName(answer.errorCode)}`);
  }
}
