/** What was acknowledged stays, whichever process is killed at whatever moment. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import { KafkaClient } from "../support/kafka-client.ts";
import { Quorate } from "../support/quorate.ts";
import { SimulatedBroker } from "../support/simulated-broker.ts";

const KILLS = 60;
const WRITERS = 4;
const ACKNOWLEDGED_BETWEEN_KILLS = 10;

let quorate: Quorate;
const brokers: SimulatedBroker[] = [];

beforeAll(async () => {
  quorate = await Quorate.start();
  for (const id of [101, 102, 103]) brokers.push(await SimulatedBroker.start(quorate, id));
}, 60_000);

afterAll(async () => {
  await Promise.all(brokers.map((broker) => broker.stop()));
  await quorate?.close();
});

/** What became of every topic that a writer tried to create. */
interface History {
  readonly acknowledged: string[];
  readonly unknown: Set<string>;
}

/** Creates topics one after another until told to stop, on whichever controller takes them. */
async function write(writer: number, history: History, isOver: () => boolean): Promise<void> {
  let client: KafkaClient | null = null;
  let target = writer;
  for (let i = 0; !isOver(); i++) {
    const name = `kept-${writer}-${i}`;
    try {
      const port = quorate.controllers[target % quorate.controllers.length]?.kafkaPort ?? 0;
      client ??= await KafkaClient.open(port);
    } catch {
      target += 1;
      continue;
    }
    try {
      const { topics } = await client.call("createTopics", {
        topics: [{ name, numPartitions: 1, replicationFactor: 3 }],
        timeoutMs: 5000,
      });
      const code = topics[0]?.errorCode;
      if (code === 0) history.acknowledged.push(name);
      else {
        // After NOT_CONTROLLER the write may still be committed: leadership was lost before the answer.
        history.unknown.add(name);
        expect([ErrorCode.NOT_CONTROLLER, ErrorCode.REQUEST_TIMED_OUT]).toContain(code);
        client.close();
        client = null;
        target += 1;
      }
    } catch (error) {
      if ((error as Error).name !== "ConnectionLost") throw error;
      history.unknown.add(name);
      client = null;
      target += 1;
    }
  }
  client?.close();
}

async function listTopics(): Promise<string[]> {
  const names: string[] = [];
  for (let query = "?page_size=1000"; ; ) {
    const page = await quorate.get<{
      data: { topic_name: string }[];
      metadata: { next: string | null };
    }>(`/topics${query}`);
    names.push(...page.data.map(({ topic_name }) => topic_name));
    if (page.metadata.next === null) return names;
    query = new URL(page.metadata.next, "http://localhost").search;
  }
}

test(`an acknowledged topic survives ${KILLS} kills of random controllers under load`, async () => {
  const prng = Prng.fromNumber(20261123);
  const history: History = { acknowledged: [], unknown: new Set() };
  let over = false;
  const writers = Array.from({ length: WRITERS }, (_, i) => write(i, history, () => over));
  const failed = Promise.all(writers);
  for (let kill = 0; kill < KILLS; kill++) {
    const goal = history.acknowledged.length + 1 + prng.below(ACKNOWLEDGED_BETWEEN_KILLS);
    const deadlineMs = Date.now() + 20_000;
    while (history.acknowledged.length < goal) {
      expect(Date.now(), `kill ${kill}: writes go on`).toBeLessThan(deadlineMs);
      await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 2))]);
    }
    const victim = quorate.controllers[prng.below(quorate.controllers.length)];
    await victim?.kill();
    await victim?.restart();
  }
  over = true;
  await failed;
  const present = await listTopics();
  expect(present.length).toBe(new Set(present).size);
  const listed = new Set(present);
  expect(history.acknowledged.filter((name) => !listed.has(name))).toEqual([]);
  const attempted = new Set([...history.acknowledged, ...history.unknown]);
  expect(present.filter((name) => !attempted.has(name))).toEqual([]);
}, 240_000);
