/** The bare Worker in the layouts in which the product runs: as a workerd of its own, and under Miniflare. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Log, LogLevel, Miniflare } from "miniflare";
import { bundleWorker, compatibilityDate } from "../../cli/bundle.ts";
import { freePorts, LOOPBACK } from "../../cli/ports.ts";

const WORKERD: string = createRequire(import.meta.url)("workerd").default;
const BARE_WORKER = fileURLToPath(new URL("bare-worker.ts", import.meta.url));
const MODULE = "worker.js";

/** A running bare Worker. */
export interface BareServer {
  readonly port: number;
  close(): Promise<void>;
}

/** As `quorate start --processes` starts one controller. */
export async function startBareProcess(dataPath: string): Promise<BareServer> {
  const [port = 0] = await freePorts(1);
  mkdirSync(dataPath, { recursive: true });
  writeFileSync(join(dataPath, MODULE), await bundleWorker(BARE_WORKER));
  const config = join(dataPath, "workerd.capnp");
  writeFileSync(config, bareConfig(port, dataPath));
  const child = spawn(WORKERD, ["serve", "--control-fd=3", config, "config"], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  await firstSocket(child);
  return {
    port,
    close: async () => {
      process.removeListener("exit", kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      kill();
      await gone;
    },
  };
}

function firstSocket(child: ChildProcess): Promise<void> {
  return new Promise((listening, reject) => {
    (child.stdio[3] as Socket).once("data", () => listening());
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the bare workerd ended with code ${code}`)));
  });
}

function bareConfig(port: number, dataPath: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "storage", disk = (path = ${JSON.stringify(dataPath)}, writable = true))
  ],
  sockets = [(name = "http", address = "${LOOPBACK}:${port}", http = (), service = "worker")]
);

const worker :Workerd.Worker = (
  modules = [(name = "${MODULE}", esModule = embed "${MODULE}")],
  compatibilityDate = "${compatibilityDate()}",
  bindings = [(name = "OBJECT", durableObjectNamespace = "ConstantObject")],
  durableObjectNamespaces = [
    (className = "ConstantObject", uniqueKey = "constant", enableSql = true)
  ],
  durableObjectStorage = (localDisk = "storage")
);
`;
}

/** As `quorate start` starts all controllers. */
export async function startBareMiniflare(dataPath: string): Promise<BareServer> {
  const [port = 0] = await freePorts(1);
  const name = "bare";
  const source = await bundleWorker(BARE_WORKER);
  const miniflare = new Miniflare({
    host: LOOPBACK,
    cf: false,
    enableDevRegistry: false,
    telemetry: { enabled: false },
    resourcePersistencePath: dataPath,
    logRequests: false,
    log: new Log(LogLevel.WARN),
    workers: [
      {
        config: {
          name,
          compatibilityDate: compatibilityDate(),
          manifest: {
            mainModule: MODULE,
            modulesRoot: "/",
            modules: { [MODULE]: { type: "esm", contents: source } },
          },
          env: { OBJECT: { type: "durable-object", worker: name, exportName: "ConstantObject" } },
          exports: { ConstantObject: { type: "durable-object", storage: "sqlite" } },
        },
        dev: { unsafeDirectSockets: [{ host: LOOPBACK, port }] },
      },
    ],
  });
  await miniflare.ready;
  return { port, close: () => miniflare.dispose() };
}
