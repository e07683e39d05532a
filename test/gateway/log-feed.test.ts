/** The log as events: every committed record once and in order, from where a subscriber left off, whoever leads. */
import { beforeEach, describe, expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import { LiveGateway, WITH_AUTHORIZER } from "./live-gateway.ts";
import { readSome, StreamReader } from "./operation.ts";

class CountingGateway extends LiveGateway {
  reads = 0;

  override call(id: number, request: ApiRequest): Promise<ApiReply> {
    if (request.kind === "log") this.reads += 1;
    return super.call(id, request);
  }
}

let gateway: CountingGateway;

beforeEach(async () => {
  gateway = new CountingGateway(41, { properties: WITH_AUTHORIZER });
  gateway.cluster.format();
  await gateway.join(101, 102);
});

interface Event {
  readonly id: number;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** The blocks of an event stream that is whole up to its last one. */
function eventsIn(text: string): Event[] {
  const blocks = text.split("\n\n").slice(0, -1);
  return blocks.flatMap((block) => {
    const id = block.match(/^id: (\d+)$/m)?.[1];
    const data = block.match(/^data: (.*)$/m)?.[1];
    return id === undefined
      ? []
      : [{ id: Number(id), data: data === undefined ? null : JSON.parse(data) }];
  });
}

function feed(query = "", headers: Record<string, string> = {}): Promise<Response> {
  return gateway.raw(`${gateway.clusterPath}/log/feed${query}`, { headers });
}

/** Reads events until the record at `lastOffset` was passed. */
async function readUntil(response: Response, lastOffset: number): Promise<Event[]> {
  const text = await readSome(response, (said) =>
    eventsIn(said).some(({ id }) => id >= lastOffset),
  );
  return eventsIn(text).filter(({ data }) => data !== null);
}

async function wholeLog(query = ""): Promise<Record<string, unknown>[]> {
  const { body } = await gateway.get(`/log?max_records=10000${query}`);
  return body.data;
}

async function createTopic(topic_name: string, more: object = {}): Promise<number> {
  const created = await gateway.ask("POST", "/topics", { topic_name, ...more });
  expect(created.status).toBe(201);
  return Number(created.headers.get("Quorate-Offset"));
}

test("the feed from the beginning is the log, each record with its offset as the id", async () => {
  const lastOffset = await createTopic("t", { partitions_count: 3 });
  const response = await feed("?offset=0");
  expect(response.headers.get("Content-Type")).toBe("text/event-stream");
  expect(response.headers.get("Quorate-Offset")).not.toBe(null);
  const events = await readUntil(response, lastOffset);
  const log = await wholeLog();
  expect(events.map(({ data }) => data)).toEqual(log.slice(0, events.length));
  expect(events.map(({ id }) => id)).toEqual(events.map(({ data }) => data?.offset));
  expect(events.at(-1)?.id).toBeGreaterThanOrEqual(lastOffset);
});

test("without an offset it begins at the end, and goes on with what is committed then", async () => {
  const before = await createTopic("before");
  const response = await feed();
  const after = await createTopic("after");
  const events = await readUntil(response, after);
  expect(events[0]?.id).toBeGreaterThan(before);
  expect(events.map(({ data }) => data?.type)).toContain("TOPIC_RECORD");
});

test("a subscriber that was interrupted goes on behind the last event that it saw", async () => {
  const lastOffset = await createTopic("t", { partitions_count: 3 });
  const all = await readUntil(await feed("?offset=0"), lastOffset);
  for (const seen of [0, 4, lastOffset - 1]) {
    const header = { "Last-Event-ID": String(seen) };
    const rest = await readUntil(await feed("?offset=0", header), lastOffset);
    expect(rest.slice(0, all.length - seen - 1)).toEqual(all.slice(seen + 1));
  }
  const fresh = await readUntil(await feed("?offset=0", { "Last-Event-ID": "" }), lastOffset);
  expect(fresh[0]?.id).toBe(0);
});

test("a heartbeat is a comment, with the id of what was left out meanwhile", async () => {
  const lastOffset = await createTopic("t");
  const text = await readSome(await feed("?offset=0&type=TOPIC_RECORD"), (said) =>
    said.includes(": heartbeat"),
  );
  expect(text.startsWith("retry: 1000\n\n")).toBe(true);
  const events = eventsIn(text);
  expect(events.filter(({ data }) => data !== null)).toHaveLength(1);
  expect(events.at(-1)?.id).toBeGreaterThanOrEqual(lastOffset);
  expect(events.at(-1)?.data).toBe(null);
});

test("records are chosen by topic, also those that know it only by its id", async () => {
  await createTopic("a", { partitions_count: 2 });
  await createTopic("b", { partitions_count: 2 });
  await gateway.ask("PUT", "/topics/a/configs/retention.ms", { value: "1" });
  await gateway.ask("PATCH", "/topics/a", { partitions_count: 3 });
  await gateway.ask("DELETE", "/topics/a");
  await createTopic("a");
  const chosen = await wholeLog("&topic=a");
  expect(chosen.map(({ type }) => type)).toEqual([
    ...["TOPIC_RECORD", "PARTITION_RECORD", "PARTITION_RECORD", "CONFIG_RECORD"],
    ...["PARTITION_RECORD", "REMOVE_TOPIC_RECORD", "TOPIC_RECORD", "PARTITION_RECORD"],
  ]);
  const log = await wholeLog();
  const from = Number(chosen[2]?.offset);
  const middle = await wholeLog(`&topic=a&offset=${from}`);
  expect(middle).toEqual(chosen.slice(2));
  expect(log).toEqual(expect.arrayContaining(chosen));
});

test("records are chosen by broker: its own, and those of the partitions that it has", async () => {
  await createTopic("on-101", { replicas_assignments: { 0: [101] } });
  await createTopic("on-102", { replicas_assignments: { 0: [102] } });
  await createTopic("on-both", { replicas_assignments: { 0: [101, 102] } });
  await gateway.ask("PUT", "/brokers/101/configs/log.retention.ms", { value: "1" });
  await gateway.ask("PUT", "/brokers/102/configs/log.retention.ms", { value: "1" });
  const chosen = await wholeLog("&broker=102");
  const types = chosen.map(({ type }) => type);
  expect(types.filter((type) => type === "PARTITION_RECORD")).toHaveLength(2);
  expect(types.filter((type) => type === "CONFIG_RECORD")).toHaveLength(1);
  expect(types.filter((type) => type === "REGISTER_BROKER_RECORD")).toHaveLength(1);
  expect(types).not.toContain("TOPIC_RECORD");
  const both = await wholeLog("&broker=102&type=CONFIG_RECORD,REGISTER_BROKER_RECORD");
  expect(both).toHaveLength(2);
});

test.each([
  ["?type=NO_SUCH_RECORD", "Allowed: LEADER_CHANGE"],
  ["?offset=999999", "Offset 999999 is beyond the end of the log. Allowed: 0 to "],
])("a feed of %s is refused", async (query, message) => {
  const response = await feed(query);
  expect(response.status).toBe(400);
  expect(((await response.json()) as { message: string }).message).toContain(message);
});

test.each(["-1", "1.5", "abc", "01", "99999999999999999999"])(
  "Last-Event-ID %j is refused",
  async (id) => {
    expect((await feed("", { "Last-Event-ID": id })).status).toBe(400);
  },
);

test("nothing is read from the log before the subscriber takes it", async () => {
  await createTopic("t");
  const response = await feed("?offset=0");
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(gateway.reads).toBe(0);
  await response.body?.cancel();
});

test("over many failovers subscribers miss nothing, see nothing twice, and nothing out of order", async () => {
  const responses = await Promise.all(Array.from({ length: 100 }, () => feed("?offset=0")));
  const subscribers = responses.map((response) => new StreamReader(response));
  let lastOffset = -1;
  for (let round = 0; round < 6; round++) {
    const leader = gateway.cluster.leader();
    gateway.kill(leader);
    await gateway.join(200 + round);
    lastOffset = await createTopic(`t${round}`);
    // Half of them fall behind now and then.
    const reading = subscribers.filter((_, index) => index % 2 === 0 || round % 3 === 2);
    await Promise.all(
      reading.map((one) => one.until((said) => (eventsIn(said).at(-1)?.id ?? -1) >= lastOffset)),
    );
    gateway.revive(leader);
  }
  const log = await wholeLog();
  expect(new Set(log.map(({ epoch }) => epoch)).size).toBeGreaterThan(6);
  for (const { text } of subscribers) {
    const records = eventsIn(text).flatMap(({ data }) => data ?? []);
    expect(records.length).toBeGreaterThan(lastOffset);
    expect(records).toEqual(log.slice(0, records.length));
  }
});

describe("while a thousand others wait for the log", () => {
  const MESSAGE = "1000 others wait for the log: come back in a while, or do not wait.";

  beforeEach(() => {
    const leader = gateway.cluster.leader();
    const wait = {
      kind: "log",
      sender: null,
      form: "raw",
      fromOffset: 1_000_000,
      maxRecords: 1,
      maxWaitMs: 30_000,
    } as const;
    for (let i = 0; i < 1000; i++) gateway.cluster.call(leader, wait);
  });

  test("a feed gives what there is, says when to come back, and ends", async () => {
    const log = await wholeLog();
    const text = await (await feed(`?offset=${log.length - 3}`)).text();
    expect(eventsIn(text).flatMap(({ data }) => data ?? [])).toEqual(log.slice(-3));
    expect(text.endsWith(`retry: 10000\n: ${MESSAGE}\n\n`)).toBe(true);
    expect(gateway.reads).toBeLessThanOrEqual(3);
  });

  test("a read that would wait is refused, and one that would not is answered", async () => {
    const offset = (await wholeLog()).length;
    const refused = await gateway.get(`/log?offset=${offset}&wait_ms=1000`);
    expect([refused.status, refused.body]).toEqual([429, { error_code: 42901, message: MESSAGE }]);
    expect(refused.headers.get("Retry-After")).toBe("1");
    expect((await gateway.get(`/log?offset=${offset}`)).body.data).toEqual([]);
  });
});

test("while nobody leads the feed waits and says so, and then goes on", async () => {
  const response = await feed();
  const leader = gateway.cluster.leader();
  const [other = 0] = gateway.cluster.ids.filter((id) => id !== leader);
  gateway.kill(leader);
  gateway.kill(other);
  let isRevived = false;
  const text = await readSome(response, (said) => {
    if (said.includes(": no controller is active") && !isRevived) {
      isRevived = true;
      gateway.revive(leader);
      gateway.revive(other);
    }
    return said.includes("LEADER_CHANGE");
  });
  expect(text).toContain(": no controller is active at the moment\n\n");
});
