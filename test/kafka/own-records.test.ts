/** Brokers of Apache Kafka on a log that holds the records which Kafka does not have: they skip them and go on. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportLog } from "../support/export-log.ts";
import { type Broker, createBroker } from "../support/kafka/broker.ts";
import { ClientSession } from "../support/kafka/client-session.ts";
import { waitUntil } from "../support/kafka/deadline.ts";
import { runJava } from "../support/kafka/jvm.ts";
import { fetchRelease, TOOL_VERSION } from "../support/kafka/releases.ts";
import { makeTestFolder } from "../support/kafka/test-folder.ts";
import { runToolOk, toolFlags } from "../support/kafka/tools.ts";
import { readMetadataLog } from "../support/metadata-log.ts";
import { Quorate } from "../support/quorate.ts";

const OWN_TYPES = [
  "ACCESS_TOKEN_RECORD",
  "FORGET_ANSWERS_RECORD",
  "REMEMBERED_ANSWER_RECORD",
  "REMOVE_ACCESS_TOKEN_RECORD",
];
/** The gateway has answers remembered for a minute, and what has expired is looked for every ten seconds. */
const FORGOTTEN_WITHIN_MS = 100_000;

const folder = makeTestFolder("own-records");
const brokers: Broker[] = [];
let quorate: Quorate;
let session: ClientSession;

async function send(method: string, path: string, body?: object): Promise<unknown> {
  const { baseUrl } = await quorate.active();
  const response = await fetch(`${baseUrl}/kafka/v3/clusters/${quorate.clusterId}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return answer === "" ? null : JSON.parse(answer);
}

function createTopic(name: string): Promise<unknown> {
  const sizes = { partitions_count: 2, replication_factor: 2 };
  return send("POST", "/topics", { topic_name: name, ...sizes });
}

async function ownTypes(): Promise<string[]> {
  const types = new Set((await readMetadataLog(quorate)).map(({ type }) => type));
  return OWN_TYPES.filter((type) => types.has(type));
}

beforeAll(async () => {
  quorate = await Quorate.start();
  for (const [i, version] of ["4.0.2", "4.4.0"].entries()) {
    brokers.push(
      await createBroker({
        version,
        nodeId: 11 + i,
        controllers: quorate.bootstrapControllers,
        clusterId: quorate.clusterId,
        folder: folder.path,
      }),
    );
  }
  await Promise.all(brokers.map((each) => each.start()));
  await Promise.all(brokers.map((each) => each.waitRunning()));
  session = await ClientSession.start({
    brokers: brokers.map(({ bootstrap }) => bootstrap).join(","),
    controllers: quorate.bootstrapControllers,
  });
});

afterAll(async () => {
  await session?.close();
  await Promise.all(brokers.map((each) => each.kill()));
  await quorate?.close();
  folder.remove();
});

test("tokens, remembered answers and forgotten ones come into the log that brokers of 4.0.2 and 4.4.0 follow", async () => {
  const { token_id: id } = (await send("POST", "/access-tokens", {
    principal: "User:alice",
  })) as { token_id: string };
  await send("DELETE", `/access-tokens/${id}`);
  await createTopic("before");
  await waitUntil("all types of our records are in the log", FORGOTTEN_WITHIN_MS, async () =>
    (await ownTypes()).length === OWN_TYPES.length ? true : undefined,
  );
});

test("behind them the brokers learn of topics, lead them and replicate to each other", async () => {
  await createTopic("behind");
  for (const topic of ["before", "behind"]) {
    const produced = await session.produce(topic, { count: 1000, prefix: topic });
    expect(produced).toMatchObject({ acknowledged: [[0, 999]], failures: 0 });
    const { partitions } = await session.describeTopic(topic);
    expect(partitions.map(({ isr }) => [...isr].sort())).toEqual([
      [11, 12],
      [11, 12],
    ]);
  }
  expect(brokers.map(({ isAlive }) => isAlive)).toEqual([true, true]);
});

test("a broker that starts anew reads all of them from the beginning", async () => {
  for (const each of brokers) {
    await each.stop();
    await each.start();
    await each.waitRunning();
  }
  const { nodes } = await session.cluster();
  expect(nodes).toEqual([11, 12]);
  for (const each of brokers) expect(each.logText()).not.toMatch(/Encountered .*fault/);
});

test("the classes of 4.0.2 and 4.4.0 print each of them as a NoOpRecord", async () => {
  const file = await exportLog(quorate, folder.path);
  const ours = (await readMetadataLog(quorate)).filter(({ control }) => !control);
  const expected = ours.map(({ type }) => (OWN_TYPES.includes(type) ? "NO_OP_RECORD" : type));
  const older = await runToolOk("DumpLogSegments", dumpArgs(file), { version: "4.0.2" });
  for (const dump of [older, await dumpOnNewest(file)]) {
    expect(typesIn(dump).slice(0, expected.length)).toEqual(expected);
    expect(dump).not.toMatch(/isvalid: false/);
    expect(dump).toContain('{"type":"NO_OP_RECORD","version":0,"data":{}}');
  }
});

function dumpArgs(file: string): string[] {
  return ["--cluster-metadata-decoder", "--files", file];
}

function typesIn(dump: string): string[] {
  return [...dump.matchAll(/ payload: \{"type":"([A-Z_]+)"/g)].map(([, type]) => type ?? "");
}

/** There are no tools of 4.4.0: those of an older release are run on its classes. */
async function dumpOnNewest(file: string): Promise<string> {
  const tools = await fetchRelease(TOOL_VERSION);
  const release = await fetchRelease("4.4.0");
  const tool = readdirSync(tools.libs).find((name) =>
    name.startsWith(`kafka-tools-${TOOL_VERSION}`),
  );
  const command = ["org.apache.kafka.tools.DumpLogSegments", ...dumpArgs(file)];
  const classpath = `${join(tools.libs, tool ?? "")}:${release.classpath}`;
  const flags = await toolFlags(release);
  const { stdout } = await runJava({ classpath, flags, command }, { timeoutMs: 120_000 });
  return stdout;
}
