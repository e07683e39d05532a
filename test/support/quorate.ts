/** A running quorum for tests and benchmarks: one workerd process for each controller, formatted over HTTP. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ControllerProcess, type Processes, startProcesses } from "../../cli/processes.ts";
import { QuorateClient } from "../../src/client/quorate-client.ts";
import { KafkaClient } from "./kafka-client.ts";

export interface QuorateOptions {
  /** A release such as "4.0" or "4.4"; the default of a new cluster when not given. */
  readonly release?: string;
  readonly features?: Readonly<Record<string, number>>;
  /** Properties of every controller, as in server.properties. */
  readonly properties?: Readonly<Record<string, string>>;
  /** One for each controller, for the inspector of its process. */
  readonly inspectorPorts?: readonly number[];
  /** Prints what the processes print. */
  readonly onLine?: (controllerId: number, line: string) => void;
}

/** QUORATE_TEST_LOG=1 shows what the controllers print. */
function logLine(controllerId: number, line: string): void {
  if (process.env.QUORATE_TEST_LOG === undefined) return;
  process.stderr.write(`controller ${controllerId}: ${line}
`);
}

export class Quorate {
  readonly clusterId: string;
  readonly dataPath: string;
  readonly #processes: Processes;

  private constructor(clusterId: string, dataPath: string, processes: Processes) {
    this.clusterId = clusterId;
    this.dataPath = dataPath;
    this.#processes = processes;
  }

  /** Starts three controllers in an empty folder and formats a cluster. */
  static async start(options: QuorateOptions = {}): Promise<Quorate> {
    const dataPath = mkdtempSync(join(tmpdir(), "quorate-test-"));
    const processes = await startProcesses({
      dataPath,
      properties: options.properties ?? {},
      ...(options.inspectorPorts && { inspectorPorts: options.inspectorPorts }),
      onLine: options.onLine ?? logLine,
    });
    const [first] = processes.controllers;
    if (first === undefined) throw new Error("no controller was started");
    const { cluster } = new QuorateClient({ url: first.baseUrl });
    try {
      const { value } = await cluster.create({
        release: options.release,
        features: options.features,
        controllers: processes.controllers.map(({ id, kafkaPort }) => ({
          id,
          host: "127.0.0.1",
          port: kafkaPort,
        })),
      });
      return new Quorate(value.cluster_id, dataPath, processes);
    } catch (error) {
      await processes.close();
      throw error;
    }
  }

  get controllers(): readonly ControllerProcess[] {
    return this.#processes.controllers;
  }

  /** What brokers put into controller.quorum.bootstrap.servers. */
  get bootstrapControllers(): string {
    return this.controllers.map(({ kafkaPort }) => `127.0.0.1:${kafkaPort}`).join(",");
  }

  controller(id: number): ControllerProcess {
    const found = this.controllers.find((controller) => controller.id === id);
    if (found === undefined) throw new Error(`there is no controller ${id}`);
    return found;
  }

  /** A client of the gateway of a controller; of one that lives when none is named. */
  client(id?: number): QuorateClient {
    const { baseUrl } = id === undefined ? this.#alive() : this.controller(id);
    return new QuorateClient({ url: baseUrl, clusterId: this.clusterId });
  }

  #alive(): ControllerProcess {
    const alive = this.controllers.find(({ pid }) => pid !== null);
    if (alive === undefined) throw new Error("no controller runs");
    return alive;
  }

  /** GET of a path below the cluster, from any living controller's gateway. */
  async get<T>(path: string): Promise<T> {
    const response = await fetch(
      `${this.#alive().baseUrl}/kafka/v3/clusters/${this.clusterId}${path}`,
    );
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** The id of the active controller, as the quorum itself says. */
  async activeId(deadlineMs: number = Date.now() + 20_000): Promise<number> {
    for (;;) {
      try {
        const { leader_id: id } = await this.get<{ leader_id: number }>("/quorum");
        if (this.controller(id).pid !== null) return id;
      } catch (error) {
        if (Date.now() > deadlineMs) throw error;
      }
    }
  }

  async active(): Promise<ControllerProcess> {
    return this.controller(await this.activeId());
  }

  /** A Kafka connection to the active controller. */
  async connect(): Promise<KafkaClient> {
    return KafkaClient.open((await this.active()).kafkaPort);
  }

  async close(): Promise<void> {
    await this.#processes.close();
    rmSync(this.dataPath, { recursive: true, force: true });
  }
}
