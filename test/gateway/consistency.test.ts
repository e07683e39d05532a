/** When an answer is true: now, behind an offset that the client names, or exactly there. */
import { beforeEach, expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import { ROUTES } from "../../workers/gateway/route-table.ts";
import { type Answer, LiveGateway } from "./live-gateway.ts";

/** A gateway that notes which controllers it asks, and keeps some from hearing of new records. */
class WatchedGateway extends LiveGateway {
  readonly asked: [id: number, kind: string][] = [];
  nearestId: number | null = null;

  override call(id: number, request: ApiRequest): Promise<ApiReply> {
    this.asked.push([id, request.kind]);
    return super.call(id, request);
  }
}

let gateway: WatchedGateway;

beforeEach(async () => {
  gateway = new WatchedGateway(31);
  gateway.cluster.format();
  await gateway.join(101);
});

function offsetOf({ headers }: Answer): number {
  return Number(headers.get("Quorate-Offset"));
}

async function create(topic_name: string): Promise<number> {
  const created = await gateway.ask("POST", "/topics", { topic_name });
  expect(created.status).toBe(201);
  return offsetOf(created);
}

test("a write is read back from a controller that does not lead", async () => {
  const offset = await create("t");
  gateway.asked.length = 0;
  const read = await gateway.get(`/topics/t?min_offset=${offset}`);
  expect(read.status).toBe(200);
  expect(offsetOf(read)).toBeGreaterThanOrEqual(offset);
  expect(gateway.asked).toHaveLength(1);
  expect(gateway.asked[0]?.[0]).not.toBe(gateway.cluster.leader());
});

test("a write is read back from the controller beside the gateway, whether it leads or not, and from another when that is dead", async () => {
  const offset = await create("t");
  gateway.cluster.run(50);
  for (const id of gateway.cluster.ids) {
    gateway.nearestId = id;
    gateway.asked.length = 0;
    expect((await gateway.get(`/topics/t?min_offset=${offset}`)).status).toBe(200);
    expect(gateway.asked).toEqual([[id, "read"]]);
  }
  gateway.intercept = (call, _, id) => {
    if (id === gateway.nearestId) throw new Error("Network connection lost.");
    return call();
  };
  expect((await gateway.get(`/topics/t?min_offset=${offset}`)).status).toBe(200);
});

test("each of the controllers answers for an offset that it has, and says which it is at", async () => {
  const offset = await create("t");
  gateway.cluster.run(50);
  for (const id of gateway.cluster.ids) {
    const consistency = { kind: "min-offset", offset, anywhere: true } as const;
    const request = {
      kind: "read",
      sender: null,
      read: { what: "topic", name: "t" },
      consistency,
    } as const;
    expect(gateway.cluster.api(id, request)).toMatchObject({
      kind: "result",
      result: { topic: { name: "t" } },
    });
  }
});

test("who is asked as the active controller and is not says so, also for an offset that it has", async () => {
  const offset = await create("t");
  gateway.cluster.run(50);
  const leader = gateway.cluster.leader();
  const [follower = 0] = gateway.cluster.ids.filter((id) => id !== leader);
  const consistency = { kind: "min-offset", offset, anywhere: false } as const;
  const request = { kind: "read", sender: null, read: { what: "brokers" }, consistency } as const;
  expect(gateway.cluster.api(follower, request)).toMatchObject({ kind: "not-controller" });
  expect(gateway.cluster.api(leader, request)).toMatchObject({ kind: "result" });
});

/** A gateway whose quorum is gone once it has done a write. */
class VanishingGateway extends LiveGateway {
  override async call(id: number, request: ApiRequest): Promise<ApiReply> {
    const reply = await super.call(id, request);
    if (request.kind === "write" && request.api === "createPartitions") {
      for (const each of this.cluster.ids) this.kill(each);
    }
    return reply;
  }
}

test("a change that was made is never told as one that was not", async () => {
  const vanishing = new VanishingGateway(32);
  vanishing.cluster.format();
  await vanishing.join(101);
  await vanishing.ask("POST", "/topics", { topic_name: "t" });
  const answer = await vanishing.ask("PATCH", "/topics/t", { partitions_count: 2 });
  expect(answer.status).toBe(503);
  expect(answer.body.message).toBe(
    "It is done, but no controller is active to describe the topic now.",
  );
});

test("who asks for a cluster that there is not takes nothing away from those who read at an offset", async () => {
  const offset = await create("t");
  gateway.cluster.run(50);
  const leader = gateway.cluster.leader();
  const [first = 0] = gateway.cluster.ids.filter((id) => id !== leader);
  for (const id of [leader, first]) gateway.kill(id);
  expect((await gateway.raw("/kafka/v3/clusters/another/brokers")).status).toBe(503);
  expect((await gateway.get(`/topics/t?min_offset=${offset}`)).status).toBe(200);
});

test("a controller that lacks the offset says so after a moment, and the active one is asked", async () => {
  const leader = gateway.cluster.leader();
  const [follower = 0] = gateway.cluster.ids.filter((id) => id !== leader);
  const { highWatermark } = gateway.cluster.status(follower);
  const before = gateway.cluster.nowMs;
  const reply = gateway.cluster.api(follower, {
    kind: "read",
    sender: null,
    read: { what: "brokers" },
    consistency: { kind: "min-offset", offset: highWatermark + 1000, anywhere: true },
  });
  expect(reply).toEqual({ kind: "behind", endOffset: expect.any(Number), epoch: 1 });
  expect(gateway.cluster.nowMs - before).toBeGreaterThanOrEqual(1000);
});

test("a read that goes with others does not wait for an offset that the controller lacks", async () => {
  const leader = gateway.cluster.leader();
  const [follower = 0] = gateway.cluster.ids.filter((id) => id !== leader);
  const { highWatermark } = gateway.cluster.status(follower);
  const before = gateway.cluster.nowMs;
  const reply = gateway.cluster.api(follower, {
    kind: "read",
    sender: null,
    read: { what: "brokers" },
    consistency: { kind: "min-offset", offset: highWatermark, anywhere: true },
    waits: false,
  });
  expect(reply).toEqual({ kind: "behind", endOffset: highWatermark, epoch: 1 });
  expect(gateway.cluster.nowMs).toBe(before);
});

test("an offset that nobody has written yet is the client's mistake", async () => {
  const offset = await create("t");
  for (const parameter of ["min_offset", "at_offset"]) {
    const answer = await gateway.get(`/topics?${parameter}=${offset + 100}`);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toMatch(
      new RegExp(`^Offset ${offset + 100} is not written yet. The newest committed one is \\d+.$`),
    );
    expect(offsetOf(answer)).toBeGreaterThanOrEqual(offset);
  }
});

test("history is read at an offset: what was created later is not there, what was deleted is", async () => {
  const first = await create("a");
  const second = await create("b");
  const deleted = offsetOf(await gateway.ask("DELETE", "/topics/a"));
  const names = async (offset: number): Promise<string[]> => {
    const { body, status, headers } = await gateway.get(`/topics?at_offset=${offset}`);
    expect(status).toBe(200);
    expect(headers.get("Quorate-Offset")).toBe(String(offset));
    expect(headers.get("Quorate-Epoch")).toBe("1");
    return body.data.map(({ topic_name }: { topic_name: string }) => topic_name);
  };
  expect(await names(first)).toEqual(["a"]);
  expect(await names(second)).toEqual(["a", "b"]);
  expect(await names(deleted)).toEqual(["b"]);
  expect((await gateway.get(`/topics/b?at_offset=${first}`)).status).toBe(404);
  expect((await gateway.get(`/topics/a/partitions/0?at_offset=${second}`)).status).toBe(200);
});

test("the pages of a list at an offset are of one moment, whatever happens in between", async () => {
  await create("a");
  const offset = await create("b");
  const page = await gateway.get(`/topics?page_size=1&at_offset=${offset}`);
  await create("aa");
  const next = (await (await gateway.raw(page.body.metadata.next)).json()) as {
    data: { topic_name: string }[];
    metadata: { next: string | null };
  };
  expect(next.data.map(({ topic_name }) => topic_name)).toEqual(["b"]);
  expect(next.metadata.next).toBe(null);
});

test("an offset inside a batch is refused with those near it that are not", async () => {
  const asked = { topic_name: "wide", partitions_count: 3 };
  const last = offsetOf(await gateway.ask("POST", "/topics", asked));
  const inside = await gateway.get(`/topics?at_offset=${last - 1}`);
  expect(inside.status).toBe(400);
  expect(inside.body).toEqual({
    error_code: 400,
    message: `Offset ${last - 1} is inside a batch. Allowed near it: ${last - 5}, ${last}.`,
  });
  for (const allowed of [last - 5, last]) {
    expect((await gateway.get(`/topics?at_offset=${allowed}`)).status).toBe(200);
  }
});

test("before the first metadata there is nothing to be read, and the answer says where it begins", async () => {
  const { body: log } = await gateway.get("/log");
  const [control] = log.data;
  expect(control.control).toBe(true);
  const lastControl = log.data.findLastIndex((record: { control: boolean }) => record.control);
  const { status, body } = await gateway.get(`/topics?at_offset=${log.data[lastControl].offset}`);
  expect(status).toBe(400);
  const begins = Number(body.message.match(/It begins at (\d+)\.$/)?.[1]);
  const answer = await gateway.get(`/features?at_offset=${begins}`);
  expect(answer.status).toBe(200);
  const earlier = log.data.filter((record: { offset: number; type: string }) => {
    return record.type === "FEATURE_LEVEL_RECORD" && record.offset <= begins;
  });
  expect(earlier.length).toBeGreaterThan(0);
});

test("both parameters at once are refused", async () => {
  const { status, body } = await gateway.get("/topics?min_offset=1&at_offset=1");
  expect(status).toBe(400);
  expect(body.message).toBe("Give either min_offset or at_offset, not both.");
});

test("while nobody leads, what a controller has already is still read", async () => {
  const offset = await create("t");
  gateway.cluster.run(50);
  const leader = gateway.cluster.leader();
  const [other = 0] = gateway.cluster.ids.filter((id) => id !== leader);
  gateway.kill(leader);
  gateway.kill(other);
  expect((await gateway.get(`/topics/t?min_offset=${offset}`)).status).toBe(200);
  expect((await gateway.get(`/topics/t?at_offset=${offset}`)).status).toBe(200);
  const newest = await gateway.get("/topics/t");
  expect(newest.status).toBe(503);
  expect(newest.headers.get("Retry-After")).toBe("1");
});

test("a change whose resource has no ETag refuses a condition instead of passing over it", async () => {
  const taken: string[] = [];
  for (const { method, path, operationId, headers = {} } of ROUTES) {
    if (method === "GET") continue;
    if ("If-Match" in headers) {
      taken.push(operationId);
      continue;
    }
    const url = path
      .replace("{cluster_id}", gateway.cluster.document.clusterId)
      .replaceAll(/\{\w+\}/g, "1");
    const response = await gateway.raw(url, { method, headers: { "If-Match": '"a"' } });
    expect([operationId, response.status]).toEqual([operationId, 400]);
    const { message } = (await response.json()) as { message: string };
    // An id in the path that is none, and a query that lacks something, are refused first.
    if (!/in the path|Query parameter/.test(message)) {
      expect([operationId, message]).toEqual([
        operationId,
        "The header If-Match is not taken here: what is changed has no ETag.",
      ]);
    }
  }
  expect(taken).toContain("deleteTopic");
  expect(taken).toContain("alterTopicConfigs");
});

test("no change takes If-None-Match, nor is made in spite of it", async () => {
  for (const [method, path, body] of [
    ["POST", "/topics", { topic_name: "unconditional" }],
    ["DELETE", "/topics/unconditional", undefined],
    ["PUT", "/topics/t/configs/retention.ms", { value: "1" }],
  ] as const) {
    const refused = await gateway.ask(method, path, body, { "If-None-Match": "*" });
    expect([`${method} ${path}`, refused.status, refused.body]).toEqual([
      `${method} ${path}`,
      400,
      { error_code: 400, message: "The header If-None-Match is taken by reads only." },
    ]);
  }
  expect((await gateway.get("/topics/unconditional")).status).toBe(404);
});
