/** The whole metadata at one offset, sent in parts. */
import { beforeEach, expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import { LiveGateway, WITH_AUTHORIZER } from "./live-gateway.ts";

class CountingGateway extends LiveGateway {
  reads = 0;
  /** Runs before a part is read, beginning with the second. */
  between: (() => Promise<void>) | null = null;

  override async call(id: number, request: ApiRequest): Promise<ApiReply> {
    const isImage = request.kind === "read" && request.read.what === "image";
    if (isImage) {
      this.reads += 1;
      if (this.reads > 1) {
        const { between } = this;
        this.between = null;
        await between?.();
      }
    }
    return super.call(id, request);
  }
}

let gateway: CountingGateway;

beforeEach(async () => {
  gateway = new CountingGateway(51, { metadataVersion: 33, properties: WITH_AUTHORIZER });
  gateway.cluster.format();
  await gateway.join(101);
});

type Line = Record<string, unknown>;

async function image(query = ""): Promise<{ lines: Line[]; offset: number }> {
  const response = await gateway.raw(`${gateway.clusterPath}/image${query}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("application/x-ndjson");
  const text = await response.text();
  expect(text.endsWith("\n")).toBe(true);
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  return { lines, offset: Number(response.headers.get("Quorate-Offset")) };
}

async function fill(): Promise<void> {
  await gateway.ask("POST", "/topics", { topic_name: "a", partitions_count: 3 });
  await gateway.ask("POST", "/topics", { topic_name: "b" });
  await gateway.ask("PUT", "/topics/a/configs/retention.ms", { value: "1" });
  await gateway.ask("PUT", "/broker-configs/log.retention.ms", { value: "2" });
  const acl = { resource_type: "TOPIC", resource_name: "a", pattern_type: "LITERAL", host: "*" };
  const words = { principal: "User:alice", operation: "READ", permission: "ALLOW" };
  await gateway.ask("POST", "/acls", { ...acl, ...words });
  await gateway.ask("PUT", "/scram-users/alice/SCRAM-SHA-512", { password: "swordfish" });
  const quotas = [{ name: "producer_byte_rate", value: 5 }];
  await gateway.ask("POST", "/client-quotas:alter", { entity: { user: null }, quotas });
}

test("everything that there is has its line, between the first and the last", async () => {
  await fill();
  const { lines, offset } = await image();
  const { clusterId } = gateway.cluster.document;
  expect(lines[0]).toEqual({ type: "IMAGE", cluster_id: clusterId, offset, epoch: 1 });
  expect(lines.at(-1)).toEqual({ type: "END", items: lines.length - 2 });
  const counts = Object.entries(Object.groupBy(lines, ({ type }) => String(type)));
  expect(Object.fromEntries(counts.map(([type, found]) => [type, found?.length]))).toEqual({
    ...{ IMAGE: 1, FEATURE: 3, CONTROLLER: 3, BROKER: 1, TOPIC: 2, PARTITION: 4, CONFIG: 2 },
    ...{ CLIENT_QUOTA: 1, SCRAM_CREDENTIAL: 1, ACL: 1, PRODUCER_IDS: 1, END: 1 },
  });
  expect(lines).toContainEqual({
    type: "CONFIG",
    resource_type: "TOPIC",
    resource_name: "a",
    name: "retention.ms",
    value: "1",
  });
  expect(lines).toContainEqual({
    type: "SCRAM_CREDENTIAL",
    user_name: "alice",
    mechanism: "SCRAM-SHA-512",
    iterations: 8192,
  });
  expect(lines).toContainEqual({
    type: "CLIENT_QUOTA",
    entity: { user: null },
    quota_name: "producer_byte_rate",
    value: 5,
  });
});

test("what is sensitive of brokers' configs has no value", async () => {
  const secret = "listener.name.internal.ssl.keystore.password";
  const configs = { [secret]: "swordfish", "of.a.plugin": "tuna", "log.retention.ms": "7" };
  for (const [name, value] of Object.entries(configs)) {
    const { status } = await gateway.ask("PUT", `/brokers/101/configs/${name}`, { value });
    expect(status).toBe(204);
  }
  const { lines } = await image();
  const shown = lines.filter(({ type }) => type === "CONFIG");
  expect(Object.fromEntries(shown.map(({ name, value }) => [name, value]))).toEqual({
    [secret]: null,
    "of.a.plugin": null,
    "log.retention.ms": "7",
  });
});

test("the parts put together are the same, however small they are", async () => {
  await fill();
  const leader = gateway.cluster.leader();
  const read = (limit: number): unknown[] => {
    const items: unknown[] = [];
    for (let after: string | null = null, first = true; first || after !== null; first = false) {
      const reply: ApiReply = gateway.cluster.api(leader, {
        kind: "read",
        sender: null,
        read: { what: "image", page: { after, limit } },
      });
      if (reply.kind !== "result" || reply.result.what !== "image") throw new Error(reply.kind);
      expect(reply.result.items.length).toBeLessThanOrEqual(limit);
      items.push(...reply.result.items);
      after = reply.result.next;
    }
    return items;
  };
  const whole = read(1000);
  for (const limit of [1, 2, 3, 7]) expect(read(limit)).toEqual(whole);
});

test("an image is of one offset, whatever is written while it is sent", async () => {
  await gateway.ask("POST", "/topics", { topic_name: "wide", partitions_count: 9000 });
  const { lines, offset } = await image();
  expect(gateway.reads).toBe(3);
  gateway.reads = 0;
  gateway.between = async () => {
    await gateway.ask("DELETE", "/topics/wide");
    await gateway.ask("POST", "/topics", { topic_name: "later" });
  };
  const again = await image();
  expect(again).toEqual({ lines, offset });
  expect((await gateway.get("/topics/wide")).status).toBe(404);
  const then = await image(`?at_offset=${offset}`);
  expect(then.lines).toEqual(lines);
});

test("an image that cannot be finished has no end", async () => {
  await gateway.ask("POST", "/topics", { topic_name: "wide", partitions_count: 4500 });
  gateway.between = async () => {
    for (const id of gateway.cluster.ids) gateway.kill(id);
  };
  const response = await gateway.raw(`${gateway.clusterPath}/image`);
  expect(response.status).toBe(200);
  const ended = await response.text().then(
    (text) => text.slice(-100),
    () => "cut off",
  );
  expect(ended).toBe("cut off");
});
