/** Owns a quorum of real Apache Kafka controllers, the one that ours is compared with. */
import { join } from "node:path";
import { freePorts } from "../../../cli/ports.ts";
import { randomKafkaId } from "./kafka-id.ts";
import { KafkaNode } from "./kafka-node.ts";

/** What a test says about a quorum of Apache controllers. */
export interface ApacheQuorumOptions {
  /** A folder for this test; controllers keep to `controller-<id>` in it. */
  readonly folder: string;
  /** How many controllers, with ids from 1; 3 by default. */
  readonly size?: number;
  readonly version?: string;
  /** The metadata.version to format at, such as `4.0-IV3`; the release's newest by default. */
  readonly releaseVersion?: string;
  /** Further features to format at, such as `group.version=1`. */
  readonly features?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  /** Beyond the flags that make a JVM quick to start; of two that contradict each other these count. */
  readonly jvmFlags?: readonly string[];
}

/** Controllers by id and what brokers need in order to join them. */
export class ApacheQuorum {
  readonly clusterId: string;
  /** `host:port,...` of every controller. */
  readonly bootstrap: string;
  readonly controllers: readonly KafkaNode[];

  constructor(options: ApacheQuorumOptions, ports: readonly number[]) {
    const clusterId = randomKafkaId();
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    const voters = addresses.map((address, i) => `${i + 1}@${address}:${randomKafkaId()}`);
    this.clusterId = clusterId;
    this.bootstrap = addresses.join(",");
    this.controllers = addresses.map((address, i) => {
      const name = `controller-${i + 1}`;
      return new KafkaNode({
        name,
        version: options.version ?? "4.3.1",
        folder: join(options.folder, name),
        clusterId,
        formatArgs: formatArgsOf(options, voters),
        ...(options.jvmFlags && { jvmFlags: options.jvmFlags }),
        properties: {
          "process.roles": "controller",
          "node.id": String(i + 1),
          "controller.quorum.bootstrap.servers": addresses.join(","),
          "controller.listener.names": "CONTROLLER",
          "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
          listeners: `CONTROLLER://${address}`,
          ...options.properties,
        },
      });
    });
  }

  /** Returns the controller with an id, counted from 1. */
  controller(id: number): KafkaNode {
    const controller = this.controllers[id - 1];
    if (controller === undefined) throw new Error(`Cannot find controller ${id}.`);
    return controller;
  }

  /** Starts every controller that does not run and waits until all of them serve. */
  async start(timeoutMs = 180_000): Promise<void> {
    await Promise.all(this.controllers.filter((node) => !node.isAlive).map((node) => node.start()));
    // A controller reports itself started only once there is a leader: wait after all were launched.
    await Promise.all(this.controllers.map((node) => node.waitRunning(timeoutMs)));
  }

  /** Kills every controller that still runs. */
  async kill(): Promise<void> {
    await Promise.all(this.controllers.map((node) => node.kill()));
  }
}

/** Lays out a quorum and picks its ports; it is started by `start()`. */
export async function createApacheQuorum(options: ApacheQuorumOptions): Promise<ApacheQuorum> {
  return new ApacheQuorum(options, await freePorts(options.size ?? 3));
}

function formatArgsOf(options: ApacheQuorumOptions, voters: readonly string[]): string[] {
  const args = ["--initial-controllers", voters.join(",")];
  if (options.releaseVersion !== undefined) args.push("--release-version", options.releaseVersion);
  for (const feature of options.features ?? []) args.push("--feature", feature);
  return args;
}
