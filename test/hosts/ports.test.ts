// Ports that are picked free stay free until they are used, or others are picked.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { freePorts, LOOPBACK } from "../../cli/ports.ts";
import { type ProcessesOptions, startProcesses } from "../../cli/processes.ts";

const workerEntry = fileURLToPath(new URL("echo-worker.ts", import.meta.url));
const OUTGOING = "/proc/sys/net/ipv4/ip_local_port_range";
const taken: Server[] = [];

afterEach(() => {
  for (const server of taken.splice(0)) server.close();
});

function take(port: number): void {
  taken.push(createServer().listen(port, LOOPBACK));
}

/** Starts two controllers, takes the first port that is picked for them, and returns the ports that they got. */
async function startWhilePortIsTaken(
  options: Partial<ProcessesOptions>,
): Promise<{ readonly picked: readonly number[]; readonly got: readonly number[] }> {
  const dataPath = mkdtempSync(join(tmpdir(), "quorate-ports-"));
  const picked: number[] = [];
  try {
    const processes = await startProcesses({
      dataPath,
      workerEntry,
      controllerIds: [1, 2],
      linkPort: (_from, _to, peerPort) => {
        if (picked.length === 0) take(peerPort);
        picked.push(peerPort);
        return peerPort;
      },
      ...options,
    });
    const got = processes.controllers.map(({ peerPort }) => peerPort);
    await processes.close();
    return { picked, got };
  } finally {
    rmSync(dataPath, { recursive: true });
  }
}

test("no port is one that the system gives to outgoing connections", async () => {
  const first = existsSync(OUTGOING) ? Number.parseInt(readFileSync(OUTGOING, "utf8"), 10) : 49_152;
  for (const port of await freePorts(50)) expect(port).toBeLessThan(first);
});

test("a port is picked once, also when it is free again", async () => {
  const ports = [...(await freePorts(700)), ...(await freePorts(700))];
  expect(new Set(ports).size).toBe(1400);
});

test("a port that somebody listens on is passed over", async () => {
  const [first = 0] = await freePorts(1);
  take(first + 1);
  take(first + 2);
  const ports = await freePorts(2);
  expect(ports).not.toContain(first + 1);
  expect(ports).not.toContain(first + 2);
});

test("processes start on other ports when one is taken after it was picked", async () => {
  const { picked, got } = await startWhilePortIsTaken({});
  expect(picked).toHaveLength(4);
  expect(new Set(picked).size).toBe(4);
  expect([...got].sort()).toEqual(picked.slice(2).sort());
});

test("a port that the caller has chosen is not replaced: the start says that it is in use", async () => {
  const kafkaPorts = await freePorts(2);
  take(kafkaPorts[1]!);
  const started = startWhilePortIsTaken({ kafkaPorts });
  await expect(started).rejects.toThrow(
    /^Cannot start controller 2: .*\n.*"kafka".*Address already in use/,
  );
});
