/**
 * Owns the folder of fetched Apache Kafka releases: one folder of jars for each pinned release.
 * A folder under its final name is whole: it is filled under another name, checked, then renamed.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { javaVersion } from "./jvm.ts";
import { withLock } from "./lock.ts";

/** A release whose jars are on this machine. */
export interface Release {
  readonly version: string;
  /** The folder that holds the jars. */
  readonly libs: string;
  /** The jars in a fixed order, joined for `-cp`. */
  readonly classpath: string;
  readonly logging: "log4j2" | "reload4j";
}

/** The server releases that tests run against, oldest first. */
export const SERVER_VERSIONS = ["3.9.2", "4.0.2", "4.3.1", "4.4.0"] as const;

/** The release whose command-line tools and clients tests use, whatever release the servers have. */
export const TOOL_VERSION = "4.3.1";

const FETCH_TIMEOUT_MS = 600_000;
const MANIFEST = "manifest.json";
// kafka-tools and kafka-shell are not published for 4.4.0.
const WITHOUT_TOOLS = new Set(["4.4.0"]);

/** The folder that fetched releases and caches made from them live in. */
export function cacheFolder(): string {
  return process.env.QUORATE_KAFKA_CACHE ?? join(import.meta.dirname, "../../../.kafka");
}

/** Returns a release, fetching it first if it is not here; throws a plain message when it cannot. */
export async function fetchRelease(version: string): Promise<Release> {
  const home = homeRelease();
  if (home?.version === version) return home;
  const libs = join(cacheFolder(), `libs-${version}`);
  if (!isWhole(libs, version)) {
    mkdirSync(cacheFolder(), { recursive: true });
    // One at a time: the build tool's local repository is not safe for concurrent writers.
    await withLock(join(cacheFolder(), "fetch.lock"), FETCH_TIMEOUT_MS, async () => {
      if (!isWhole(libs, version)) await fetchInto(libs, version);
    });
  }
  javaVersion();
  return releaseAt(libs, version);
}

/** Returns the release that provides tools and clients: the one in KAFKA_HOME, else the pinned one. */
export async function toolRelease(): Promise<Release> {
  return homeRelease() ?? (await fetchRelease(TOOL_VERSION));
}

/** Filters `wanted` to the releases this machine can run: without Maven, those here already. */
export async function usableVersions(wanted: readonly string[]): Promise<string[]> {
  if (await hasMaven()) return [...wanted];
  const home = homeRelease();
  return wanted.filter(
    (version) =>
      home?.version === version || isWhole(join(cacheFolder(), `libs-${version}`), version),
  );
}

function homeRelease(): Release | undefined {
  const home = process.env.KAFKA_HOME;
  if (home === undefined || home === "") return undefined;
  const libs = join(home, "libs");
  const jars = existsSync(libs) ? readdirSync(libs) : [];
  const version = jars
    .map((jar) => /^kafka_2\.\d+-(\d+\.\d+\.\d+)\.jar$/.exec(jar)?.[1])
    .find(Boolean);
  if (version === undefined) {
    throw new Error(`Cannot use KAFKA_HOME: ${libs} holds no kafka_2.13-<version>.jar.`);
  }
  javaVersion();
  return releaseAt(libs, version);
}

function releaseAt(libs: string, version: string): Release {
  const jars = readdirSync(libs).filter((name) => name.endsWith(".jar"));
  return {
    version,
    libs,
    classpath: jars
      .sort()
      .map((jar) => join(libs, jar))
      .join(":"),
    logging: version.startsWith("3.") ? "reload4j" : "log4j2",
  };
}

function artifactsOf(version: string): string[] {
  const tools = WITHOUT_TOOLS.has(version) ? [] : ["kafka-tools", "kafka-shell"];
  return [
    `org.apache.kafka:kafka_2.13:${version}`,
    ...tools.map((name) => `org.apache.kafka:${name}:${version}`),
    version.startsWith("3.")
      ? "org.slf4j:slf4j-reload4j:1.7.36"
      : "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
  ];
}

interface Manifest {
  readonly artifacts: readonly string[];
  readonly sizes: Readonly<Record<string, number>>;
}

function isWhole(libs: string, version: string): boolean {
  const path = join(libs, MANIFEST);
  if (!existsSync(path)) return false;
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  if (manifest.artifacts.join() !== artifactsOf(version).join()) return false;
  return Object.entries(manifest.sizes).every(
    ([jar, size]) => statSync(join(libs, jar), { throwIfNoEntry: false })?.size === size,
  );
}

async function fetchInto(libs: string, version: string): Promise<void> {
  javaVersion();
  if (!(await hasMaven())) {
    throw new Error(
      `Cannot fetch Apache Kafka ${version}: the program "mvn" was not found. ` +
        `Install Maven 3.8 or newer, or set KAFKA_HOME to an unpacked Kafka ${version} distribution.`,
    );
  }
  const work = mkdtempSync(join(cacheFolder(), `fetching-${version}-`));
  try {
    const jars = join(work, "libs");
    writeFileSync(join(work, "pom.xml"), pomOf(artifactsOf(version)));
    await runMaven(work, jars, version);
    const sizes = Object.fromEntries(
      readdirSync(jars).map((jar) => [jar, statSync(join(jars, jar)).size]),
    );
    if (sizes[`kafka_2.13-${version}.jar`] === undefined) {
      throw new Error(`Cannot fetch Apache Kafka ${version}: Maven left no server jar.`);
    }
    const manifest: Manifest = { artifacts: artifactsOf(version), sizes };
    writeFileSync(join(jars, MANIFEST), JSON.stringify(manifest, null, 1));
    rmSync(libs, { recursive: true, force: true });
    renameSync(jars, libs);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function pomOf(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(":");
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  });
  return [
    "<project><modelVersion>4.0.0</modelVersion>",
    "<groupId>local</groupId><artifactId>kafka-release</artifactId><version>1</version>",
    `<dependencies>${dependencies.join("\n")}</dependencies></project>`,
  ].join("\n");
}

function runMaven(work: string, jars: string, version: string): Promise<void> {
  const args = ["-q", "-B", "-f", join(work, "pom.xml"), "dependency:copy-dependencies"];
  args.push(`-DoutputDirectory=${jars}`, "-DincludeScope=runtime");
  return new Promise((resolve, reject) => {
    const child = spawn("mvn", args, {
      timeout: FETCH_TIMEOUT_MS,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`Cannot fetch Apache Kafka ${version}: mvn ended with ${code}.\n${output}`),
        );
    });
  });
}

function hasMaven(): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn("mvn", ["-version"], { stdio: "ignore" });
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0));
  });
}
