// `quorate start`: what it prints, what it finds again, and what it says when it cannot start.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type StartOptions, start } from "../../cli/start.ts";
import { EchoClient, eventually, frameOf } from "./echo-client.ts";
import { freeTriple } from "./free-triple.ts";

const workerEntry = fileURLToPath(new URL("echo-worker.ts", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "quorate-start-"));
const lines: string[] = [];
const print = (line: string): void => void lines.push(line);

afterAll(() => rmSync(data, { recursive: true }));

for (const processes of [false, true]) {
  test(`a second start finds the cluster of the first, ${processes ? "three processes" : "one process"}`, async () => {
    const options: StartOptions = {
      data,
      processes,
      workerEntry,
      httpPort: await freeTriple(),
      kafkaPort: await freeTriple(),
    };
    const first = await start(options, print);
    expect(lines.join("\n")).toContain("The cluster is new.");
    const client = await EchoClient.open(options.kafkaPort + 2);
    client.socket.write(frameOf("hello"));
    expect(await client.texts(1)).toEqual(["hello"]);
    client.socket.destroy();
    await first.close();
    lines.length = 0;
    const second = await start(options, print);
    expect(second.clusterId).toBe(first.clusterId);
    const printed = lines.join("\n");
    expect(printed).toContain("The cluster was here before.");
    const bootstrap = [0, 1, 2].map((index) => `127.0.0.1:${options.kafkaPort + index}`).join(",");
    expect(printed).toContain(`controller.quorum.bootstrap.servers=${bootstrap}\n`);
    expect(printed).toContain("HTTP needs no token here: only this machine can reach it.");
    expect(printed).toContain(`curl ${second.baseUrl}/kafka/v3/clusters/${first.clusterId}`);
    await second.close();
  });
}

test("a data folder in use is refused", async () => {
  writeFileSync(join(data, "lock"), String(process.ppid));
  const httpPort = await freeTriple();
  const options = { data, processes: true, workerEntry, httpPort, kafkaPort: await freeTriple() };
  await expect(start(options, print)).rejects.toThrow(
    `Data folder ${data} is in use by process ${process.ppid}. Choose another: --data`,
  );
  rmSync(join(data, "lock"));
});

test("a process that dies is started again", async () => {
  const httpPort = await freeTriple();
  const options = { data, processes: true, workerEntry, httpPort, kafkaPort: await freeTriple() };
  lines.length = 0;
  const quorum = await start(options, print);
  const pid = Number(lines.join("\n").match(/controller 2: process (\d+)/)?.[1]);
  process.kill(pid, "SIGKILL");
  await eventually(
    async () => {
      await new Promise(setImmediate);
      return lines.join("\n");
    },
    (printed) => printed.includes("controller 2 runs again"),
  );
  expect(lines).toContain("controller 2 ended (SIGKILL), starting it again");
  await quorum.close();
});

test("a port in use is named, with the option that changes it", async () => {
  const httpPort = await freeTriple();
  const kafkaPort = await freeTriple();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(kafkaPort + 1, "127.0.0.1", () => resolve()));
  const options = { data, processes: false, workerEntry, httpPort, kafkaPort };
  await expect(start(options, print)).rejects.toThrow(
    `Port ${kafkaPort + 1} is in use. Stop what uses it, or choose another: --kafka-port`,
  );
  other.close();
});
