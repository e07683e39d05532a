/** The feed of the log and the image, over streams that end, break and say nothing. Time is virtual. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogRecord } from "../../src/client/types/log.ts";
import { FakeGateway, failure, lost, stream } from "./fake-gateway.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function event(offset: number): string {
  return `id: ${offset}\ndata: ${JSON.stringify({ offset, type: "é€😀" })}\n\n`;
}

/** Lets virtual time pass until so many records have come, or the feed has ended. */
async function take(feed: AsyncGenerator<LogRecord>, count: number): Promise<number[]> {
  const offsets: number[] = [];
  let isOver = false;
  const reading = (async () => {
    for await (const { offset } of feed) if (offsets.push(offset) === count) break;
  })().finally(() => {
    isOver = true;
  });
  reading.catch(() => undefined);
  while (!isOver) await vi.advanceTimersByTimeAsync(100);
  await reading;
  return offsets;
}

function positions(gateway: FakeGateway): (string | null)[] {
  return gateway.seen.map(({ headers }) => headers.get("Last-Event-ID"));
}

test("a stream that ends or breaks is gone on with behind what was seen of it", async () => {
  const gateway = new FakeGateway().give(
    stream([event(3), `${event(4)}id: 5\ndata: {"off`], { after: "break" }),
    lost,
    failure(503, 50003),
    stream([event(5)]),
    stream([": heartbeat\nid: 8\n\n"]),
    stream([event(9)]),
  );
  const feed = gateway.client().log.feed({ from: 3, types: ["A", "B"], topic: "t", broker: 1 });
  expect(await take(feed, 4)).toEqual([3, 4, 5, 9]);
  expect(positions(gateway)).toEqual([null, "4", "4", "4", "5", "8"]);
  const path = "/kafka/v3/clusters/cluster-1/log/feed?offset=3&type=A%2CB&topic=t&broker=1";
  expect(new Set(gateway.seen.map(({ target }) => target))).toEqual(new Set([path]));
});

test("what a stream says again is not told again", async () => {
  const gateway = new FakeGateway().give(
    stream([event(3), event(3), event(4)]),
    stream([event(2), event(4), event(5)]),
  );
  expect(await take(gateway.client().log.feed({ from: 3 }), 3)).toEqual([3, 4, 5]);
});

test("a feed from the end stays at that end when its first stream breaks before an event", async () => {
  const headers = { "Quorate-Offset": "41" };
  const gateway = new FakeGateway().give(
    stream(["retry: 1000\n\n"], { after: "break", headers }),
    stream([event(42)], { headers: { "Quorate-Offset": "60" } }),
  );
  expect(await take(gateway.client().log.feed(), 1)).toEqual([42]);
  expect(positions(gateway)).toEqual([null, "41"]);
});

test("a feed from the beginning begins there again when nothing was seen of it", async () => {
  const gateway = new FakeGateway().give(
    stream([], { after: "break", headers: { "Quorate-Offset": "41" } }),
    stream([event(0)]),
  );
  expect(await take(gateway.client().log.feed({ from: 0 }), 1)).toEqual([0]);
  expect(positions(gateway)).toEqual([null, null]);
  expect(gateway.seen[1]?.target).toContain("offset=0");
});

test("the pause is as long as the stream has said, and ten seconds at most", async () => {
  for (const [said, pauseMs] of [
    ["", 1000],
    ["retry: 3000\n\n", 3000],
    ["retry: 99999999\n\n", 10_000],
  ] as const) {
    const gateway = new FakeGateway().give(stream([said, event(1)]), stream([event(2)]));
    await take(gateway.client().log.feed({ from: 0 }), 2);
    const [first, second] = gateway.seen.map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBe(pauseMs);
  }
});

test("a stream that says nothing for half a minute is given up for another one", async () => {
  const gateway = new FakeGateway().give(
    stream([event(1)], { after: "silence" }),
    stream([event(2)]),
  );
  expect(await take(gateway.client().log.feed({ from: 0 }), 2)).toEqual([1, 2]);
  expect(gateway.seen[1]?.atMs).toBeGreaterThanOrEqual(30_000);
  expect(gateway.seen[1]?.atMs).toBeLessThan(32_000);
});

test("the time that a reader takes for a record does not count as silence", async () => {
  const gateway = new FakeGateway().give(stream([event(1), event(2)], { after: "silence" }));
  const feed = gateway.client().log.feed({ from: 0 });
  expect((await feed.next()).value?.offset).toBe(1);
  await vi.advanceTimersByTimeAsync(120_000);
  expect((await feed.next()).value?.offset).toBe(2);
  expect(gateway.seen).toHaveLength(1);
  await feed.return();
  expect(vi.getTimerCount()).toBe(0);
});

test("a feed ends with an error when the caller may not follow any longer, or nobody answers", async () => {
  const refused = new FakeGateway().give(stream([event(1)]), failure(401, 40101));
  await expect(take(refused.client().log.feed({ from: 0 }), 9)).rejects.toMatchObject({
    status: 401,
  });
  const dark = new FakeGateway().give(stream([event(1)]), lost);
  const feed = dark.client({ timeoutMs: 5000 }).log.feed({ from: 0 });
  await expect(take(feed, 9)).rejects.toMatchObject({ status: null });
});

test("the signal ends a feed quietly, in a stream and between two", async () => {
  for (const after of ["silence", "end"] as const) {
    const gateway = new FakeGateway().give(stream([event(1)], { after }));
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 500);
    const feed = gateway.client().log.feed({ from: 0, signal: abort.signal });
    expect(await take(feed, 9)).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  }
});

const IMAGE = '{"type":"IMAGE","offset":9}\n';
const TOPIC = '{"type":"TOPIC","topic_name":"é"}\n';

async function image(...pieces: (string | Uint8Array)[]): Promise<string[]> {
  const gateway = new FakeGateway().give(stream(pieces));
  const types: string[] = [];
  for await (const line of gateway.client().log.image({ atOffset: 9 })) types.push(line.type);
  return types;
}

test("an image is whole when its end has come, wherever its bytes are cut", async () => {
  const bytes = new TextEncoder().encode(`${IMAGE}${TOPIC}{"type":"END","items":1}\n`);
  for (let at = 1; at < bytes.length; at += 1) {
    expect(await image(bytes.subarray(0, at), bytes.subarray(at))).toEqual(["IMAGE", "TOPIC"]);
  }
});

test("an image that was cut off is an error", async () => {
  await expect(image(IMAGE, TOPIC)).rejects.toThrow(
    "The image was cut off: it has no end. Read it again.",
  );
  await expect(image(IMAGE, TOPIC, '{"type":"END","items":2}\n')).rejects.toThrow(
    "The image was cut off: 1 of 2 lines have come. Read it again.",
  );
  await expect(image(IMAGE, "{\n")).rejects.toThrow("The image was cut off: a line is not JSON.");
});
