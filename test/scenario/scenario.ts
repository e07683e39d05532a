/**
 * One run of the scenario against one quorum: its chapters call tools, stop and start nodes and wait for what the
 * log must show; the transcript keeps what each tool printed and which records each step led to.
 */

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../support/kafka/deadline.ts";
import { parseQuorumReplication, parseQuorumStatus } from "../support/kafka/tool-output.ts";
import type { ToolSession } from "../support/kafka/tool-session.ts";
import type { ToolName } from "../support/kafka/tools.ts";
import { KafkaClient } from "../support/kafka-client.ts";
import {
  BROKER_IDS,
  type BrokerId,
  type BrokerPorts,
  createBrokers,
  PASSWORDS,
  type ScenarioBroker,
} from "./brokers.ts";
import type { Controllers } from "./controllers.ts";
import { type LoggedRecord, MetadataLog } from "./metadata-log.ts";
import { PartitionStates } from "./partition-states.ts";

/** The stock tools by the names of their scripts. */
export const TOOLS = {
  "kafka-acls": "AclCommand",
  "kafka-cluster": "ClusterTool",
  "kafka-configs": "ConfigCommand",
  "kafka-console-consumer": "ConsoleConsumer",
  "kafka-console-producer": "ConsoleProducer",
  "kafka-delegation-tokens": "DelegationTokenCommand",
  "kafka-dump-log": "DumpLogSegments",
  "kafka-features": "FeatureCommand",
  "kafka-leader-election": "LeaderElectionCommand",
  "kafka-metadata-quorum": "MetadataQuorumCommand",
  "kafka-metadata-shell": "MetadataShell",
  "kafka-producer-perf-test": "ProducerPerformance",
  "kafka-reassign-partitions": "ReassignPartitionsCommand",
  "kafka-storage": "StorageTool",
  "kafka-topics": "TopicCommand",
} as const satisfies Record<string, ToolName>;

export type Script = keyof typeof TOOLS;

/** Whom a tool is pointed at. */
export type Door =
  | BrokerId
  | "controllers"
  | "files"
  | { readonly broker: BrokerId; readonly user: string };

export interface RunOptions {
  /** What the tool reads on stdin. */
  readonly input?: string;
  /** Its records are in an order that is nobody's; by default it depends on the tool. */
  readonly anyOrder?: boolean;
  /** Replicas move because of it, which is part of the step. */
  readonly isFollowed?: boolean;
  /** Says of what the tool printed whether it was up to it already; it is run again if not. */
  readonly isReady?: (stdout: string) => boolean;
}

/** One step and what came of it. */
export interface Step {
  readonly chapter: string;
  /** The door and the command line with its placeholders, or what was done to a node. */
  readonly title: string;
  readonly script: Script | null;
  readonly door: Door | null;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The order of its records is a matter of timing, or of a hash of random ids. */
  readonly anyOrder: boolean;
  /** How many records the log had when the step was done; they begin where the step before ended. */
  readonly endRecord: number;
}

/** Tools that name many things at once, which they or the controllers keep in hash sets. */
const IN_ANY_ORDER: ReadonlySet<Script> = new Set([
  "kafka-acls",
  "kafka-leader-election",
  "kafka-reassign-partitions",
]);
/**
 * A broker shows that it has applied a record a moment before its ACLs, quotas, credentials and tokens are those that
 * the record makes: what reads them is run until it prints the same twice.
 */
const READ = /^kafka-(acls|configs|delegation-tokens|topics) .*--(list|describe)/;
const STEP_TIMEOUT_MS = 60_000;
const SMALL_LAG = 10;
const CONTROL_TYPES = new Set(["leaderChange", "kraftVersion", "kraftVoters"]);

export class Scenario {
  readonly controllers: Controllers;
  readonly brokers: ReadonlyMap<number, ScenarioBroker>;
  readonly folder: string;
  readonly log: MetadataLog;
  readonly steps: Step[] = [];
  chapter = "";
  readonly #tools: ToolSession;
  readonly #words = new Map<string, string>();

  private constructor(
    controllers: Controllers,
    brokers: ReadonlyMap<number, ScenarioBroker>,
    folder: string,
    tools: ToolSession,
  ) {
    this.controllers = controllers;
    this.brokers = brokers;
    this.folder = folder;
    this.log = new MetadataLog(controllers.logBytesFrom);
    this.#tools = tools;
    this.file("plain.properties", "");
    for (const [user, password] of Object.entries(PASSWORDS)) {
      this.file(`${user}.properties`, saslClient(user, password).join("\n"));
    }
  }

  /** Lays out the brokers of a quorum that runs; they are started by `startBrokers()`. */
  static async create(
    controllers: Controllers,
    ports: Readonly<Record<BrokerId, BrokerPorts>>,
    folder: string,
    tools: ToolSession,
  ): Promise<Scenario> {
    mkdirSync(folder, { recursive: true });
    const brokers = await createBrokers(controllers, ports, folder);
    const scenario = new Scenario(controllers, brokers, folder, tools);
    for (const [id, { broker }] of brokers) {
      scenario.word(`configuration of ${id}`, join(broker.dataFolder, "../server.properties"));
    }
    return scenario;
  }

  /** Starts the brokers one after another, so that they register in the order of their ids. */
  async startBrokers(): Promise<void> {
    for (const id of BROKER_IDS) await this.startBroker(id);
  }

  /** Runs a script of Kafka's, such as `kafka-topics --list`. `{name}` stands for the path of a file. */
  async run(door: Door, line: string, options: RunOptions = {}): Promise<Step> {
    const { script, args } = this.command(door, line);
    // Whichever broker a tool is pointed at, it asks any of them.
    if (typeof door === "object" || typeof door === "number") await this.#untilAllApplied();
    const isReady = options.isReady ?? (READ.test(line) ? repeats() : () => true);
    const result = await waitUntil(`${line} is ready`, STEP_TIMEOUT_MS, async () => {
      const attempt = await this.#tools.run(TOOLS[script], args, options);
      return isReady(attempt.stdout) ? attempt : undefined;
    });
    if (options.isFollowed === true) await this.#untilPartitionsSettle();
    return await this.#done({
      title: `${doorName(door)}> ${line}`,
      script,
      door,
      anyOrder: options.anyOrder ?? IN_ANY_ORDER.has(script),
      ...result,
    });
  }

  /** A script and the arguments that `run` gives it. */
  command(door: Door, line: string): { readonly script: Script; readonly args: string[] } {
    const [script, ...words] = line.match(/(?:\{[^}]*\}|\S)+/g) as [Script, ...string[]];
    const args = words.map((word) => word.replace(/\{([^}]+)\}/g, (_, name) => this.#word(name)));
    // The subcommands of this one take the door; those of the others come after it.
    const at = this.#doorArgs(door);
    return { script, args: script === "kafka-cluster" ? [...args, ...at] : [...at, ...args] };
  }

  /** Does something to a node and keeps it as a step. */
  async act(title: string, action: () => Promise<void>): Promise<void> {
    await action();
    const nothing = { exitCode: null, stdout: "", stderr: "", anyOrder: true };
    await this.#done({ title, script: null, door: null, ...nothing });
  }

  /** Writes a file that commands name as `{name}`. */
  file(name: string, content: string): void {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    this.word(name, path);
  }

  /** Has `{name}` stand for something. */
  word(name: string, meaning: string): void {
    this.#words.set(name, meaning);
  }

  /** Lets `user` log in with a delegation token. */
  token(user: string, id: string, hmac: string): void {
    const login = "org.apache.kafka.common.security.scram.ScramLoginModule";
    this.file(
      `${user}.properties`,
      [
        "security.protocol=SASL_PLAINTEXT",
        "sasl.mechanism=SCRAM-SHA-256",
        `sasl.jaas.config=${login} required username="${id}" password="${hmac}" tokenauth="true";`,
      ].join("\n"),
    );
  }

  /** Copies the metadata log of the controllers and of each broker, once they have all of it; nodes keep theirs locked. */
  async exportLogs(): Promise<void> {
    await this.#untilAllApplied();
    const segment = "00000000000000000000.log";
    for (const name of ["controllers", ...BROKER_IDS]) {
      const folder = join(this.folder, `log-of-${name}`);
      mkdirSync(folder);
      this.word(`log of ${name}`, join(folder, segment));
    }
    writeFileSync(this.#word("log of controllers"), this.log.bytes);
    for (const [id, { broker }] of this.brokers) {
      const replica = join(broker.dataFolder, "__cluster_metadata-0", segment);
      copyFileSync(replica, this.#word(`log of ${id}`));
    }
  }

  #word(name: string): string {
    const meaning = this.#words.get(name);
    if (meaning === undefined) throw new Error(`there is no {${name}}`);
    return meaning;
  }

  broker(id: number): ScenarioBroker {
    const found = this.brokers.get(id);
    if (found === undefined) throw new Error(`there is no broker ${id}`);
    return found;
  }

  /** Waits until the log shows something. */
  async until(what: string, check: (records: readonly LoggedRecord[]) => boolean): Promise<void> {
    await waitUntil(`${this.controllers.name}: ${what}`, STEP_TIMEOUT_MS, async () => {
      await this.log.advance();
      return check(this.log.records);
    });
  }

  /** Waits until every partition with a living replica has every living replica in its ISR, and none is moving. */
  async untilSettled(): Promise<void> {
    await this.act("until every partition is settled", () => this.#untilPartitionsSettle());
  }

  async startBroker(id: number): Promise<void> {
    await this.act(`start broker ${id}`, async () => {
      const { broker } = this.broker(id);
      const before = await this.log.advance();
      await broker.start();
      await broker.waitRunning();
      await this.#untilFencing(id, -1, before);
    });
  }

  /** Kills a broker and waits until it is fenced. */
  async killBroker(id: number): Promise<void> {
    await this.act(`kill broker ${id}`, async () => {
      const before = await this.log.advance();
      await this.broker(id).broker.kill();
      await this.#untilFencing(id, 1, before);
    });
  }

  /** Has a broker shut itself down in a controlled way, and waits until it is fenced. */
  async stopBroker(id: number): Promise<void> {
    await this.act(`controlled shutdown of broker ${id}`, async () => {
      const before = await this.log.advance();
      await this.broker(id).broker.stop();
      await this.#untilFencing(id, 1, before);
    });
  }

  /** The id of the active controller, as the tool tells it. */
  async activeId(): Promise<number> {
    return parseQuorumStatus(await this.#describeQuorum("--status")).leaderId;
  }

  /** Waits until the active controller has heard of these nodes that they have the log. */
  async untilCaughtUp(ids: readonly number[]): Promise<void> {
    await waitUntil(`nodes ${ids.join()} have caught up`, STEP_TIMEOUT_MS, async () => {
      const lines = parseQuorumReplication(await this.#describeQuorum("--replication"));
      return ids.every((id) => lines.some(({ nodeId, lag }) => nodeId === id && lag < SMALL_LAG));
    });
  }

  async #describeQuorum(what: string): Promise<string> {
    const args = [...this.#doorArgs("controllers"), "describe", what];
    return (await this.#tools.run("MetadataQuorumCommand", args)).stdout;
  }

  async close(): Promise<void> {
    await Promise.all([...this.brokers.values()].map(({ broker }) => broker.kill()));
    await this.controllers.close();
  }

  async #untilPartitionsSettle(): Promise<void> {
    const alive = [...this.brokers].filter(([, { broker }]) => broker.isAlive).map(([id]) => id);
    await this.until("every partition is settled", (records) =>
      PartitionStates.of(records).areSettled(alive),
    );
  }

  async #untilFencing(brokerId: number, fenced: 1 | -1, before: number): Promise<void> {
    await this.until(`${fenced === 1 ? "fenced" : "unfenced"} broker ${brokerId}`, (records) =>
      records
        .slice(before)
        .some(
          ({ type, data }) =>
            type === "brokerRegistrationChange" &&
            data.brokerId === brokerId &&
            data.fenced === fenced,
        ),
    );
  }

  #doorArgs(door: Door): string[] {
    if (door === "files") return [];
    if (door === "controllers") {
      return ["--bootstrap-controller", this.controllers.addresses.join(",")];
    }
    if (typeof door === "number")
      return ["--bootstrap-server", `127.0.0.1:${this.broker(door).ports.plain}`];
    const { broker, user } = door;
    return [
      "--bootstrap-server",
      `127.0.0.1:${this.broker(broker).ports.sasl}`,
      "--command-config",
      this.#word(`${user}.properties`),
    ];
  }

  /** A broker hears of a commit a little later than whoever asked for it; what it tells then is no difference. */
  async #untilApplied(id: number): Promise<void> {
    await this.log.advance();
    const target = this.log.records.findLast(({ type }) => !CONTROL_TYPES.has(type))?.offset ?? 0;
    const client = await KafkaClient.open(this.broker(id).ports.plain);
    const software = { clientSoftwareName: "scenario", clientSoftwareVersion: "1" };
    try {
      await waitUntil(
        `broker ${id} has applied ${target}`,
        STEP_TIMEOUT_MS,
        async () => {
          const answer = await client.call("apiVersions", software, 3);
          return Number(answer.finalizedFeaturesEpoch) >= target;
        },
        10,
      );
    } finally {
      await client.close();
    }
  }

  async #untilAllApplied(): Promise<void> {
    for (const [id, { broker }] of this.brokers) if (broker.isAlive) await this.#untilApplied(id);
  }

  async #done(step: Omit<Step, "chapter" | "endRecord">): Promise<Step> {
    const done = { ...step, chapter: this.chapter, endRecord: await this.log.advance() };
    this.steps.push(done);
    return done;
  }
}

export function doorName(door: Door): string {
  return typeof door === "object" ? `${door.user}@${door.broker}` : String(door);
}

/** Whether a text is the one before. */
function repeats(): (text: string) => boolean {
  let last: string | undefined;
  return (text) => {
    const isSame = text === last;
    last = text;
    return isSame;
  };
}

function saslClient(user: string, password: string): string[] {
  const login = "org.apache.kafka.common.security.plain.PlainLoginModule";
  return [
    "security.protocol=SASL_PLAINTEXT",
    "sasl.mechanism=PLAIN",
    `sasl.jaas.config=${login} required username="${user}" password="${password}";`,
  ];
}
