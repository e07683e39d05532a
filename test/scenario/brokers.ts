/** The brokers of a scenario: 11 of release 4.0.2, 12 of 4.3.1, 13 of 4.4.0, each with a plain and a SASL listener. */

import { type Broker, createBroker, internalTopics } from "../support/kafka/broker.ts";
import { CONTROLLER_PROPERTIES } from "./controllers.ts";

export const BROKER_IDS = [11, 12, 13] as const;
export type BrokerId = (typeof BROKER_IDS)[number];

export const RELEASES: Readonly<Record<BrokerId, string>> = {
  11: "4.0.2",
  12: "4.3.1",
  13: "4.4.0",
};

/** Where a broker listens; the same in both runs, because ports are in records and in what tools print. */
export interface BrokerPorts {
  readonly plain: number;
  readonly sasl: number;
}

export interface ScenarioBroker {
  readonly broker: Broker;
  readonly ports: BrokerPorts;
}

/** Users of the SASL listener with their passwords; only admin is a super user. */
export const PASSWORDS = {
  admin: "admin-secret",
  alice: "alice-secret",
  bob: "bob-secret",
  carol: "carol-secret",
};

export async function createBrokers(
  cluster: { readonly addresses: readonly string[]; readonly clusterId: string },
  ports: Readonly<Record<BrokerId, BrokerPorts>>,
  folder: string,
): Promise<ReadonlyMap<number, ScenarioBroker>> {
  const brokers = new Map<number, ScenarioBroker>();
  for (const id of BROKER_IDS) {
    const broker = await createBroker({
      version: RELEASES[id],
      nodeId: id,
      rack: `r${id - 10}`,
      controllers: cluster.addresses.join(","),
      clusterId: cluster.clusterId,
      folder,
      port: ports[id].plain,
      properties: { ...CONTROLLER_PROPERTIES, ...internalTopics(3), ...saslListener(ports[id]) },
    });
    brokers.set(id, { broker, ports: ports[id] });
  }
  return brokers;
}

function saslListener({ plain, sasl }: BrokerPorts): Record<string, string> {
  const users = Object.entries(PASSWORDS).map(([user, password]) => `user_${user}="${password}"`);
  return {
    listeners: `PLAINTEXT://127.0.0.1:${plain},SASL://127.0.0.1:${sasl}`,
    "listener.security.protocol.map":
      "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT",
    "listener.name.sasl.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256",
    "listener.name.sasl.plain.sasl.jaas.config": `org.apache.kafka.common.security.plain.PlainLoginModule required ${users.join(" ")};`,
    "listener.name.sasl.scram-sha-256.sasl.jaas.config":
      "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    // A broker that comes back waits until its last session is over; sessions here are short.
    "broker.heartbeat.interval.ms": "500",
    "offsets.topic.num.partitions": "2",
    "transaction.state.log.num.partitions": "2",
  };
}
