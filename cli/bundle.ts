// Bundles the Worker into one module, for the hosts that run it without wrangler.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The entry of the Worker that is deployed. */
const WORKER_ENTRY = fileURLToPath(new URL("../workers/index.ts", import.meta.url));

/** Where the deployment says which compatibility date the Worker has. */
const DEPLOYMENT = new URL("../wrangler.toml", import.meta.url);

/** Returns the source of the Worker as one ES module. */
export async function bundleWorker(entry: string = WORKER_ENTRY): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
    external: ["cloudflare:*", "node:*"],
    jsx: "automatic",
    jsxImportSource: "hono/jsx",
    logLevel: "silent",
  });
  const source = outputFiles[0]?.text;
  if (source === undefined) throw new Error(`Cannot bundle ${entry}: no output`);
  return source;
}

/** The compatibility date of the deployment, so that every host runs the same one. */
export function compatibilityDate(): string {
  const date = readFileSync(DEPLOYMENT, "utf8").match(/^compatibility_date = "([\d-]+)"/m)?.[1];
  if (date === undefined) throw new Error("Cannot read compatibility_date in wrangler.toml");
  return date;
}
