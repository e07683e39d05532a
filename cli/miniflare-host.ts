// Runs the Worker with all its controllers in one workerd through Miniflare. The only file that
// knows Miniflare, whose options change between versions.

import { resolve } from "node:path";
import { Log, LogLevel, Miniflare, type MiniflareOptions } from "miniflare";
import { bundleWorker, compatibilityDate } from "./bundle.ts";
import { localProperties } from "./local-access.ts";
import { LOOPBACK, wake } from "./ports.ts";

/** What to start. */
export interface MiniflareHostOptions {
  /** The folder of the databases. */
  dataPath: string;
  httpPort: number;
  /** The TCP port of each controller, by id. */
  kafkaPorts: ReadonlyMap<number, number>;
  /** Properties of every controller, by Kafka's names. */
  properties?: Readonly<Record<string, string>>;
  /** What creates the cluster where authentication is required. */
  bootstrapToken?: string | undefined;
  /** The Worker to run; the deployed one by default. */
  workerEntry?: string;
}

/** A running Miniflare. */
export interface MiniflareHost {
  readonly baseUrl: string;
  /** Stops the runtime; the databases stay. */
  close(): Promise<void>;
}

const WORKER_NAME = "quorate";

/** Starts one workerd with all controllers; resolves when it listens. */
export async function startMiniflare(options: MiniflareHostOptions): Promise<MiniflareHost> {
  const source = await bundleWorker(options.workerEntry);
  const miniflare = createMiniflare(miniflareOptions(options, source));
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose().catch(() => undefined);
    throw error;
  }
  await Promise.all([...options.kafkaPorts.values()].map(wake));
  return {
    baseUrl: `http://${LOOPBACK}:${options.httpPort}`,
    close: () => miniflare.dispose(),
  };
}

/** Creates a Miniflare that leaves signals to us: its own handlers exit before we have cleaned up. */
function createMiniflare(options: MiniflareOptions): Miniflare {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const present = signals.map((signal) => process.listeners(signal));
  const miniflare = new Miniflare(options);
  signals.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) {
      if (!present[index]?.includes(listener)) process.removeListener(signal, listener);
    }
  });
  return miniflare;
}

function miniflareOptions(options: MiniflareHostOptions, source: string): MiniflareOptions {
  const kafkaPorts = [...options.kafkaPorts].map(([id, port]) => [port, id]);
  return {
    host: LOOPBACK,
    cf: false,
    enableDevRegistry: false,
    telemetry: { enabled: false },
    resourcePersistencePath: resolve(options.dataPath),
    logRequests: false,
    log: new Log(LogLevel.WARN),
    workers: [
      {
        config: {
          name: WORKER_NAME,
          compatibilityDate: compatibilityDate(),
          manifest: {
            mainModule: "worker.js",
            modulesRoot: "/",
            modules: { "worker.js": { type: "esm", contents: source } },
          },
          env: {
            CONTROLLER: {
              type: "durable-object",
              worker: WORKER_NAME,
              exportName: "ControllerObject",
            },
            LOG_LINES_TOGETHER: { type: "text", value: "true" },
            KAFKA_PORTS: { type: "json", value: Object.fromEntries(kafkaPorts) },
            CONTROLLER_PROPERTIES: { type: "json", value: localProperties(options.properties) },
            ...(options.bootstrapToken === undefined
              ? {}
              : { BOOTSTRAP_TOKEN: { type: "text", value: options.bootstrapToken } }),
          },
          exports: { ControllerObject: { type: "durable-object", storage: "sqlite" } },
          triggers: [...options.kafkaPorts.values()].map((port) => ({
            type: "connect",
            protocol: "tcp",
            port,
            address: LOOPBACK,
          })),
        },
        dev: {
          // The entry worker of Miniflare doubles the time of every request.
          unsafeDirectSockets: [{ host: LOOPBACK, port: options.httpPort }],
        },
      },
    ],
  };
}
