// One workerd process per controller: what fault tests kill and stop, and what `quorate start
// --processes` runs. A process that dies stays dead until someone restarts it.

import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { bundleWorker, compatibilityDate } from "./bundle.ts";
import { localProperties, OWNER_ONLY } from "./local-access.ts";
import { freePorts, LOOPBACK, wake } from "./ports.ts";
import { processConfig, WORKER_FILE } from "./process-config.ts";

// The package exports the path of its binary, without types.
const WORKERD: string = createRequire(import.meta.url)("workerd").default;

const START_TIMEOUT_MS = 10_000;
/** How often ports are picked anew when somebody else has taken one before it was used. */
const MAX_STARTS = 5;

/** What to start. Ports that are not given are free ones. */
export interface ProcessesOptions {
  /** The data folder; each controller gets a subfolder. */
  dataPath: string;
  controllerIds?: readonly number[];
  /** One port per controller, in the order of the ids. */
  kafkaPorts?: readonly number[];
  httpPorts?: readonly number[];
  /** The Worker to run; the deployed one by default. */
  workerEntry?: string;
  /** The port on which `from` reaches `to`, when something stands between the two. */
  linkPort?: (from: number, to: number, peerPort: number) => number;
  /** Properties of every controller, by Kafka's names. */
  properties?: Readonly<Record<string, string>>;
  /** What creates the cluster where authentication is required. */
  bootstrapToken?: string | undefined;
  /** One port per controller, in the order of the ids, for the inspector of its process; without it there is none. */
  inspectorPorts?: readonly number[];
  /** What a process prints, line by line. */
  onLine?: (controllerId: number, line: string) => void;
  /** A process ended without being told to. */
  onExit?: (controllerId: number, reason: string) => void;
}

/** One controller process. */
export interface ControllerProcess {
  readonly id: number;
  readonly kafkaPort: number;
  readonly httpPort: number;
  readonly peerPort: number;
  /** `http://127.0.0.1:<httpPort>`. */
  readonly baseUrl: string;
  /** The process id now, or null when it is dead. */
  readonly pid: number | null;
  /** Ends the process with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
  /** Freezes the process with SIGSTOP: a pause of the machine. */
  stop(): void;
  /** Lets a frozen process go on. */
  cont(): void;
  /**
   * Starts the process again, after killing it if it runs; resolves when it listens. `inspectorPort` is where the
   * inspector of this life listens.
   */
  restart(inspectorPort?: number): Promise<void>;
}

/** All controller processes of one quorum. */
export interface Processes {
  readonly controllers: readonly ControllerProcess[];
  /** Kills every process. */
  close(): Promise<void>;
}

/** Starts one process per controller; resolves when all listen. */
export async function startProcesses(options: ProcessesOptions): Promise<Processes> {
  const source = await bundleWorker(options.workerEntry);
  for (let left = MAX_STARTS; ; left--) {
    try {
      return await startAll(options, source);
    } catch (error) {
      if (left === 1 || !(error instanceof PortTakenError)) throw error;
    }
  }
}

async function startAll(options: ProcessesOptions, source: string): Promise<Processes> {
  const ids = options.controllerIds ?? [1, 2, 3];
  const kafkaPorts = options.kafkaPorts ?? (await freePorts(ids.length));
  const free = await freePorts(2 * ids.length);
  const peerPorts = new Map(ids.map((id, index) => [id, portAt(free, index)]));
  const httpPorts = options.httpPorts ?? free.slice(ids.length);
  const controllers = ids.map((id, index) => {
    const others = ids.filter((other) => other !== id);
    const folder = resolve(options.dataPath, `controller-${id}`);
    const controller = new WorkerdProcess(id, folder, options, {
      kafkaPort: portAt(kafkaPorts, index),
      httpPort: portAt(httpPorts, index),
      peerPort: portAt(peerPorts, id),
      ...(options.inspectorPorts && { inspectorPort: portAt(options.inspectorPorts, index) }),
    });
    const peers = new Map(others.map((to) => [to, linkPort(options, peerPorts, id, to)]));
    controller.writeFiles(source, peers);
    return controller;
  });
  const killAll = (): void => {
    for (const { pid } of controllers) if (pid !== null) process.kill(pid, "SIGKILL");
  };
  process.once("exit", killAll);
  const close = async (): Promise<void> => {
    process.removeListener("exit", killAll);
    await Promise.all(controllers.map((controller) => controller.kill()));
  };
  try {
    await Promise.all(controllers.map((controller) => controller.restart()));
  } catch (error) {
    await close();
    throw error;
  }
  return { controllers, close };
}

/** A process could not listen, because a port is in use. */
class PortTakenError extends Error {}

function portAt(ports: readonly number[] | ReadonlyMap<number, number>, key: number): number {
  const port = ports instanceof Map ? ports.get(key) : (ports as readonly number[])[key];
  if (port === undefined) throw new Error("Cannot start processes: fewer ports than controllers");
  return port;
}

function linkPort(
  options: ProcessesOptions,
  peerPorts: ReadonlyMap<number, number>,
  from: number,
  to: number,
): number {
  const peerPort = portAt(peerPorts, to);
  return options.linkPort?.(from, to, peerPort) ?? peerPort;
}

interface Ports {
  readonly kafkaPort: number;
  readonly httpPort: number;
  readonly peerPort: number;
  readonly inspectorPort?: number;
}

class WorkerdProcess implements ControllerProcess {
  readonly id: number;
  readonly kafkaPort: number;
  readonly httpPort: number;
  readonly peerPort: number;
  readonly #folder: string;
  readonly #options: ProcessesOptions;
  readonly #inspectorPort: number | undefined;
  #child: ChildProcess | null = null;

  constructor(id: number, folder: string, options: ProcessesOptions, ports: Ports) {
    this.id = id;
    this.kafkaPort = ports.kafkaPort;
    this.httpPort = ports.httpPort;
    this.peerPort = ports.peerPort;
    this.#inspectorPort = ports.inspectorPort;
    this.#folder = folder;
    this.#options = options;
  }

  get baseUrl(): string {
    return `http://${LOOPBACK}:${this.httpPort}`;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Writes the Worker and the configuration into the process's folder. */
  writeFiles(source: string, peers: ReadonlyMap<number, number>): void {
    const storagePath = resolve(this.#folder, "storage");
    mkdirSync(storagePath, { recursive: true });
    writeFileSync(resolve(this.#folder, WORKER_FILE), source);
    const config = processConfig({
      controllerId: this.id,
      kafkaPort: this.kafkaPort,
      httpPort: this.httpPort,
      peerPort: this.peerPort,
      peers,
      storagePath,
      compatibilityDate: compatibilityDate(),
      properties: localProperties(this.#options.properties),
      bootstrapToken: this.#options.bootstrapToken,
    });
    const path = resolve(this.#folder, "workerd.capnp");
    writeFileSync(path, config, { mode: OWNER_ONLY });
    // An earlier start may have written it for everybody to read.
    chmodSync(path, OWNER_ONLY);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((done) => {
      child.once("exit", () => done());
    });
    child.kill("SIGKILL");
    await gone;
  }

  stop(): void {
    this.#child?.kill("SIGSTOP");
  }

  cont(): void {
    this.#child?.kill("SIGCONT");
  }

  async restart(inspectorPort = this.#inspectorPort): Promise<void> {
    await this.kill();
    const flags =
      inspectorPort === undefined ? [] : [`--inspector-addr=${LOOPBACK}:${inspectorPort}`];
    const child = spawn(
      WORKERD,
      ["serve", "--control-fd=3", ...flags, resolve(this.#folder, "workerd.capnp"), "config"],
      // A group of its own, or Ctrl-C in the terminal would end it before we do.
      { stdio: ["ignore", "pipe", "pipe", "pipe"], detached: true },
    );
    this.#child = child;
    const lastLines: string[] = [];
    const onLine = (line: string): void => {
      lastLines.splice(0, lastLines.length - 4);
      lastLines.push(line);
      this.#options.onLine?.(this.id, line);
    };
    readLines(child.stdout, onLine);
    readLines(child.stderr, onLine);
    await whenListening(child, 3).catch((error: unknown) => {
      this.#child = null;
      child.kill("SIGKILL");
      const said = lastLines.join("\n");
      const Failure = said.includes("Address already in use") ? PortTakenError : Error;
      throw new Failure(`Cannot start controller ${this.id}: ${error}\n${said}`);
    });
    child.once("exit", (code, signal) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#options.onExit?.(this.id, signal ?? `exit code ${code}`);
    });
    await wake(this.kafkaPort);
  }
}

/** Resolves when the process has reported that many sockets on its control channel. */
function whenListening(child: ChildProcess, sockets: number): Promise<void> {
  return new Promise((done, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`not listening after ${START_TIMEOUT_MS} ms`)),
      START_TIMEOUT_MS,
    );
    let seen = 0;
    readLines(child.stdio[3] as Readable, (line) => {
      if (JSON.parse(line).event === "listen") seen += 1;
      if (seen < sockets) return;
      clearTimeout(timer);
      done();
    });
    child.once("error", reject);
    // When it has also said why.
    child.once("close", (code) => {
      clearTimeout(timer);
      reject(new Error(`the process ended with code ${code}`));
    });
  });
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
}
