/** The ends of the supported range: the oldest release that may join, and the newest level there is. */
import { afterEach, expect, test } from "vitest";
import { type Broker, createBroker, internalTopics } from "../support/kafka/broker.ts";
import { ClientSession } from "../support/kafka/client-session.ts";
import { makeTestFolder } from "../support/kafka/test-folder.ts";
import { readMetadataLog } from "../support/metadata-log.ts";
import { Quorate } from "../support/quorate.ts";

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startCluster(
  release: string,
  versions: readonly string[],
): Promise<{ quorate: Quorate; session: ClientSession }> {
  const folder = makeTestFolder(`level-${release}`);
  cleanups.push(() => folder.remove());
  const quorate = await Quorate.start({ release });
  cleanups.push(() => quorate.close());
  const brokers: Broker[] = [];
  for (const [index, version] of versions.entries()) {
    const broker = await createBroker({
      version,
      nodeId: 11 + index,
      controllers: quorate.bootstrapControllers,
      clusterId: quorate.clusterId,
      folder: folder.path,
      properties: internalTopics(versions.length),
    });
    cleanups.push(() => broker.kill());
    await broker.start();
    brokers.push(broker);
  }
  for (const broker of brokers) await broker.waitRunning();
  const bootstrap = brokers.map((broker) => broker.bootstrap).join(",");
  const session = await ClientSession.start({ brokers: bootstrap });
  cleanups.push(() => session.close());
  return { quorate, session };
}

async function levelsOf(quorate: Quorate): Promise<Map<unknown, unknown>> {
  const records = await readMetadataLog(quorate);
  const levels = records.filter(({ type }) => type === "FEATURE_LEVEL_RECORD");
  return new Map(levels.map(({ data }) => [data.name, data.featureLevel]));
}

test("4.4.0 brokers serve a cluster at the newest supported level", async () => {
  const { quorate, session } = await startCluster("4.4", ["4.4.0", "4.4.0"]);
  expect((await levelsOf(quorate)).get("metadata.version")).toBe(33);
  await session.createTopic("newest", { partitions: 4, replicationFactor: 2 });
  const produced = await session.produce("newest", { count: 1000, prefix: "m" });
  expect(produced).toMatchObject({ acknowledged: [[0, 999]], failures: 0 });
  const consumed = await session.consume("newest", { group: "g", count: 1000 });
  expect(consumed.received).toEqual({ m: [[0, 999]] });
});

test("a 3.9.2 broker serves a cluster at 3.9-IV0", async () => {
  const { quorate, session } = await startCluster("3.9", ["3.9.2"]);
  expect((await levelsOf(quorate)).get("metadata.version")).toBe(21);
  await session.createTopic("oldest", { partitions: 2, replicationFactor: 1 });
  const produced = await session.produce("oldest", { count: 1000, prefix: "m" });
  expect(produced).toMatchObject({ acknowledged: [[0, 999]], failures: 0 });
  const consumed = await session.consume("oldest", { group: "g", count: 1000 });
  expect(consumed.received).toEqual({ m: [[0, 999]] });
});
