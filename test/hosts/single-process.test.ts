// The host that `quorate start` uses: all controllers in one workerd, brokers over TCP.

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MiniflareHost, startMiniflare } from "../../cli/miniflare-host.ts";
import { freePorts } from "../../cli/ports.ts";
import { call, EchoClient, eventually, frameOf } from "./echo-client.ts";

const workerEntry = fileURLToPath(new URL("echo-worker.ts", import.meta.url));
const dataPath = mkdtempSync(join(tmpdir(), "quorate-single-"));
let ports: number[];
let host: MiniflareHost;

function startHost(): Promise<MiniflareHost> {
  const [httpPort, ...kafka] = ports;
  const kafkaPorts = new Map(kafka.map((port, index) => [index + 1, port]));
  return startMiniflare({ dataPath, httpPort: httpPort!, kafkaPorts, workerEntry });
}

beforeAll(async () => {
  ports = await freePorts(4);
  host = await startHost();
});

afterAll(async () => {
  await host.close();
  rmSync(dataPath, { recursive: true });
});

test("frames come back in order, however the bytes were cut", async () => {
  const client = await EchoClient.open(ports[1]!);
  const bytes = Buffer.concat([frameOf("one"), frameOf(""), frameOf("three"), frameOf("4")]);
  for (const cut of [0, 1, 5, 9, bytes.length - 1]) {
    client.socket.write(bytes.subarray(0, cut));
    client.socket.write(bytes.subarray(cut));
    expect(await client.texts(4)).toEqual(["one", "", "three", "4"]);
  }
  client.socket.destroy();
});

test("a frame far larger than one read comes back whole", async () => {
  const client = await EchoClient.open(ports[1]!);
  const large = "x".repeat(600_000);
  client.socket.write(frameOf(large));
  const [text] = await client.texts(1);
  expect(text === large).toBe(true);
  client.socket.destroy();
});

test("answers to many connections at once come in their order, each behind what was stored for it", async () => {
  const clients = await Promise.all(Array.from({ length: 16 }, () => EchoClient.open(ports[1]!)));
  const rounds = Array.from({ length: 20 }, (_, round) => ["stored", `${round}`]);
  const frames = async () => {
    return (await call<{ frames: number }>(host.baseUrl, 1, { kind: "stats" })).frames;
  };
  const before = await frames();
  for (const round of rounds) {
    for (const { socket } of clients) socket.write(Buffer.concat(round.map(frameOf)));
    const texts = await Promise.all(clients.map((client) => client.texts(2)));
    expect(texts).toEqual(clients.map(() => round));
  }
  expect((await frames()) - before).toBe(16 * 20);
  for (const { socket } of clients) socket.destroy();
});

test("a controller is told where a connection comes from", async () => {
  const stats = () => call<{ hosts: string[] }>(host.baseUrl, 3, { kind: "stats" });
  expect((await stats()).hosts).toEqual([]);
  const client = await EchoClient.open(ports[3]!);
  client.socket.write(frameOf("hello"));
  await client.texts(1);
  expect((await stats()).hosts).toEqual(["127.0.0.1"]);
  const upgrade = connect(ports[0]!, "127.0.0.1");
  upgrade.write(
    "GET /controllers/3/kafka HTTP/1.1\r\nHost: controller\r\nUpgrade: websocket\r\n" +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nQuorate-Client-Host: 2001:db8::7\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  const [answer] = await once(upgrade, "data");
  expect(String(answer)).toContain("101 Switching Protocols");
  expect((await stats()).hosts).toEqual(["127.0.0.1", "2001:db8::7"]);
  client.socket.destroy();
  upgrade.destroy();
  await eventually(stats, ({ hosts }) => hosts.length === 0);
});

test("each port leads to its own controller", async () => {
  const client = await EchoClient.open(ports[2]!);
  client.socket.write(frameOf("stored"));
  await client.texts(1);
  const connections = (id: number) =>
    call<{ connections: number }>(host.baseUrl, id, { kind: "stats" });
  expect((await connections(2)).connections).toBe(1);
  expect((await connections(3)).connections).toBe(0);
  client.socket.destroy();
  await eventually(
    () => connections(2),
    (stats) => stats.connections === 0,
  );
});

test("a connection the node closes ends, and silent ones harm nobody", async () => {
  const silent = await EchoClient.open(ports[1]!);
  const halfFrame = await EchoClient.open(ports[1]!);
  halfFrame.socket.write(Buffer.from([0x7f, 0xff, 0xff, 0xff, 1]));
  const client = await EchoClient.open(ports[1]!);
  client.socket.write(frameOf("close"));
  await client.closed;
  const other = await EchoClient.open(ports[1]!);
  other.socket.write(frameOf("still here"));
  expect(await other.texts(1)).toEqual(["still here"]);
  for (const { socket } of [silent, halfFrame, other]) socket.destroy();
});

test("a client that does not read is not read from, and others go on", async () => {
  const greedy = await EchoClient.open(ports[1]!);
  greedy.socket.pause();
  const chunk = frameOf("y".repeat(100_000));
  for (let sent = 0; sent < 200; sent += 1) greedy.socket.write(chunk);
  const other = await EchoClient.open(ports[1]!);
  other.socket.write(frameOf("still here"));
  expect(await other.texts(1)).toEqual(["still here"]);
  expect(greedy.socket.writableLength).toBeGreaterThan(0);
  greedy.socket.resume();
  expect(await greedy.texts(200)).toHaveLength(200);
  greedy.socket.destroy();
  other.socket.destroy();
});

test.each(["throw-after-put", "read"] as const)(
  "a throw in %s takes the batch back, cuts the connections, and the object goes on",
  async (kind) => {
    await call(host.baseUrl, 3, { kind: "put", key: "k", value: "before" });
    const client = await EchoClient.open(ports[3]!);
    client.socket.write(frameOf("hello"));
    await client.texts(1);
    const failed = await call<{ error: string }>(host.baseUrl, 3, {
      kind,
      key: "k",
      value: "after",
    });
    expect(failed.error).toContain("told to throw");
    await client.closed;
    expect(await call(host.baseUrl, 3, { kind: "get", key: "k" })).toEqual({ value: "before" });
    const again = await EchoClient.open(ports[3]!);
    again.socket.write(frameOf("hello"));
    expect(await again.texts(1)).toEqual(["hello"]);
    again.socket.destroy();
  },
);

test("a call to a peer is answered, rejected at once, or ends at its deadline", async () => {
  const callPeer = (text: string, timeoutMs: number) =>
    call<{ outcome: string; tookMs: number }>(host.baseUrl, 1, {
      kind: "call-peer",
      voterId: 2,
      timeoutMs,
      text,
    });
  expect((await callPeer("hello", 2000)).outcome).toBe("2 heard hello");
  const late = await callPeer("never", 60);
  expect(late.outcome).toBe("failed: no answer in 60 ms");
  expect(late.tookMs).toBeGreaterThanOrEqual(59);
  const pending = callPeer("never", 4000);
  await eventually(
    () => callPeer("hello", 2000),
    ({ outcome }) => outcome === "2 heard hello",
  );
  await call(host.baseUrl, 2, { kind: "throw-after-put", key: "k", value: "v" });
  const rejected = await pending;
  expect(rejected.outcome).toBe("failed: the peer ended the link");
  expect(rejected.tookMs).toBeLessThan(2000);
  expect((await callPeer("hello", 2000)).outcome).toBe("2 heard hello");
});

test("the node is ticked when its deadline passes", async () => {
  const { tookMs } = await call<{ tookMs: number }>(host.baseUrl, 1, {
    kind: "tick-after",
    waitMs: 30,
  });
  expect(tookMs).toBeGreaterThanOrEqual(30);
  expect(tookMs).toBeLessThan(2000);
});

test("a second start finds the data of the first", async () => {
  await call(host.baseUrl, 2, { kind: "put", key: "k", value: "kept" });
  await host.close();
  host = await startHost();
  expect(await call(host.baseUrl, 2, { kind: "get", key: "k" })).toEqual({ value: "kept" });
});
