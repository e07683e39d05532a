/**
 * Owns one Apache Kafka server process, broker or controller: its folder, its format, its life and death.
 * It signals only the process it started itself.
 */
import type { ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { classDataFlags } from "./class-data.ts";
import { waitUntil } from "./deadline.ts";
import { runJava, startJava } from "./jvm.ts";
import { nodeLogging } from "./logging.ts";
import { fetchRelease, type Release } from "./releases.ts";

/** What a server process is started from. */
export interface NodeOptions {
  /** Names the node in messages, such as `broker-11`. */
  readonly name: string;
  readonly version: string;
  /** The node's own folder: configuration, `server.log` and `data`. Made if it is not there. */
  readonly folder: string;
  readonly clusterId: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Arguments for the format tool beyond cluster id and configuration. */
  readonly formatArgs?: readonly string[];
  readonly jvmFlags?: readonly string[];
}

const FORMAT_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 60_000;
const STARTED = "Kafka Server started";

/** One server process, which can be killed, stopped and started again on the same data. */
export class KafkaNode {
  readonly name: string;
  readonly version: string;
  readonly dataFolder: string;
  readonly #options: NodeOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #exitCode: number | undefined;
  #logLengthAtStart = 0;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.name = options.name;
    this.version = options.version;
    this.dataFolder = join(options.folder, "data");
  }

  /** How the last process ended, 137 after SIGKILL; undefined while it runs and before the first start. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  get isAlive(): boolean {
    return this.#child !== undefined && this.#exitCode === undefined;
  }

  get pid(): number | undefined {
    return this.isAlive ? this.#child?.pid : undefined;
  }

  /** Everything the node has logged, over all its lives. */
  logText(): string {
    const path = this.#logPath();
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** Formats the data folder if it is new and starts the process; does not wait for it to be of use. */
  async start(): Promise<void> {
    if (this.isAlive) throw new Error(`Cannot start ${this.name}: it runs already.`);
    mkdirSync(this.dataFolder, { recursive: true });
    const release = await fetchRelease(this.version);
    const flags = await this.#flags(release);
    const configuration = this.#writeConfiguration();
    if (!existsSync(join(this.dataFolder, "meta.properties"))) {
      await this.#format(release, flags, configuration);
    }
    this.#launch(release, flags, configuration);
  }

  /** Waits until the node is registered and serves; throws with its log if it dies or is too late. */
  async waitRunning(timeoutMs = 120_000): Promise<void> {
    try {
      await waitUntil(`${this.name} runs`, timeoutMs, () => {
        if (!this.isAlive)
          throw new Error(`Cannot run ${this.name}: it ended with ${this.#exitCode}.`);
        return this.#logSinceStart().includes(STARTED);
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.#logSinceStart().slice(-4_000)}`);
    }
  }

  /** Whether this life of the process has come as far as serving. */
  hasStarted(): boolean {
    return this.isAlive && this.#logSinceStart().includes(STARTED);
  }

  /** Kills the process with SIGKILL and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.isAlive) this.#child?.kill("SIGKILL");
    await this.#exited;
  }

  /** Asks for a controlled shutdown with SIGTERM and waits for its end; kills it and throws if it is too late. */
  async stop(timeoutMs = STOP_TIMEOUT_MS): Promise<void> {
    if (!this.isAlive) return;
    this.#child?.kill("SIGTERM");
    try {
      await waitUntil(`${this.name} is shut down`, timeoutMs, () => !this.isAlive);
    } catch (error) {
      await this.kill();
      throw new Error(`${(error as Error).message}\n${this.#logSinceStart().slice(-4_000)}`);
    }
  }

  #logPath(): string {
    return join(this.#options.folder, "server.log");
  }

  #logSinceStart(): string {
    return this.logText().slice(this.#logLengthAtStart);
  }

  async #flags(release: Release): Promise<string[]> {
    const logging = nodeLogging(release, this.#options.folder);
    const own = this.#options.jvmFlags ?? [];
    return ["-Xms128m", "-Xmx384m", logging, ...(await classDataFlags(release)), ...own];
  }

  #writeConfiguration(): string {
    const path = join(this.#options.folder, "server.properties");
    const properties = { "log.dirs": this.dataFolder, ...this.#options.properties };
    const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  }

  async #format(release: Release, flags: readonly string[], configuration: string): Promise<void> {
    const { clusterId, formatArgs = [] } = this.#options;
    const command = ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", configuration];
    const result = await runJava(
      { classpath: release.classpath, flags, command: [...command, ...formatArgs] },
      { timeoutMs: FORMAT_TIMEOUT_MS },
    );
    if (result.exitCode !== 0) {
      throw new Error(
        `Cannot format ${this.name}: the tool ended with ${result.exitCode}.\n${result.stdout}${result.stderr}`,
      );
    }
  }

  #launch(release: Release, flags: readonly string[], configuration: string): void {
    this.#logLengthAtStart = this.logText().length;
    const log = openSync(this.#logPath(), "a");
    const child = startJava({
      classpath: release.classpath,
      flags,
      command: ["kafka.Kafka", configuration],
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#child = child;
    this.#exitCode = undefined;
    this.#exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
        resolve();
      };
      child.once("exit", end);
      child.once("error", () => end(127, null));
    });
  }
}
