/**
 * Owns a lock between test processes, kept as a file that names the holder's process id.
 * A lock whose holder is dead is taken over, so a crash never blocks later runs.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { waitUntil } from "./deadline.ts";

/** Runs `work` while this process holds the lock at `path`; waits at most `timeoutMs` for it. */
export async function withLock<T>(
  path: string,
  timeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  await waitUntil(`lock ${path}`, timeoutMs, () => tryLock(path), 200);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (!isHolderAlive(path)) rmSync(path, { force: true });
    return false;
  }
}

function isHolderAlive(path: string): boolean {
  try {
    const holder = Number(readFileSync(path, "utf8"));
    // The file is empty for the instant between its creation and its first write.
    if (holder === 0) return true;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
