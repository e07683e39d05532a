/** A run that is broken off leaves neither processes nor files. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";

const MAIN = new URL("../../bench/main.ts", import.meta.url).pathname;

test("a signal in the middle of a run ends its controllers and removes what they have written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "quorate-bench-broken-off-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const args = [MAIN, "--smoke", "--ours", "P2", "--json", join(folder, "run.json")];
  const env = { ...process.env, TMPDIR: folder };
  const run = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(() => void run.kill("SIGKILL"));
  for await (const line of createInterface(run.stderr)) {
    if (line.endsWith("quorate, P2")) break;
  }
  expect(processesAt(folder)).toHaveLength(3);
  run.kill("SIGTERM");
  const [exitCode] = await once(run, "exit");
  expect(exitCode).toBe(143);
  expect(readdirSync(folder)).toEqual([]);
  await expect.poll(() => processesAt(folder)).toEqual([]);
});

/** Command lines of workerd processes whose data is in a folder. */
function processesAt(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLineOf)
    .filter((line) => line.includes("workerd") && line.includes(folder));
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
