/** The log of requests of a host of one's own: written several lines at a time, and still one line for each request. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Processes, startProcesses } from "../../cli/processes.ts";
import { eventually } from "./echo-client.ts";

const dataPath = mkdtempSync(join(tmpdir(), "quorate-lines-"));
const lines: string[] = [];
let processes: Processes;
let baseUrl = "";

beforeAll(async () => {
  const onLine = (_id: number, line: string) => lines.push(line);
  processes = await startProcesses({ dataPath, controllerIds: [1], onLine });
  baseUrl = processes.controllers[0]?.baseUrl ?? "";
});

afterAll(async () => {
  await processes.close();
  rmSync(dataPath, { recursive: true });
});

/** Of what has been printed so far, in the order of the alphabet. */
async function loggedIds(): Promise<readonly string[]> {
  await setImmediate();
  return lines
    .filter((line) => line.startsWith('{"event":"request"'))
    .map((line) => (JSON.parse(line) as { requestId: string }).requestId)
    .sort();
}

async function askOnce(): Promise<string> {
  const response = await fetch(`${baseUrl}/livez`);
  await response.text();
  return response.headers.get("x-request-id") ?? "";
}

test("a request that nothing follows is logged", async () => {
  const id = await askOnce();
  await eventually(loggedIds, (logged) => logged.length > 0);
  expect(await loggedIds()).toEqual([id]);
});

test("each of many requests at once is logged on a line of its own, once", async () => {
  const before = await loggedIds();
  const ids = await Promise.all(Array.from({ length: 300 }, askOnce));
  const all = [...before, ...ids].sort();
  await eventually(loggedIds, (logged) => logged.length >= all.length);
  expect(await loggedIds()).toEqual(all);
});
