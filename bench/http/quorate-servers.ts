/** A quorum with topics to read, in each of the layouts in which it runs, and the gateway beside its active controller. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, LOOPBACK } from "../../cli/ports.ts";
import { startProcesses } from "../../cli/processes.ts";
import { type BareServer, startBareMiniflare, startBareProcess } from "./bare-servers.ts";

export const LAYOUTS = ["processes", "one workerd"] as const;
/** One workerd for each controller, the read sent to the one that is active; or all controllers in one workerd. */
export type Layout = (typeof LAYOUTS)[number];

/** What is measured, and what it is compared with. */
export interface Servers {
  /** Of the gateway beside the controller that was active when all had been started. */
  readonly port: number;
  readonly clusterId: string;
  /** Of the controller that is active now. */
  activeId(): Promise<number>;
  /** Of the gateway beside a controller. */
  portOf(controllerId: number): number;
  readonly bare: BareServer;
  close(): Promise<void>;
}

interface Started {
  /** In the order of the controllers; one when there is one for all. */
  readonly ports: readonly number[];
  readonly kafkaPorts: readonly number[];
  close(): Promise<void>;
}

/** Brokers are heard of once, and must not be fenced while topics are created for them or read. */
const PROPERTIES = { "broker.session.timeout.ms": "3600000" };

/** So many topics of one partition, on three brokers that are registered and never heard of again. */
export const TOPIC_COUNT = 100;
export const topicName = (index: number): string => `topic-${String(index).padStart(4, "0")}`;

export async function startServers(
  layout: Layout,
  inspectorPorts?: readonly number[],
): Promise<Servers> {
  const dataPath = mkdtempSync(join(tmpdir(), "quorate-bench-"));
  const started = await (layout === "processes"
    ? startInProcesses(dataPath, inspectorPorts)
    : startInOne(dataPath));
  const startBare = layout === "processes" ? startBareProcess : startBareMiniflare;
  let bare: BareServer | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([started.close(), bare?.close()]);
    rmSync(dataPath, { recursive: true, force: true });
  };
  try {
    bare = await startBare(join(dataPath, "bare"));
    const clusterId = await fill(started);
    const portOf = (id: number): number => started.ports[id - 1] ?? started.ports[0] ?? 0;
    const activeId = (): Promise<number> => leaderId(`${clustersOf(started)}/${clusterId}`);
    return { port: portOf(await activeId()), clusterId, activeId, portOf, bare, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startInProcesses(
  dataPath: string,
  inspectorPorts?: readonly number[],
): Promise<Started> {
  const processes = await startProcesses({
    dataPath,
    properties: PROPERTIES,
    onLine: () => {},
    ...(inspectorPorts === undefined ? {} : { inspectorPorts }),
  });
  const { controllers, close } = processes;
  return {
    ports: controllers.map(({ httpPort }) => httpPort),
    kafkaPorts: controllers.map(({ kafkaPort }) => kafkaPort),
    close,
  };
}

async function startInOne(dataPath: string): Promise<Started> {
  const { startMiniflare } = await import("../../cli/miniflare-host.ts");
  const [httpPort = 0, ...kafkaPorts] = await freePorts(4);
  const host = await startMiniflare({
    dataPath: join(dataPath, "single"),
    properties: PROPERTIES,
    httpPort,
    kafkaPorts: new Map(kafkaPorts.map((port, index) => [index + 1, port])),
  });
  return { ports: [httpPort], kafkaPorts, close: host.close };
}

function clustersOf({ ports }: Started): string {
  return `http://${LOOPBACK}:${ports[0]}/kafka/v3/clusters`;
}

async function leaderId(cluster: string): Promise<number> {
  return (await send<{ leader_id: number }>("GET", `${cluster}/quorum`)).leader_id;
}

/** Creates the cluster and its topics; returns the id of the cluster. */
async function fill(started: Started): Promise<string> {
  const base = clustersOf(started);
  const controllers = started.kafkaPorts.map((port, index) => {
    return { id: index + 1, host: LOOPBACK, port };
  });
  const { cluster_id: clusterId } = await send<{ cluster_id: string }>("POST", base, {
    controllers,
  });
  const cluster = `${base}/${clusterId}`;
  for (const id of BROKER_IDS) await joinBroker(cluster, id);
  for (let index = 0; index < TOPIC_COUNT; index++) {
    await send("POST", `${cluster}/topics`, {
      topic_name: topicName(index),
      replicas_assignments: { 0: BROKER_IDS },
    });
  }
  return clusterId;
}

const BROKER_IDS = [101, 102, 103];

async function joinBroker(cluster: string, id: number): Promise<void> {
  const listeners = [{ name: "PLAINTEXT", host: LOOPBACK, port: 9092 }];
  const registered = await send<{ broker_epoch: number }>("POST", `${cluster}/brokers`, {
    broker_id: id,
    listeners,
  });
  await send("POST", `${cluster}/brokers/${id}/heartbeats`, {
    broker_epoch: registered.broker_epoch,
    current_metadata_offset: Number.MAX_SAFE_INTEGER,
  });
}

async function send<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
