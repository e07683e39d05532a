/** Owns a temporary folder for one test's data, logs and configuration. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes an empty folder; QUORATE_KAFKA_KEEP keeps it after the test, to look into. */
export function makeTestFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `quorate-${name}-`));
  return {
    path,
    remove: () => {
      if (process.env.QUORATE_KAFKA_KEEP === undefined)
        rmSync(path, { recursive: true, force: true });
    },
  };
}
