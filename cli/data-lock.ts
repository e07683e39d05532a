// One quorum per data folder: two would both be the same voters, which no consensus survives.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

/** Claims a data folder for this process; returns what gives it back. */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = resolve(folder, "lock");
  const owner = readOwner(path);
  if (owner !== null && isRunning(owner)) {
    throw new Error(`Data folder ${folder} is in use by process ${owner}. Choose another: --data`);
  }
  writeFileSync(path, String(process.pid));
  return () => rmSync(path, { force: true });
}

function readOwner(path: string): number | null {
  try {
    const owner = Number(readFileSync(path, "utf8"));
    return Number.isInteger(owner) && owner > 0 ? owner : null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
