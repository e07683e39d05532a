/** Brokers of three Kafka releases in one cluster on our quorum: they work, die, move and come back. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Broker, createBroker, internalTopics } from "../support/kafka/broker.ts";
import { ClientSession } from "../support/kafka/client-session.ts";
import { waitUntil } from "../support/kafka/deadline.ts";
import { missingFrom } from "../support/kafka/ranges.ts";
import { makeTestFolder } from "../support/kafka/test-folder.ts";
import {
  parseQuorumReplication,
  parseQuorumStatus,
  parseTopicDescriptions,
} from "../support/kafka/tool-output.ts";
import { runToolOk } from "../support/kafka/tools.ts";
import { readMetadataLog } from "../support/metadata-log.ts";
import { Quorate } from "../support/quorate.ts";

const VERSIONS = new Map([
  [11, "4.0.2"],
  [12, "4.3.1"],
  [13, "4.4.0"],
]);

const folder = makeTestFolder("mixed-releases");
const brokers = new Map<number, Broker>();
let quorate: Quorate;
let session: ClientSession;

function broker(id: number): Broker {
  const found = brokers.get(id);
  if (found === undefined) throw new Error(`there is no broker ${id}`);
  return found;
}

function isrsOf(topic: { partitions: readonly { isr: readonly number[] }[] }): number[][] {
  return topic.partitions.map(({ isr }) => [...isr].sort((a, b) => a - b));
}

beforeAll(async () => {
  quorate = await Quorate.start();
  for (const [nodeId, version] of VERSIONS) {
    const created = await createBroker({
      version,
      nodeId,
      rack: `r${nodeId}`,
      controllers: quorate.bootstrapControllers,
      clusterId: quorate.clusterId,
      folder: folder.path,
      properties: internalTopics(3),
    });
    brokers.set(nodeId, created);
  }
  for (const each of brokers.values()) await each.start();
  for (const each of brokers.values()) await each.waitRunning();
  session = await ClientSession.start({
    brokers: [...brokers.values()].map(({ bootstrap }) => bootstrap).join(","),
    controllers: quorate.bootstrapControllers,
  });
});

afterAll(async () => {
  await session?.close();
  await Promise.all([...brokers.values()].map((each) => each.kill()));
  await quorate?.close();
  folder.remove();
});

test("brokers of 4.0.2, 4.3.1 and 4.4.0 join one cluster at 4.0-IV3", async () => {
  const { nodes } = await session.cluster();
  expect(nodes).toEqual([11, 12, 13]);
});

test("the stock tool creates a topic with three replicas on three brokers", async () => {
  const at = ["--bootstrap-server", broker(12).bootstrap, "--topic", "orders"];
  const sizes = ["--partitions", "6", "--replication-factor", "3"];
  const created = await runToolOk("TopicCommand", [...at, "--create", ...sizes]);
  expect(created.trim()).toBe("Created topic orders.");
  const [described] = parseTopicDescriptions(
    await runToolOk("TopicCommand", [...at, "--describe"]),
  );
  expect(described?.partitions).toHaveLength(6);
  for (const { leader, replicas, isr } of described?.partitions ?? []) {
    expect([...replicas].sort()).toEqual([11, 12, 13]);
    expect([...isr].sort()).toEqual([11, 12, 13]);
    expect(leader).toBe(replicas[0]);
  }
});

test("10,000 messages are produced and all consumed by a group, and a transactional producer commits", async () => {
  const produced = await session.produce("orders", { count: 10_000, prefix: "plain" });
  expect(produced).toMatchObject({ acknowledged: [[0, 9_999]], failures: 0 });
  const transacted = await session.transact("orders", {
    transactionalId: "t1",
    prefix: "tx",
    transactions: 3,
    messagesPerTransaction: 10,
  });
  expect(transacted).toMatchObject({ committed: [[0, 29]], aborted: 0 });
  const consumed = await session.consume("orders", {
    group: "readers",
    count: 10_030,
    isolation: "read_committed",
  });
  expect(consumed.duplicates).toBe(0);
  expect(consumed.received).toEqual({ plain: [[0, 9_999]], tx: [[0, 29]] });
});

test("a killed broker is fenced when its session ends, its leaders move, and it rejoins the ISR when it is back", async () => {
  await broker(11).kill();
  await waitUntil("broker 11 has left every ISR", 30_000, async () => {
    const topic = await session.describeTopic("orders");
    return isrsOf(topic).every((isr) => isr.join() === "12,13");
  });
  const without = await session.describeTopic("orders");
  for (const { leader } of without.partitions) expect([12, 13]).toContain(leader);
  const produced = await session.produce("orders", { count: 500, prefix: "degraded" });
  expect(produced).toMatchObject({ acknowledged: [[0, 499]], failures: 0 });
  await broker(11).start();
  await broker(11).waitRunning();
  await waitUntil("broker 11 is in every ISR again", 60_000, async () => {
    const topic = await session.describeTopic("orders");
    return isrsOf(topic).every((isr) => isr.join() === "11,12,13");
  });
});

test("a broker that shuts down in a controlled way leads nothing any more before it exits", async () => {
  await broker(13).stop();
  expect(broker(13).exitCode).toBe(143);
  const topic = await session.describeTopic("orders");
  for (const { leader } of topic.partitions) expect([11, 12]).toContain(leader);
  const records = await readMetadataLog(quorate);
  const shutdown = records.findIndex(
    ({ type, data }) =>
      type === "BROKER_REGISTRATION_CHANGE_RECORD" &&
      data.brokerId === 13 &&
      data.inControlledShutdown === 1,
  );
  const fenced = records.findIndex(
    ({ type, data }, index) =>
      index > shutdown &&
      type === "BROKER_REGISTRATION_CHANGE_RECORD" &&
      data.brokerId === 13 &&
      data.fenced === 1,
  );
  expect(shutdown).toBeGreaterThan(0);
  expect(fenced).toBeGreaterThan(shutdown);
  await broker(13).start();
  await broker(13).waitRunning();
});

test("the active controller dies under load: nothing acknowledged is lost and brokers follow the new one", async () => {
  const creating = session.createLoad({ prefix: "load", partitions: 1, replicationFactor: 3 });
  const producing = session.produceLoad("orders", { prefix: "flow" });
  const acknowledged: string[] = [];
  const events = creating.events;
  const before = await quorate.activeId();
  const acknowledgedAtLeast = async (count: number): Promise<void> => {
    await waitUntil(`${count} topics are acknowledged`, 60_000, () => events.length >= count);
  };
  await acknowledgedAtLeast(10);
  await quorate.controller(before).kill();
  const beforeDeath = events.length;
  await acknowledgedAtLeast(beforeDeath + 20);
  const after = await quorate.activeId();
  expect(after).not.toBe(before);
  await quorate.controller(before).restart();
  await creating.stop();
  const flow = await producing.stop();
  for (const { topic, acknowledged: done, error } of events) {
    // A broker that lost the answer sends again, and may find that its first attempt went through.
    if (!done) expect(error).toContain("TopicExists");
    acknowledged.push(topic);
  }
  expect(flow.failures).toBe(0);
  await waitUntil("every acknowledged topic is listed", 30_000, async () => {
    const listed = new Set(await session.listTopics());
    return acknowledged.every((topic) => listed.has(topic));
  });
  const consumed = await session.consume("orders", {
    group: "after-failover",
    count: 10_530 + flow.sent,
    timeoutMs: 60_000,
  });
  expect(missingFrom(consumed.received.flow ?? [], flow.acknowledged)).toEqual([]);
  for (const each of brokers.values()) expect(each.isAlive).toBe(true);
});

test("all controllers are stopped and started: brokers go on without a restart", async () => {
  for (const controller of quorate.controllers) await controller.kill();
  // A producer id is what a broker may have to ask a controller for.
  const client = { "enable.idempotence": "false" };
  const produced = await session.produce("orders", { count: 100, prefix: "headless", client });
  expect(produced).toMatchObject({ acknowledged: [[0, 99]], failures: 0 });
  for (const controller of quorate.controllers) await controller.restart();
  await session.createTopic("after-restart", { partitions: 3, replicationFactor: 3 });
  const { nodes } = await session.cluster();
  expect(nodes).toEqual([11, 12, 13]);
  for (const each of brokers.values()) expect(each.isAlive).toBe(true);
});

test("the quorum tool prints a healthy quorum through a broker and from the controllers", async () => {
  const doors = [
    ["--bootstrap-server", broker(12).bootstrap],
    ["--bootstrap-controller", quorate.bootstrapControllers],
  ];
  for (const door of doors) {
    const args = [...door, "describe"];
    const status = parseQuorumStatus(
      await runToolOk("MetadataQuorumCommand", [...args, "--status"]),
    );
    expect(status).toMatchObject({
      clusterId: quorate.clusterId,
      leaderId: await quorate.activeId(),
      voters: [1, 2, 3],
      observers: [11, 12, 13],
    });
    const replication = parseQuorumReplication(
      await runToolOk("MetadataQuorumCommand", [...args, "--replication"]),
    );
    expect(replication.map(({ status }) => status).sort()).toEqual(
      ["Follower", "Follower", "Leader", "Observer", "Observer", "Observer"].sort(),
    );
    for (const { lag } of replication) expect(lag).toBeLessThanOrEqual(2);
  }
});

test("Kafka's own tool reads the exported log without a complaint", async () => {
  const active = await quorate.active();
  const parts: Uint8Array[] = [];
  for (let offset = 0; ; ) {
    const path = `/kafka/v3/clusters/${quorate.clusterId}/log/raw?offset=${offset}`;
    const response = await fetch(`${active.baseUrl}${path}`);
    expect(response.status).toBe(200);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length === 0) break;
    parts.push(bytes);
    offset = Number(response.headers.get("quorate-next-offset"));
  }
  const file = join(folder.path, "00000000000000000000.log");
  writeFileSync(file, Buffer.concat(parts));
  const dumped = await runToolOk("DumpLogSegments", [
    "--cluster-metadata-decoder",
    "--files",
    file,
  ]);
  const ours = await readMetadataLog(quorate);
  const printed = dumped.match(/"type":"[A-Z_]+"/g) ?? [];
  const data = ours.filter(({ control }) => !control);
  expect(printed.slice(0, data.length)).toEqual(data.map(({ type }) => `"type":"${type}"`));
  expect(dumped).not.toMatch(/invalid|corrupt|Could not|isvalid: false/i);
});
