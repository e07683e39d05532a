// The bridge: TCP on the broker's side, WebSocket to the controller's, and honest ends.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bridge, startBridge } from "../../cli/bridge.ts";
import { freePorts } from "../../cli/ports.ts";
import { type ControllerProcess, type Processes, startProcesses } from "../../cli/processes.ts";
import { call, EchoClient, eventually, frameOf } from "./echo-client.ts";

const workerEntry = fileURLToPath(new URL("echo-worker.ts", import.meta.url));
const dataPath = mkdtempSync(join(tmpdir(), "quorate-bridge-"));
const lines: string[] = [];
let processes: Processes;
let controller: ControllerProcess;
let bridge: Bridge;
let ports: number[];

beforeAll(async () => {
  processes = await startProcesses({ dataPath, workerEntry, controllerIds: [1, 2] });
  controller = processes.controllers[0]!;
  ports = await freePorts(2);
  bridge = await startBridge({
    url: controller.baseUrl,
    ports: new Map(ports.map((port, index) => [index + 1, port])),
    print: (line) => lines.push(line),
  });
});

afterAll(async () => {
  await bridge.close();
  await processes.close();
  rmSync(dataPath, { recursive: true });
});

test("frames come back in order, however the bytes were cut", async () => {
  const client = await EchoClient.open(ports[0]!);
  const bytes = Buffer.concat([frameOf("one"), frameOf(""), frameOf("three"), frameOf("4")]);
  for (const cut of [0, 1, 5, 9, bytes.length - 1]) {
    client.socket.write(bytes.subarray(0, cut));
    client.socket.write(bytes.subarray(cut));
    expect(await client.texts(4)).toEqual(["one", "", "three", "4"]);
  }
  client.socket.destroy();
});

test("a controller of another process is reached through the gateway", async () => {
  const client = await EchoClient.open(ports[1]!);
  client.socket.write(frameOf("stored"));
  expect(await client.texts(1)).toEqual(["stored"]);
  const stats = await call<{ frames: number }>(controller.baseUrl, 2, { kind: "stats" });
  expect(stats.frames).toBe(1);
  client.socket.destroy();
});

test("much data passes both ways at the pace of the reader", async () => {
  const client = await EchoClient.open(ports[0]!);
  client.socket.pause();
  const large = "z".repeat(100_000);
  for (let sent = 0; sent < 80; sent += 1) client.socket.write(frameOf(large));
  client.socket.resume();
  const texts = await client.texts(80);
  expect(texts.every((text) => text === large)).toBe(true);
  client.socket.destroy();
});

test("the node sees a client go, and the client sees the node close", async () => {
  const stats = () => call<{ connections: number }>(controller.baseUrl, 1, { kind: "stats" });
  await eventually(stats, ({ connections }) => connections === 0);
  const client = await EchoClient.open(ports[0]!);
  client.socket.write(frameOf("hello"));
  await client.texts(1);
  expect((await stats()).connections).toBe(1);
  client.socket.write(frameOf("close"));
  await client.closed;
  await eventually(stats, ({ connections }) => connections === 0);
});

test("while the other end is away connections end with one line said, and then it is back", async () => {
  const open = await EchoClient.open(ports[0]!);
  open.socket.write(frameOf("hello"));
  await open.texts(1);
  await controller.kill();
  await open.closed;
  lines.length = 0;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const refused = await EchoClient.open(ports[0]!);
    await refused.closed;
  }
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("controller 1 is away");
  await controller.restart();
  const client = await EchoClient.open(ports[0]!);
  client.socket.write(frameOf("hello again"));
  expect(await client.texts(1)).toEqual(["hello again"]);
  expect(lines[1]).toBe("controller 1 is back");
  client.socket.destroy();
});
