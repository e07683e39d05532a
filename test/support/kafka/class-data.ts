/**
 * Owns the class data archives: what a JVM has loaded and verified for a release, kept for the next JVMs.
 * They halve the start of a broker. Without one everything still works, only slower.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../../../cli/ports.ts";
import { waitUntil } from "./deadline.ts";
import { javaVersion, runJava, startJava } from "./jvm.ts";
import { randomKafkaId } from "./kafka-id.ts";
import { withLock } from "./lock.ts";
import { nodeLogging } from "./logging.ts";
import { cacheFolder, type Release } from "./releases.ts";

const MAKE_TIMEOUT_MS = 240_000;
const failed = new Set<string>();

/** Returns the JVM flags that use a release's archive, making it first if it is not here. */
export async function classDataFlags(release: Release): Promise<string[]> {
  const archive = archiveOf(release);
  if (!existsSync(archive) && !failed.has(archive)) await makeArchive(release, archive);
  // A JVM that cannot use an archive says so on stdout, where a tool's own output belongs.
  return existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, "-Xlog:disable"] : [];
}

/** An archive serves one JVM version and one list of jars. */
function archiveOf(release: Release): string {
  const key = createHash("sha256").update(`${javaVersion()}\n${release.classpath}`).digest("hex");
  return join(cacheFolder(), "class-data", `${release.version}-${key.slice(0, 16)}.jsa`);
}

async function makeArchive(release: Release, archive: string): Promise<void> {
  const folder = join(cacheFolder(), "class-data");
  mkdirSync(folder, { recursive: true });
  try {
    await withLock(join(folder, "make.lock"), 3 * MAKE_TIMEOUT_MS, async () => {
      if (!existsSync(archive)) await runToArchive(release, folder, archive);
    });
  } catch (error) {
    failed.add(archive);
    process.stderr.write(`Going on without class data for ${release.version}: ${error}\n`);
  }
}

/** Runs a node that is broker and controller at once up to its start, and has its JVM write the archive as it ends. */
async function runToArchive(release: Release, folder: string, archive: string): Promise<void> {
  const work = mkdtempSync(join(folder, "making-"));
  try {
    const log = nodeLogging(release, work);
    const configuration = await writeConfiguration(work);
    const format = [
      "kafka.tools.StorageTool",
      "format",
      "-t",
      randomKafkaId(),
      "-c",
      configuration,
    ];
    const formatted = await runJava(
      { classpath: release.classpath, flags: [log], command: [...format, "--standalone"] },
      { timeoutMs: MAKE_TIMEOUT_MS },
    );
    if (formatted.exitCode !== 0) throw new Error(formatted.stdout + formatted.stderr);
    const made = join(work, "made.jsa");
    await runUntilStarted(release, [log, `-XX:ArchiveClassesAtExit=${made}`], configuration);
    if (!existsSync(made)) throw new Error("the JVM wrote no archive");
    renameSync(made, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function runUntilStarted(
  release: Release,
  flags: string[],
  configuration: string,
): Promise<void> {
  const { classpath } = release;
  const command = ["kafka.Kafka", configuration];
  const child = startJava({ classpath, flags, command, stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  try {
    await waitUntil("a node for class data", MAKE_TIMEOUT_MS, () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}\n${output}`);
      return output.includes("Kafka Server started");
    });
    child.kill("SIGTERM");
    await waitUntil("class data written", MAKE_TIMEOUT_MS, () => child.exitCode !== null);
  } finally {
    child.kill("SIGKILL");
  }
}

async function writeConfiguration(work: string): Promise<string> {
  const [controller, broker] = await freePorts(2);
  const path = join(work, "server.properties");
  const lines = [
    "process.roles=broker,controller",
    "node.id=1",
    `controller.quorum.bootstrap.servers=127.0.0.1:${controller}`,
    `listeners=CONTROLLER://127.0.0.1:${controller},PLAINTEXT://127.0.0.1:${broker}`,
    "controller.listener.names=CONTROLLER",
    "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "log.cleaner.dedupe.buffer.size=4194304",
    `log.dirs=${join(work, "data")}`,
  ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}
