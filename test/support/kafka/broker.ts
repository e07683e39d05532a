/**
 * Owns how tests configure an Apache Kafka broker. Who its controllers are is not known here:
 * a broker gets their addresses and the cluster id, nothing more.
 */
import { join } from "node:path";
import { freePorts } from "../../../cli/ports.ts";
import { KafkaNode } from "./kafka-node.ts";

/** What a test says about a broker. */
export interface BrokerOptions {
  /** The Apache Kafka release, such as `4.3.1`. */
  readonly version: string;
  readonly nodeId: number;
  /** The controllers, as `host:port,host:port`. */
  readonly controllers: string;
  readonly clusterId: string;
  /** A folder for this test; the broker keeps to `broker-<nodeId>` in it. */
  readonly folder: string;
  readonly rack?: string;
  /** Its port for clients; by default one that is free. It stays the same over restarts. */
  readonly port?: number;
  /** Properties that are added to the defaults below or replace them. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly formatArgs?: readonly string[];
  readonly jvmFlags?: readonly string[];
}

// Few partitions and threads, small buffers: a broker of a test starts sooner and fits beside others.
const SMALL: Readonly<Record<string, string>> = {
  "auto.create.topics.enable": "false",
  "background.threads": "2",
  "group.initial.rebalance.delay.ms": "0",
  "log.cleaner.dedupe.buffer.size": "4194304",
  "num.io.threads": "4",
  "num.network.threads": "2",
  "offsets.topic.num.partitions": "5",
  "offsets.topic.replication.factor": "1",
  "share.coordinator.state.topic.min.isr": "1",
  "share.coordinator.state.topic.num.partitions": "5",
  "share.coordinator.state.topic.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
  "transaction.state.log.num.partitions": "5",
  "transaction.state.log.replication.factor": "1",
};

/** A broker process and the address that clients reach it at. */
export class Broker extends KafkaNode {
  readonly nodeId: number;
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly bootstrap: string;

  constructor(options: BrokerOptions & { readonly port: number }) {
    super({
      name: `broker-${options.nodeId}`,
      version: options.version,
      folder: join(options.folder, `broker-${options.nodeId}`),
      clusterId: options.clusterId,
      properties: propertiesOf(options),
      ...(options.formatArgs && { formatArgs: options.formatArgs }),
      ...(options.jvmFlags && { jvmFlags: options.jvmFlags }),
    });
    this.nodeId = options.nodeId;
    this.port = options.port;
    this.bootstrap = `127.0.0.1:${options.port}`;
  }
}

/** Lays out a broker and picks its port; it is started by `start()`. */
export async function createBroker(options: BrokerOptions): Promise<Broker> {
  const port = options.port ?? (await freePorts(1))[0];
  if (port === undefined)
    throw new Error(`Cannot create broker ${options.nodeId}: it has no port.`);
  return new Broker({ ...options, port });
}

/** Properties that give the internal topics a replication factor, for tests that lose brokers. */
export function internalTopics(replicationFactor: number): Record<string, string> {
  const replicas = String(replicationFactor);
  const minIsr = String(Math.max(1, replicationFactor - 1));
  return {
    "offsets.topic.replication.factor": replicas,
    "share.coordinator.state.topic.min.isr": minIsr,
    "share.coordinator.state.topic.replication.factor": replicas,
    "transaction.state.log.min.isr": minIsr,
    "transaction.state.log.replication.factor": replicas,
  };
}

function propertiesOf(options: BrokerOptions & { readonly port: number }): Record<string, string> {
  return {
    "process.roles": "broker",
    "node.id": String(options.nodeId),
    "controller.quorum.bootstrap.servers": options.controllers,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    listeners: `PLAINTEXT://127.0.0.1:${options.port}`,
    ...(options.rack !== undefined && { "broker.rack": options.rack }),
    ...SMALL,
    ...options.properties,
  };
}
