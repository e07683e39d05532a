// The workerd configuration of one controller process: its Worker with one object on local disk, a
// service binding to each other process, and sockets for HTTP, Kafka and peers, loopback only.

import { LOOPBACK } from "./ports.ts";

/** What one controller process needs to know. */
export interface ProcessConfig {
  controllerId: number;
  httpPort: number;
  kafkaPort: number;
  peerPort: number;
  /** Where each other controller's peer socket is, by id. */
  peers: ReadonlyMap<number, number>;
  /** The folder of the object's database. */
  storagePath: string;
  compatibilityDate: string;
  /** Properties of the controller, by Kafka's names. */
  properties: Readonly<Record<string, string>>;
  /** What creates the cluster where authentication is required. */
  bootstrapToken?: string | undefined;
}

/** The file the Worker is in, beside the configuration. */
export const WORKER_FILE = "worker.js";

// The name under which the two ends of a peer link agree to speak RPC instead of HTTP.
const PEER_LINK = "quorate-peer";

/** Writes the configuration as Cap'n Proto text. */
export function processConfig(config: ProcessConfig): string {
  const peerIds = [...config.peers.keys()].sort((a, b) => a - b);
  const links = peerIds.map((id) => externalPeer(id, config.peers.get(id) ?? 0));
  const bindings = peerIds.map((id) => `(name = "PEER_${id}", service = "peer-${id}")`);
  if (config.bootstrapToken !== undefined) {
    bindings.push(`(name = "BOOTSTRAP_TOKEN", text = ${quoted(config.bootstrapToken)})`);
  }
  const kafkaPorts = JSON.stringify({ [config.kafkaPort]: config.controllerId });
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "storage", disk = (path = ${quoted(config.storagePath)}, writable = true)),
    ${links.join(",\n    ")}
  ],
  sockets = [
    (name = "http", address = "${LOOPBACK}:${config.httpPort}", http = (), service = "worker"),
    (name = "kafka", address = "${LOOPBACK}:${config.kafkaPort}", tcp = (), service = "worker"),
    (name = "peer", address = "${LOOPBACK}:${config.peerPort}",
      http = (capnpConnectHost = "${PEER_LINK}"),
      service = (name = "worker", entrypoint = "PeerEntrypoint"))
  ]
);

const worker :Workerd.Worker = (
  modules = [(name = "${WORKER_FILE}", esModule = embed "${WORKER_FILE}")],
  compatibilityDate = "${config.compatibilityDate}",
  bindings = [
    (name = "CONTROLLER", durableObjectNamespace = "ControllerObject"),
    (name = "CONTROLLER_ID", text = "${config.controllerId}"),
    (name = "LOG_LINES_TOGETHER", text = "true"),
    (name = "KAFKA_PORTS", json = ${quoted(kafkaPorts)}),
    (name = "CONTROLLER_PROPERTIES", json = ${quoted(JSON.stringify(config.properties))}),
    ${bindings.join(",\n    ")}
  ],
  durableObjectNamespaces = [
    (className = "ControllerObject", uniqueKey = "quorate-controller", enableSql = true)
  ],
  durableObjectStorage = (localDisk = "storage")
);
`;
}

function externalPeer(controllerId: number, port: number): string {
  const link = `http = (capnpConnectHost = "${PEER_LINK}")`;
  return `(name = "peer-${controllerId}", external = (address = "${LOOPBACK}:${port}", ${link}))`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
