// The configuration of a stock Apache Kafka broker that uses this quorum.

import type { ControllerEndpoint } from "./format.ts";
import { LOOPBACK } from "./ports.ts";

const NODE_ID = 11;
const BROKER_PORT = 9092;

/** Returns a complete server.properties for one broker on this machine. */
export function brokerProperties(controllers: readonly ControllerEndpoint[]): string {
  const bootstrap = controllers.map(({ host, port }) => `${host}:${port}`).join(",");
  return [
    "process.roles=broker",
    `node.id=${NODE_ID}`,
    `controller.quorum.bootstrap.servers=${bootstrap}`,
    "controller.listener.names=CONTROLLER",
    `listeners=PLAINTEXT://${LOOPBACK}:${BROKER_PORT}`,
    "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    `log.dirs=kafka-data-${NODE_ID}`,
    "offsets.topic.replication.factor=1",
    "transaction.state.log.replication.factor=1",
    "transaction.state.log.min.isr=1",
    "share.coordinator.state.topic.replication.factor=1",
    "share.coordinator.state.topic.min.isr=1",
  ].join("\n");
}
