/** What a run leaves when it is broken off: nothing. */

import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Puts whatever this process writes to a temporary folder into one of its own, which goes with it, and makes a signal end
 * it like any other end: controllers are process groups of their own, killed when this process exits.
 */
export function breakOffCleanly(): void {
  const folder = mkdtempSync(join(tmpdir(), "quorate-bench-"));
  process.env.TMPDIR = folder;
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.once("beforeExit", remove);
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      // Last of all who wait for the exit, so that the processes that write there have been killed.
      process.once("exit", remove);
      process.exit(128 + constants.signals[signal]);
    });
  }
}
