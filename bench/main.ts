/**
 * The first measurements: topics created over the Kafka protocol, and how long nothing can be written after the active
 * controller is killed. Runs three workerd processes on this machine: `npm run bench`.
 */

import type { KafkaClient } from "../test/support/kafka-client.ts";
import { Quorate } from "../test/support/quorate.ts";
import { SimulatedBroker } from "../test/support/simulated-broker.ts";
import { measureFailover } from "./failover.ts";
import { measureFlushes, measureRoundTrips } from "./floor.ts";
import { summarize } from "./summary.ts";

const SECONDS_PER_ROUND = 4;
const WARM_UP_CLIENTS = 32;
const FAILOVER_ROUNDS = 10;

const quorate = await Quorate.start();
const brokers: SimulatedBroker[] = [];
try {
  printFloor("write of 4 KB with fsync", measureFlushes());
  printFloor("TCP round trip of 100 bytes", await measureRoundTrips());
  for (const id of [101, 102, 103]) brokers.push(await SimulatedBroker.start(quorate, id));
  // Fresh controllers run uncompiled code; a quorum that has been up for a while does not.
  await createTopics(WARM_UP_CLIENTS, "warm-up");
  console.log("\n| topics of 1 partition, RF 3 | topics/s | p50 ms | p99 ms | max ms |");
  console.log("|---|---|---|---|---|");
  for (const clients of [1, 8, 32, 128]) {
    const { count, seconds, latenciesMs } = await createTopics(clients, `bench-${clients}`);
    const { p50, p99, max } = summarize(latenciesMs);
    console.log(
      `| ${clients} clients | ${Math.round(count / seconds)} | ${p50} | ${p99} | ${max} |`,
    );
  }
  const unavailableMs: number[] = [];
  for (let round = 0; round < FAILOVER_ROUNDS; round++) {
    unavailableMs.push(await measureFailover(quorate, round));
  }
  const { min, p50, max } = summarize(unavailableMs);
  console.log("\n| kill -9 of the active controller | min ms | median ms | max ms |");
  console.log("|---|---|---|---|");
  console.log(
    `| until the next topic is created, ${FAILOVER_ROUNDS} rounds | ${min} | ${p50} | ${max} |`,
  );
} finally {
  await Promise.all(brokers.map((broker) => broker.stop()));
  await quorate.close();
}

function printFloor(what: string, elapsedMs: readonly number[]): void {
  const { min, p50, max } = summarize(elapsedMs);
  console.log(`${what}: min ${min}, median ${p50}, max ${max} ms`);
}

async function createTopics(
  clients: number,
  prefix: string,
): Promise<{ count: number; seconds: number; latenciesMs: number[] }> {
  const connections: KafkaClient[] = [];
  for (let i = 0; i < clients; i++) connections.push(await quorate.connect());
  const latenciesMs: number[] = [];
  const start = performance.now();
  const end = start + SECONDS_PER_ROUND * 1000;
  await Promise.all(
    connections.map(async (connection, client) => {
      for (let i = 0; performance.now() < end; i++) {
        const begun = performance.now();
        const { topics } = await connection.call("createTopics", {
          topics: [{ name: `${prefix}-${client}-${i}`, numPartitions: 1, replicationFactor: 3 }],
          timeoutMs: 30_000,
        });
        if (topics[0]?.errorCode !== 0) throw new Error(`create: ${JSON.stringify(topics)}`);
        latenciesMs.push(performance.now() - begun);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const connection of connections) connection.close();
  return { count: latenciesMs.length, seconds, latenciesMs };
}
