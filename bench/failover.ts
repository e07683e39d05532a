/** How long a client finds nobody who accepts a write after the active controller was killed with SIGKILL. */

import { KafkaClient } from "../test/support/kafka-client.ts";
import type { Quorate } from "../test/support/quorate.ts";

const GIVE_UP_MS = 30_000;

/** Kills the active controller; returns the ms until the next topic is created, and brings the killed one back. */
export async function measureFailover(quorate: Quorate, round: number): Promise<number> {
  const active = await quorate.active();
  const others = quorate.controllers.filter(({ id }) => id !== active.id);
  const clients = await Promise.all(others.map(({ kafkaPort }) => KafkaClient.open(kafkaPort)));
  const start = performance.now();
  const killed = active.kill();
  const elapsedMs = await Promise.race(
    clients.map((client) => untilCreated(client, `failover-${round}`, start)),
  );
  await killed;
  for (const client of clients) client.close();
  await active.restart();
  await untilCaughtUp(quorate);
  return elapsedMs;
}

async function untilCreated(client: KafkaClient, name: string, start: number): Promise<number> {
  for (;;) {
    if (performance.now() - start > GIVE_UP_MS) throw new Error("nobody became active");
    const { topics } = await client.call("createTopics", {
      topics: [{ name, numPartitions: 1, replicationFactor: 3 }],
      timeoutMs: 30_000,
    });
    // NOT_CONTROLLER: ask again at once, as a client with no backoff would.
    if (topics[0]?.errorCode === 0) return performance.now() - start;
    if (topics[0]?.errorCode === 36) return new Promise(() => {});
  }
}

async function untilCaughtUp(quorate: Quorate): Promise<void> {
  for (const deadline = performance.now() + GIVE_UP_MS; performance.now() < deadline; ) {
    const { data } = await quorate.get<{ data: { lag: number }[] }>("/quorum/voters").catch(() => ({
      data: [] as { lag: number }[],
    }));
    if (data.length === 3 && data.every(({ lag }) => lag <= 1)) return;
  }
  throw new Error("the killed controller did not catch up");
}
