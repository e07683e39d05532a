/** A client of real processes: the feed and the writes go on over a `kill -9` of the leader. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LogRecord } from "../../src/client/types/log.ts";
import { Quorate } from "../support/quorate.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

let quorate: Quorate;

beforeAll(async () => {
  quorate = await Quorate.start();
  const { brokers } = quorate.client();
  const listeners = [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9092 }];
  const { value, offset } = await brokers.register({ broker_id: 101, listeners });
  const { broker_epoch } = value;
  await brokers.heartbeat(101, { broker_epoch, current_metadata_offset: offset ?? 0 });
});

afterAll(() => quorate.close());

/** Follows the log through the gateway of a controller until the record at an offset has come. */
async function followed(controllerId: number, until: Promise<number>): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const stop = new AbortController();
  const isEnough = (lastOffset: number) => (records.at(-1)?.offset ?? -1) >= lastOffset;
  let lastOffset = Number.POSITIVE_INFINITY;
  void until.then((offset) => {
    lastOffset = offset;
    if (isEnough(offset)) stop.abort();
  });
  const feed = quorate.client(controllerId).log.feed({ from: 0, signal: stop.signal });
  for await (const record of feed) {
    records.push(record);
    if (isEnough(lastOffset)) break;
  }
  return records;
}

test("feeds through the dead leader's gateway and through another one miss and repeat nothing", async () => {
  const leaderId = await quorate.activeId();
  const otherId = leaderId === 1 ? 2 : 1;
  let finish = (_: number): void => undefined;
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const feeds = [leaderId, otherId].map((id) => followed(id, finished));
  const { topics } = quorate.client(otherId);
  const create = (index: number) => topics.create({ topic_name: `t-${index}` });
  for (let index = 0; index < 10; index += 1) await create(index);
  const killed = quorate.controller(leaderId).kill();
  for (let index = 10; index < 20; index += 1) await create(index);
  await killed;
  await quorate.controller(leaderId).restart();
  let lastOffset = 0;
  for (let index = 20; index < 30; index += 1) lastOffset = (await create(index)).offset ?? 0;
  finish(lastOffset);

  const { value } = await quorate.client().log.read({ maxRecords: 10_000 });
  for (const records of await Promise.all(feeds)) {
    expect(records).toEqual(value.data.slice(0, records.length));
    expect(records.at(-1)?.offset).toBeGreaterThanOrEqual(lastOffset);
  }
  const created = value.data.filter(({ type }) => type === "TOPIC_RECORD");
  expect(created.map(({ data }) => data.name)).toEqual(
    Array.from({ length: 30 }, (_, index) => `t-${index}`),
  );
});

test("the command shows the state of the quorum, and one line when there is none", async () => {
  const run = promisify(execFile);
  const { baseUrl } = quorate.controller(await quorate.activeId());
  const command = ["--disable-warning=ExperimentalWarning", MAIN, "status", "--url"];
  const { stdout } = await run(process.execPath, [...command, baseUrl]);
  expect(stdout).toContain(`Cluster             ${quorate.clusterId}\n`);
  expect(stdout).toMatch(/^101 {5}\w+ {2,}127\.0\.0\.1:9092/m);
  const failed = run(process.execPath, [...command, "http://127.0.0.1:1"]);
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^Cannot reach http:\/\/127\.0\.0\.1:1: .*--url names another one\.\n$/,
    ),
  });
});
