/**
 * Clients that work without a pause: most of them create, delete, grow and describe a few topics that they contend for,
 * some create topics that nobody deletes. They write over the Kafka protocol and over HTTP and read over HTTP. Half of
 * them are patient: what they sent to a process that is frozen still waits there when it goes on.
 */

import { Prng } from "../../src/base/prng.ts";
import type { TopicInput } from "../linear/topic-model.ts";
import type { Quorate } from "../support/quorate.ts";
import { pause } from "./find-leader.ts";
import { GatewayCaller } from "./gateway-caller.ts";
import type { History, Outcome } from "./history.ts";
import { KafkaCaller } from "./kafka-caller.ts";
import { TopicNames } from "./topic-names.ts";

const CONTENDERS = 6;
const CREATORS = 2;
const READERS = 1;
const PATIENT_MS = 8000;
const IMPATIENT_MS = 700;
/** Before another try when nobody takes a call: a client that spins would take the processor from the controllers. */
const BACKOFF_MS = 5;
const MAX_CREATED_PARTITIONS = 3;
const MAX_GROWN_PARTITIONS = 6;

/** Names that are created once and never deleted begin with this. */
export const KEPT_PREFIX = "kept-";

export class Workload {
  readonly #quorate: Quorate;
  readonly #history: History;
  readonly #names: TopicNames;
  readonly #clients: Promise<void>[] = [];
  readonly #failures: string[] = [];
  #isOver = false;

  constructor(quorate: Quorate, history: History, onRetired: (name: string) => void) {
    this.#quorate = quorate;
    this.#history = history;
    this.#names = new TopicNames(onRetired);
  }

  /** Starts all clients; their draws depend on the seed, their timing does not. */
  start(seed: number): void {
    const behaviours = [
      ...Array.from({ length: CONTENDERS }, () => contend),
      ...Array.from({ length: CREATORS }, () => create),
      ...Array.from({ length: READERS }, () => read),
    ];
    for (const [number, behave] of behaviours.entries()) {
      const prng = Prng.fromNumber(seed * 1000 + number);
      const deadlineMs = number % 2 === 0 ? PATIENT_MS : IMPATIENT_MS;
      const client = new Client(number, this.#quorate, this.#history, prng, deadlineMs);
      const ended = this.#run(client, behave).catch((error: Error) => {
        this.#failures.push(`client ${number} failed: ${error.stack}`);
      });
      this.#clients.push(ended);
    }
  }

  /** What ended a client: faults of this program, not of what it tests. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Lets every client finish what it has begun. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #run(client: Client, behave: Behaviour): Promise<void> {
    for (let count = 0; !this.#isOver; count++) await behave(client, this.#names, count);
    client.close();
  }
}

type Behaviour = (client: Client, names: TopicNames, count: number) => Promise<void>;

async function contend(client: Client, names: TopicNames): Promise<void> {
  const taken = names.take(client.prng);
  const outcome = await client.perform(drawInput(taken.name, client.prng));
  names.giveBack(taken, isUncertain(outcome));
}

function drawInput(name: string, prng: Prng): TopicInput {
  const drawn = prng.below(100);
  if (drawn < 30)
    return { kind: "create", name, partitions: 1 + prng.below(MAX_CREATED_PARTITIONS) };
  if (drawn < 50) return { kind: "delete", name };
  if (drawn < 70) return { kind: "grow", name, count: 2 + prng.below(MAX_GROWN_PARTITIONS - 1) };
  return { kind: "describe", name };
}

async function create(client: Client, _names: TopicNames, count: number): Promise<void> {
  const name = `${KEPT_PREFIX}${client.number}-${count}`;
  await client.perform({ kind: "create", name, partitions: 1 });
}

async function read(client: Client, names: TopicNames): Promise<void> {
  const taken = names.take(client.prng);
  await client.perform({ kind: "describe", name: taken.name });
  names.giveBack(taken, false);
}

function isUncertain(outcome: Outcome): boolean {
  return outcome.kind === "unknown" || outcome.kind === "unexpected";
}

/** One client with a Kafka connection and a way to the gateways. */
class Client {
  readonly number: number;
  readonly prng: Prng;
  readonly #history: History;
  readonly #kafka: KafkaCaller;
  readonly #gateway: GatewayCaller;

  constructor(number: number, quorate: Quorate, history: History, prng: Prng, deadlineMs: number) {
    this.number = number;
    this.prng = prng;
    this.#history = history;
    this.#kafka = new KafkaCaller(quorate.controllers, deadlineMs);
    this.#gateway = new GatewayCaller(quorate, prng, deadlineMs);
  }

  /** Does one operation over a transport that can, by the toss of a coin where both can. */
  async perform(input: TopicInput): Promise<Outcome> {
    const overGateway =
      input.kind === "describe" || (input.kind !== "grow" && this.prng.below(2) === 0);
    const outcome = await (overGateway ? this.#overGateway(input) : this.#overKafka(input));
    if (outcome.kind === "not-sent") await pause(BACKOFF_MS);
    return outcome;
  }

  close(): void {
    this.#kafka.close();
  }

  async #overGateway(input: Exclude<TopicInput, { kind: "grow" }>): Promise<Outcome> {
    const controllerId = this.#gateway.target();
    if (controllerId === null) return { kind: "not-sent" };
    const call = { client: this.number, transport: "http", controllerId, input } as const;
    return this.#history.perform(call, () => this.#gateway.call(input));
  }

  async #overKafka(input: Exclude<TopicInput, { kind: "describe" }>): Promise<Outcome> {
    const controllerId = await this.#kafka.target();
    if (controllerId === null) return { kind: "not-sent" };
    const call = { client: this.number, transport: "kafka", controllerId, input } as const;
    return this.#history.perform(call, () => this.#kafka.call(input));
  }
}
