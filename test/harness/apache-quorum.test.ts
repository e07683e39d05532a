/** Owns the proof that the harness itself works, on controllers that are beyond doubt: Apache's own. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApacheQuorum, createApacheQuorum } from "../support/kafka/apache-quorum.ts";
import { type Broker, createBroker, internalTopics } from "../support/kafka/broker.ts";
import { ClientSession } from "../support/kafka/client-session.ts";
import { waitUntil } from "../support/kafka/deadline.ts";
import { countOf, missingFrom } from "../support/kafka/ranges.ts";
import { makeTestFolder } from "../support/kafka/test-folder.ts";
import {
  parseFeatures,
  parseQuorumReplication,
  parseQuorumStatus,
  parseTopicDescriptions,
} from "../support/kafka/tool-output.ts";
import { runTool, runToolOk } from "../support/kafka/tools.ts";

const folder = makeTestFolder("harness");
let quorum: ApacheQuorum;
let older: Broker;
let newer: Broker;
let session: ClientSession;

beforeAll(async () => {
  const features = ["transaction.version=2"];
  quorum = await createApacheQuorum({
    folder: folder.path,
    releaseVersion: "4.0-IV3",
    features,
    properties: { "broker.session.timeout.ms": "4000" },
  });
  const common = {
    controllers: quorum.bootstrap,
    clusterId: quorum.clusterId,
    folder: folder.path,
    // Either broker goes away below: a group whose coordinator has one replica would wait for it.
    properties: internalTopics(2),
  };
  older = await createBroker({ ...common, nodeId: 11, version: "4.0.2", rack: "a" });
  newer = await createBroker({ ...common, nodeId: 12, version: "4.3.1", rack: "b" });
  await quorum.start();
  await Promise.all([older.start(), newer.start()]);
  await Promise.all([older.waitRunning(), newer.waitRunning()]);
  const brokers = `${older.bootstrap},${newer.bootstrap}`;
  session = await ClientSession.start({ brokers, controllers: quorum.bootstrap });
});

afterAll(async () => {
  await session?.close();
  await Promise.all([older?.kill(), newer?.kill()]);
  await quorum?.kill();
  folder.remove();
});

test("the stock topic tool creates a topic that both brokers replicate, and its failures are results", async () => {
  const at = ["--bootstrap-server", newer.bootstrap, "--topic"];
  const sizes = ["--partitions", "2", "--replication-factor", "2"];
  await runToolOk("TopicCommand", [...at, "orders", "--create", ...sizes]);
  const [described, absent] = await Promise.all([
    runToolOk("TopicCommand", [...at, "orders", "--describe"]),
    runTool("TopicCommand", [...at, "absent", "--describe"]),
  ]);
  const [topic] = parseTopicDescriptions(described);
  expect(
    topic?.partitions.map(({ partition, replicas }) => [partition, [...replicas].sort()]),
  ).toEqual([
    [0, [11, 12]],
    [1, [11, 12]],
  ]);
  const { topicId } = await session.describeTopic("orders");
  expect(topic?.topicId).toBe(topicId);
  expect(absent.exitCode).toBe(1);
  expect(absent.stdout + absent.stderr).toContain("does not exist");
});

test("what the session produced, plainly and in transactions, a group consumes", async () => {
  const produced = await session.produce("orders", { count: 1_000, prefix: "plain" });
  expect(produced).toMatchObject({ acknowledged: [[0, 999]], failures: 0 });
  const transacted = await session.transact("orders", {
    transactionalId: "t",
    prefix: "transacted",
    transactions: 4,
    messagesPerTransaction: 5,
    abortEvery: 2,
  });
  expect(transacted).toMatchObject({
    aborted: 2,
    committed: [
      [0, 4],
      [10, 14],
    ],
  });
  const consumed = await session.consume("orders", {
    group: "g",
    count: 1_010,
    isolation: "read_committed",
  });
  expect(consumed.duplicates).toBe(0);
  expect(missingFrom(consumed.received.plain ?? [], produced.acknowledged)).toEqual([]);
  expect(consumed.received.transacted).toEqual(transacted.committed);
  expect(consumed.consumed).toBe(1_010);
});

test("the stock quorum and feature tools' reports are read, from controllers too", async () => {
  const at = ["--bootstrap-controller", quorum.bootstrap];
  const [status, replication, features] = await Promise.all([
    runToolOk("MetadataQuorumCommand", [...at, "describe", "--status"]),
    runToolOk("MetadataQuorumCommand", [...at, "describe", "--replication"]),
    runToolOk("FeatureCommand", [...at, "describe"]),
  ]);
  const view = await session.quorum("controllers");
  expect(parseQuorumStatus(status)).toMatchObject({
    clusterId: quorum.clusterId,
    leaderId: view.leader,
    leaderEpoch: view.epoch,
    voters: [1, 2, 3],
    observers: [11, 12],
  });
  const lines = parseQuorumReplication(replication);
  expect(lines.map((line) => line.nodeId).sort((a, b) => a - b)).toEqual([1, 2, 3, 11, 12]);
  const metadata = parseFeatures(features).find((line) => line.feature === "metadata.version");
  expect(metadata).toMatchObject({ finalized: "4.0-IV3" });
});

test("loads go on through a broker's death, its return and a controlled shutdown", async () => {
  const topics = session.createLoad({
    prefix: "load",
    partitions: 1,
    replicationFactor: 1,
    intervalMs: 20,
  });
  const messages = session.produceLoad("orders", { prefix: "steady" });
  await waitUntil("topics are created", 20_000, () => topics.events.length >= 10);
  await older.kill();
  expect(older.exitCode).toBe(137);
  const isr = async (): Promise<number[]> =>
    (await session.describeTopic("orders")).partitions[0]?.isr as number[];
  await waitUntil(
    "broker 11 leaves the ISR",
    40_000,
    async () => (await isr()).join() === "12",
    200,
  );
  await older.start();
  await older.waitRunning();
  await waitUntil("broker 11 joins the ISR", 40_000, async () => (await isr()).length === 2, 200);
  await older.stop();
  expect(older.exitCode).toBe(143);
  const { failures, acknowledged } = await messages.stop();
  expect(failures).toBe(0);
  const { failed } = await topics.stop();
  const names = topics.events.filter((event) => event.acknowledged).map((event) => event.topic);
  expect(failed.length).toBeLessThan(names.length);
  const listed = new Set(await session.listTopics());
  expect(names.filter((name) => !listed.has(name))).toEqual([]);
  const count = 1_000 + 10 + countOf(acknowledged);
  const consumed = await session.consume("orders", {
    group: "late",
    count,
    isolation: "read_committed",
  });
  expect(consumed.consumed).toBe(count);
  expect(missingFrom(consumed.received.steady ?? [], acknowledged)).toEqual([]);
});
