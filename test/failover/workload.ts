/**
 * The mixed load: clients that contend for topics and for configs, that count by compare-and-set, that lead topics of
 * their own through a life in which nothing may be refused, and that only read. A few are impatient, and send again to
 * another gateway what the first one is still at.
 */

import { Prng } from "../../src/base/prng.ts";
import { pause } from "../kill/find-leader.ts";
import { TopicNames } from "../kill/topic-names.ts";
import { KEPT_PREFIX } from "../kill/workload.ts";
import type { TopicInput } from "../linear/topic-model.ts";
import type { Quorate } from "../support/quorate.ts";
import type { Exchanges } from "./exchanges.ts";
import { HttpClient } from "./http-client.ts";
import { type Notes, REGISTERS, Tasks } from "./tasks.ts";

/** Longer than any gateway may take, and a frozen one is frozen. */
const PATIENT_MS = 15_000;
const IMPATIENT_MS = 300;
const IMPATIENT_EVERY = 8;
const COUNTERS = 2;
/** Changes that are sent under a key, of a hundred. The gateway gives the others one of its own. */
const KEYED_PERCENT = 75;

type Behaviour = (tasks: Tasks, shared: Shared, count: number) => Promise<void>;

/** What each of every eight clients does. */
const BEHAVIOURS: readonly Behaviour[] = [
  contend,
  register,
  live,
  contend,
  register,
  count,
  live,
  read,
];

/** What the clients contend for. */
interface Shared {
  readonly topics: TopicNames;
  readonly registers: TopicNames;
  /** The creation of topics that are created by whoever needs them first. */
  readonly created: Map<string, Promise<void>>;
}

export interface WorkloadOptions {
  readonly clients: number;
  readonly seed: number;
  /** How long a client rests between two requests, on average. */
  readonly restMs: number;
}

export class Workload {
  readonly #options: WorkloadOptions;
  readonly #shared: Shared;
  readonly #ended: Promise<void>[] = [];
  readonly #failures: string[] = [];
  #isOver = false;

  constructor(options: WorkloadOptions, onRetired: (name: string) => void) {
    this.#options = options;
    this.#shared = {
      topics: new TopicNames(onRetired),
      registers: new TopicNames(() => {}, "register"),
      created: new Map(),
    };
  }

  start(quorate: Quorate, exchanges: Exchanges, notes: Notes): void {
    const { clients, seed } = this.#options;
    for (let number = 0; number < clients; number++) {
      const prng = Prng.fromNumber(seed * 1000 + number);
      const patienceMs = number % IMPATIENT_EVERY === 1 ? IMPATIENT_MS : PATIENT_MS;
      const client = new HttpClient({ number, prng, patienceMs }, quorate, exchanges);
      const behave = BEHAVIOURS[number % BEHAVIOURS.length] as Behaviour;
      const ended = this.#run(new Tasks(client, notes), behave).catch((error: Error) => {
        this.#failures.push(`client ${number} failed: ${error.stack}`);
      });
      this.#ended.push(ended);
    }
  }

  /** What ended a client: faults of this program, not of what it tests. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Lets every client finish what it has begun. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#ended);
  }

  async #run(tasks: Tasks, behave: Behaviour): Promise<void> {
    for (let round = 0; !this.#isOver; round++) {
      await behave(tasks, this.#shared, round);
      await pause(tasks.client.prng.below(2 * this.#options.restMs + 1));
    }
  }
}

function isKeyed({ client }: Tasks): boolean {
  return client.prng.below(100) < KEYED_PERCENT;
}

async function contend(tasks: Tasks, { topics }: Shared): Promise<void> {
  const taken = topics.take(tasks.client.prng);
  const outcome = await tasks.topic(drawTopic(taken.name, tasks.client.prng), isKeyed(tasks));
  topics.giveBack(taken, outcome.kind === "unknown" || outcome.kind === "unexpected");
}

function drawTopic(name: string, prng: Prng): TopicInput {
  const drawn = prng.below(100);
  if (drawn < 35) return { kind: "create", name, partitions: 1 + prng.below(3) };
  if (drawn < 55) return { kind: "delete", name };
  if (drawn < 70) return { kind: "grow", name, count: 2 + prng.below(5) };
  return { kind: "describe", name };
}

async function register(tasks: Tasks, { registers, created }: Shared): Promise<void> {
  const { prng } = tasks.client;
  const taken = registers.take(prng);
  const isLost = await useRegister(tasks, taken.name, created);
  registers.giveBack(taken, isLost);
}

/** True when nobody knows what came of it. */
async function useRegister(
  tasks: Tasks,
  topic: string,
  created: Shared["created"],
): Promise<boolean> {
  const { prng } = tasks.client;
  await ensure(tasks, topic, created);
  const drawn = prng.below(100);
  const seen = drawn < 60 ? await tasks.readConfigs(topic) : null;
  if (drawn < 30 || (drawn < 60 && seen === null)) return false;
  const [first, second] = prng.below(2) === 0 ? REGISTERS : REGISTERS.toReversed();
  const value = prng.below(4) === 0 ? null : tasks.newValue();
  const changes = { [first as string]: value };
  if (prng.below(3) === 0) changes[second as string] = tasks.newValue();
  return (await tasks.alter(topic, changes, seen, isKeyed(tasks))) === null;
}

/** Creates a topic unless somebody has. */
function ensure(tasks: Tasks, name: string, created: Shared["created"]): Promise<void> {
  let creation = created.get(name);
  if (creation === undefined) {
    creation = must(tasks, { kind: "create", name, partitions: 1 });
    created.set(name, creation);
  }
  return creation;
}

async function count(tasks: Tasks, { created }: Shared, round: number): Promise<void> {
  const topic = `counter-${round % COUNTERS}`;
  await ensure(tasks, topic, created);
  const seen = await tasks.readConfigs(topic);
  if (seen === null) return;
  const next = Number(seen.values["retention.ms"] ?? 0) + 1;
  await tasks.alter(topic, { "retention.ms": String(next) }, seen, true);
}

/** A topic that nobody else touches: whatever is refused was done before, or comes too early. */
async function live(tasks: Tasks, _: Shared, round: number): Promise<void> {
  const isKept = round % 2 === 0;
  const name = `${isKept ? KEPT_PREFIX : "once-"}${tasks.client.number}-${round}`;
  await must(tasks, { kind: "create", name, partitions: 1 });
  await must(tasks, { kind: "grow", name, count: 3 });
  const seen = await tasks.readConfigs(name);
  await mustAlter(tasks, name, seen);
  await mustAlter(tasks, name, await tasks.readConfigs(name));
  if (!isKept) await must(tasks, { kind: "delete", name });
}

const SUCCESS = { create: "created", delete: "deleted", grow: "grown", describe: "described" };

async function must(tasks: Tasks, input: TopicInput): Promise<void> {
  const outcome = await tasks.topic(input, true);
  if (outcome.kind === "answered" && outcome.output.kind === SUCCESS[input.kind]) return;
  const answered = JSON.stringify(outcome);
  tasks.complain(`${input.kind} ${input.name}, which nobody else uses, ended as ${answered}`);
}

async function mustAlter(tasks: Tasks, name: string, seen: Seen): Promise<void> {
  const output = await tasks.alter(name, { "retention.ms": tasks.newValue() }, seen, true);
  if (output?.kind === "altered") return;
  tasks.complain(`A change of ${name}, which nobody else uses, ended as ${JSON.stringify(output)}`);
}

type Seen = Awaited<ReturnType<Tasks["readConfigs"]>>;

async function read(tasks: Tasks, { topics }: Shared): Promise<void> {
  const taken = topics.take(tasks.client.prng);
  await tasks.topic({ kind: "describe", name: taken.name }, false);
  topics.giveBack(taken, false);
}
