// A quorum on this machine that asks for tokens: the first start shows one, the bridge needs one, and
// what nobody may know is readable by its owner only.

import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBridge } from "../../cli/bridge.ts";
import { freePorts } from "../../cli/ports.ts";
import { type RunningQuorum, type StartOptions, start } from "../../cli/start.ts";
import { freeTriple } from "./free-triple.ts";

const REQUIRED = { "quorate.http.authentication.required": "true" };
const data = mkdtempSync(join(tmpdir(), "quorate-authentication-"));
/** An ApiVersions request of version 0 with its size in front. */
const API_VERSIONS = Buffer.from("0000000d00120000000000010003616263", "hex");

let options: StartOptions;
let quorum: RunningQuorum;
let lines: string[] = [];
let token: string;

beforeAll(async () => {
  options = {
    data,
    processes: true,
    properties: REQUIRED,
    httpPort: await freeTriple(),
    kafkaPort: await freeTriple(),
  };
  quorum = await start(options, (line) => lines.push(line));
  token = lines.join("\n").match(/TOKEN=(kr_\S+)/)?.[1] ?? "";
});

afterAll(async () => {
  await quorum.close();
  rmSync(data, { recursive: true });
});

async function statusOf(path: string, shown: string | null): Promise<number> {
  const headers = shown === null ? {} : { authorization: `Bearer ${shown}` };
  const response = await fetch(`${quorum.baseUrl}${path}`, { headers });
  await response.body?.cancel();
  return response.status;
}

/** What comes back through a port for one request; null when the connection ends without anything. */
function answerAt(port: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(API_VERSIONS));
    socket.once("data", (bytes) => {
      resolve(bytes);
      socket.destroy();
    });
    socket.on("error", () => resolve(null));
    socket.once("close", () => resolve(null));
  });
}

test("the first start shows the administrator's token, and nothing is done without it", async () => {
  expect(token).toMatch(/^kr_[A-Za-z0-9_-]{12}_[A-Za-z0-9_-]{43}$/);
  expect(lines).toContain("HTTP needs an access token.");
  const path = `/kafka/v3/clusters/${quorum.clusterId}/caller`;
  expect(await statusOf(path, token)).toBe(200);
  expect(await statusOf(path, null)).toBe(401);
  expect(existsSync(join(data, "bootstrap-token"))).toBe(false);
  const config = statSync(join(data, "processes", "controller-1", "workerd.capnp"));
  expect(config.mode & 0o777).toBe(0o600);
});

test("the bridge opens connections with a token, and says in one line that it needs one", async () => {
  const [closed = 0, open = 0] = await freePorts(2);
  const said: string[] = [];
  const bridgeTo = (port: number, shown?: string) =>
    startBridge({
      url: quorum.baseUrl,
      ports: new Map([[2, port]]),
      token: shown,
      print: (line) => said.push(line),
    });
  const without = await bridgeTo(closed);
  expect(await answerAt(closed)).toBe(null);
  expect(await answerAt(closed)).toBe(null);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("controller 2 needs an access token (--token or QUORATE_TOKEN): ws://");
  expect(said[0]).toContain("401 An access token is needed.");
  await without.close();
  said.length = 0;
  const withToken = await bridgeTo(open, token);
  const answer = await answerAt(open);
  expect(answer?.readInt32BE(4)).toBe(1);
  expect(said).toEqual([]);
  await withToken.close();
});

test("the door for Kafka connections says in JSON what it takes", async () => {
  const headers = { authorization: `Bearer ${token}` };
  for (const [path, status] of [
    ["/controllers/2/kafka", 426],
    ["/controllers/9/kafka", 404],
  ] as const) {
    const response = await fetch(`${quorum.baseUrl}${path}`, { headers });
    const body = (await response.json()) as { error_code: number };
    expect([response.status, body.error_code]).toEqual([status, status]);
  }
});

test("a connection through the bridge ends when its token is revoked", async () => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const tokens = `${quorum.baseUrl}/kafka/v3/clusters/${quorum.clusterId}/access-tokens`;
  const body = JSON.stringify({ principal: "User:broker" });
  const made = await fetch(tokens, { method: "POST", headers, body });
  const { token_id, access_token } = (await made.json()) as Record<string, string>;
  const [port = 0] = await freePorts(1);
  const print = (): void => {};
  const ports = new Map([[2, port]]);
  const bridge = await startBridge({ url: quorum.baseUrl, ports, token: access_token, print });
  const socket = connect(port, "127.0.0.1", () => socket.write(API_VERSIONS));
  await once(socket, "data");
  const ended = once(socket, "end");
  expect((await fetch(`${tokens}/${token_id}`, { method: "DELETE", headers })).status).toBe(204);
  await ended;
  expect(await answerAt(port)).toBe(null);
  await bridge.close();
});

test("a later start shows no token, whatever an earlier one has left behind", async () => {
  await quorum.close();
  writeFileSync(join(data, "bootstrap-token"), "left behind by a start that created no cluster");
  lines = [];
  const again = await start(options, (line) => lines.push(line));
  expect(again.clusterId).toBe(quorum.clusterId);
  quorum = again;
  expect(lines.join("\n")).not.toContain("kr_");
  expect(lines.join("\n")).toContain('curl -H "Authorization: Bearer $TOKEN" ');
  expect(existsSync(join(data, "bootstrap-token"))).toBe(false);
  expect(await statusOf(`/kafka/v3/clusters/${quorum.clusterId}/caller`, token)).toBe(200);
});
