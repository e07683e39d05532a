/** The examples of docs/client.md, compiled as they stand and run in order against a quorum of three processes. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Quorate } from "../support/quorate.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = readFileSync(join(ROOT, "docs/client.md"), "utf8");
const EXAMPLES = [...PAGE.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
const run = promisify(execFile);

let quorate: Quorate;
/** Below the package, so that its name stands for it as it does for whoever uses it. */
const dist = join(ROOT, "dist");
mkdirSync(dist, { recursive: true });
const folder = mkdtempSync(join(dist, "examples-"));
const file = join(folder, "tour.ts");

beforeAll(async () => {
  quorate = await Quorate.start({ release: "4.4" });
  const [first] = quorate.controllers;
  const imports = EXAMPLES.flatMap((code) => code.match(/^import .*$/gm) ?? []);
  const code = EXAMPLES.map((one) => one.replaceAll(/^import .*\n/gm, "")).join("\n");
  const text = `${imports.join("\n")}\n${code}`;
  writeFileSync(file, text.replace("http://127.0.0.1:8080", first?.baseUrl ?? ""));
  const registration = {
    broker_id: 101,
    listeners: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9092 }],
  };
  const { brokers } = quorate.client();
  const { value, offset } = await brokers.register(registration);
  const { broker_epoch } = value;
  await brokers.heartbeat(101, { broker_epoch, current_metadata_offset: offset ?? 0 });
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await quorate.close();
});

test("the examples compile where there is nothing but a browser", async () => {
  const browser = ["--lib", "es2024,dom,dom.iterable,dom.asynciterable", "--types", ""];
  const modules = ["--module", "nodenext", "--target", "es2024", "--allowImportingTsExtensions"];
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
  const options = ["--noEmit", "--ignoreConfig", ...browser, ...modules, ...strict];
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  const said = await run(tsc, [...options, file], { cwd: ROOT }).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout,
  );
  expect(said).toBe("");
});

test("the examples do what they say", async () => {
  expect(EXAMPLES.length).toBeGreaterThan(5);
  const { stdout } = await run(process.execPath, ["--disable-warning=ExperimentalWarning", file]);
  const lines = stdout.trim().split("\n");
  expect(lines[0]).toMatch(/^controller [123] leads in epoch \d+$/);
  expect(lines[1]).toMatch(/^orders is there from offset \d+ on$/);
  expect(lines.slice(2, 6)).toEqual([
    "it had 3 partitions",
    "orders 6",
    "1 brokers",
    "404 40403 This server does not host this topic-partition.",
  ]);
  expect(lines.slice(6).join("\n")).toMatch(
    /^\d+ TOPIC_RECORD \{[\s\S]*name: 'orders'[\s\S]*\}\n6 partitions in all$/,
  );
});
