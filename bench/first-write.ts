/** How long nobody accepts a write: asks every controller that can be reached, until a topic is created. */

import { KafkaClient } from "../test/support/kafka-client.ts";
import { REPLICATION_FACTOR } from "./cluster.ts";
import type { Member } from "./side/kafka-side.ts";
import { waitMs } from "./wait.ts";

const GIVE_UP_MS = 300_000;
const PAUSE_MS = 5;
/** A controller that is paused never answers. */
const ANSWER_TIMEOUT_MS = 300_000;
const TOPIC_EXISTS = 36;

/** Ms from `startMs` until one of the members has created the topic. */
export async function msUntilFirstWrite(
  members: readonly Member[],
  name: string,
  startMs: number,
): Promise<number> {
  const asking = new AbortController();
  try {
    return await Promise.race(
      members.map((member) => askUntilCreated(member, name, startMs, asking.signal)),
    );
  } finally {
    asking.abort();
  }
}

async function askUntilCreated(
  { port }: Member,
  name: string,
  startMs: number,
  signal: AbortSignal,
): Promise<number> {
  let client: KafkaClient | null = null;
  signal.addEventListener("abort", () => client?.close());
  while (!signal.aborted) {
    if (performance.now() - startMs > GIVE_UP_MS) throw new Error("nobody accepts a write");
    try {
      client ??= await KafkaClient.open(port);
      // Nobody closes it any more when that came too late.
      if (signal.aborted) client.close();
      const { topics } = await client.call("createTopics", {
        topics: [{ name, numPartitions: 1, replicationFactor: REPLICATION_FACTOR }],
        timeoutMs: ANSWER_TIMEOUT_MS,
      });
      const errorCode = topics[0]?.errorCode;
      // Made by a request whose answer was lost, or by another member in this moment.
      if (errorCode === 0 || errorCode === TOPIC_EXISTS) return performance.now() - startMs;
    } catch {
      client?.close();
      client = null;
    }
    await waitMs(PAUSE_MS);
  }
  return Number.POSITIVE_INFINITY;
}
