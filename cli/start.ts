// `quorate start`: a quorum of three controllers on this machine, in one process or in three.

import { resolve } from "node:path";
import { controllerConfig, isKnownProperty } from "../src/controller/controller-config.ts";
import { isAuthenticationRequired } from "../workers/gateway/access.ts";
import { tokenText } from "../workers/gateway/bearer.ts";
import { ADMIN, firstToken } from "../workers/gateway/bootstrap.ts";
import { brokerProperties } from "./broker-properties.ts";
import { lockDataFolder } from "./data-lock.ts";
import { type ControllerEndpoint, letsIn, openCluster } from "./format.ts";
import { type BootstrapToken, localProperties, openBootstrapToken } from "./local-access.ts";
import { checkPortsFree, LOOPBACK } from "./ports.ts";
import { type Processes, startProcesses } from "./processes.ts";
import { RestartBudget } from "./restart-budget.ts";

/** The options of `quorate start`. */
export interface StartOptions {
  data: string;
  httpPort: number;
  kafkaPort: number;
  processes: boolean;
  /** Properties of every controller, by Kafka's names. */
  properties?: Readonly<Record<string, string>>;
  /** The Worker to run; the deployed one by default. */
  workerEntry?: string;
}

/** A running quorum. */
export interface RunningQuorum {
  readonly baseUrl: string;
  readonly clusterId: string;
  close(): Promise<void>;
}

interface Host {
  readonly baseUrl: string;
  close(): Promise<void>;
}

const CONTROLLER_IDS = [1, 2, 3];

/** Starts the quorum, creates the cluster on the first run, and prints how to use it. */
export async function start(
  options: StartOptions,
  print: (line: string) => void,
): Promise<RunningQuorum> {
  const startedMs = performance.now();
  // A property that no controller would start with is refused here, where somebody reads it.
  controllerConfig(options.properties);
  for (const name of Object.keys(options.properties ?? {})) {
    if (!isKnownProperty(name)) print(`${name} is no property of Kafka and is ignored.`);
  }
  const kafkaPorts = CONTROLLER_IDS.map((_, index) => options.kafkaPort + index);
  const endpoints = CONTROLLER_IDS.map((id, index) => {
    return { id, host: LOOPBACK, port: options.kafkaPort + index };
  });
  const httpPorts = options.processes
    ? CONTROLLER_IDS.map((_, index) => options.httpPort + index)
    : [options.httpPort];
  await checkPortsFree([
    ...httpPorts.map((port) => ({ option: "--http-port", port })),
    ...kafkaPorts.map((port) => ({ option: "--kafka-port", port })),
  ]);
  const unlock = lockDataFolder(options.data);
  const isRequired = isAuthenticationRequired(localProperties(options.properties));
  const bootstrap = isRequired ? openBootstrapToken(options.data) : null;
  let host: Host | null = null;
  const close = async (): Promise<void> => {
    await host?.close();
    unlock();
  };
  try {
    host = options.processes
      ? await startProcessHost(options, { kafkaPorts, httpPorts, bootstrap }, print)
      : await startMiniflareHost(options, endpoints, bootstrap);
    const { baseUrl } = host;
    const { clusterId, isNew, accessToken } = await openCluster(
      baseUrl,
      endpoints,
      bootstrap?.text,
    );
    const shown = accessToken ?? (await unshownToken(bootstrap, { baseUrl, clusterId }));
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    for (const line of describe({ baseUrl, clusterId, isNew, endpoints, seconds, isRequired })) {
      print(line);
    }
    for (const line of describeToken(shown, { baseUrl, clusterId })) print(line);
    bootstrap?.remove();
    return { baseUrl, clusterId, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The first access token, when an earlier start has created the cluster and was stopped before it could show it. */
async function unshownToken(
  bootstrap: BootstrapToken | null,
  { baseUrl, clusterId }: { readonly baseUrl: string; readonly clusterId: string },
): Promise<string | null> {
  if (bootstrap === null || !bootstrap.isLeft) return null;
  const text = tokenText((await firstToken(bootstrap.text, clusterId, ADMIN)).token);
  // What an earlier start has left may be the bootstrap token of no cluster.
  return (await letsIn({ baseUrl, clusterId }, text)) ? text : null;
}

async function startMiniflareHost(
  options: StartOptions,
  endpoints: readonly ControllerEndpoint[],
  bootstrap: BootstrapToken | null,
): Promise<Host> {
  // Loaded here because it takes longer to load than the other host takes to start.
  const { startMiniflare } = await import("./miniflare-host.ts");
  return startMiniflare({
    dataPath: resolve(options.data, "single"),
    httpPort: options.httpPort,
    kafkaPorts: new Map(endpoints.map(({ id, port }) => [id, port])),
    properties: options.properties ?? {},
    bootstrapToken: bootstrap?.text,
    ...(options.workerEntry === undefined ? {} : { workerEntry: options.workerEntry }),
  });
}

async function startProcessHost(
  options: StartOptions,
  {
    kafkaPorts,
    httpPorts,
    bootstrap,
  }: {
    readonly kafkaPorts: readonly number[];
    readonly httpPorts: readonly number[];
    readonly bootstrap: BootstrapToken | null;
  },
  print: (line: string) => void,
): Promise<Host> {
  let processes: Processes | null = null;
  const budget = new RestartBudget();
  const processById = (id: number) => processes?.controllers.find((process) => process.id === id);
  const onExit = (id: number, reason: string): void => {
    if (!budget.take(performance.now())) {
      print(`controller ${id} ended (${reason}) and stays down: it ended too often`);
      return;
    }
    print(`controller ${id} ended (${reason}), starting it again`);
    processById(id)
      ?.restart()
      .then(
        () => print(`controller ${id} runs again: process ${processById(id)?.pid}`),
        (error: unknown) => print(`controller ${id} stays down: ${error}`),
      );
  };
  processes = await startProcesses({
    dataPath: resolve(options.data, "processes"),
    controllerIds: CONTROLLER_IDS,
    kafkaPorts,
    httpPorts,
    properties: options.properties ?? {},
    bootstrapToken: bootstrap?.text,
    onLine: (id, line) => print(`controller ${id}: ${line}`),
    onExit,
    ...(options.workerEntry === undefined ? {} : { workerEntry: options.workerEntry }),
  });
  const { controllers, close } = processes;
  for (const { id, pid, baseUrl } of controllers) {
    print(`controller ${id}: process ${pid}, HTTP ${baseUrl}`);
  }
  return { baseUrl: `http://${LOOPBACK}:${options.httpPort}`, close };
}

function describe(summary: {
  baseUrl: string;
  clusterId: string;
  isNew: boolean;
  endpoints: readonly ControllerEndpoint[];
  seconds: string;
  isRequired: boolean;
}): string[] {
  const { baseUrl, clusterId, isNew, endpoints, seconds, isRequired } = summary;
  const ports = endpoints.map(({ host, port }) => `${host}:${port}`).join(" ");
  return [
    `Quorate is ready after ${seconds} s. ${isNew ? "The cluster is new." : "The cluster was here before."}`,
    "",
    `HTTP        ${baseUrl}`,
    `Controllers ${ports}`,
    `Cluster id  ${clusterId}`,
    "",
    isRequired
      ? "HTTP needs an access token."
      : "HTTP needs no token here: only this machine can reach it.",
    "",
    "A broker that joins, as server.properties:",
    "",
    brokerProperties(endpoints),
    "",
    "Format its log folder once, then start it:",
    "",
    `  kafka-storage.sh format --cluster-id ${clusterId} --config server.properties`,
    "  kafka-server-start.sh server.properties",
    "",
    "Try:",
    "",
    `  curl ${isRequired ? '-H "Authorization: Bearer $TOKEN" ' : ""}${baseUrl}/kafka/v3/clusters/${clusterId}/brokers`,
    "",
    "Ctrl-C stops it. The data stays.",
  ];
}

/** Nothing when there is none to show. */
function describeToken(
  token: string | null,
  { baseUrl, clusterId }: { readonly baseUrl: string; readonly clusterId: string },
): string[] {
  if (token === null) return [];
  return [
    "",
    `The access token of ${ADMIN}. It is shown now and never again:`,
    "",
    `  TOKEN=${token}`,
    "",
    "Who it is:",
    "",
    `  curl -H "Authorization: Bearer $TOKEN" ${baseUrl}/kafka/v3/clusters/${clusterId}/caller`,
  ];
}
