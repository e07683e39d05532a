/** A comparison from start to end: steps are drawn, sent to both sides, compared and counted. */

import type { ApiName } from "../../src/protocol/apis.ts";
import { compareOutcomes, type Difference, errorCodesOf } from "./compare.ts";
import { type Explained, explanationOf } from "./explained.ts";
import { newRegistration, plainHeartbeat } from "./generate/brokers.ts";
import { chooseStep, GENERATORS } from "./generate/choose.ts";
import type { Context } from "./generate/context.ts";
import { type BrokerState, ClusterModel } from "./model.ts";
import type { NormalRecord } from "./normalize.ts";
import { SESSION_TIMEOUT_MS } from "./properties.ts";
import { awaitPublished } from "./publishing.ts";
import { Random } from "./random.ts";
import { commonVersions, type Outcome, type VersionRange } from "./side.ts";
import { type Level, type Sides, startSides } from "./start.ts";
import { bareRequest, describeStep, type RequestStep, type Step } from "./step.ts";

export interface RunOptions {
  readonly seed: number;
  readonly requests: number;
  readonly level: Level;
  /** Only these APIs, and what a cluster needs for them. */
  readonly only: ReadonlySet<ApiName> | null;
  /** Goes on after a difference, with fresh clusters where the state differs. */
  readonly keepGoing: boolean;
  readonly onProgress?: (line: string) => void;
  /** Told every step and what Apache said, for whoever wants to see how a difference came about. */
  readonly onStep?: (line: string) => void;
}

export interface Found {
  readonly index: number;
  readonly difference: Difference;
}

export interface RunReport {
  readonly seed: number;
  readonly level: Level;
  readonly requests: number;
  readonly ms: number;
  readonly found: readonly Found[];
  readonly explained: ReadonlyMap<Explained, number>;
  /** API to error code to how often Apache answered it. */
  readonly reached: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly unserved: readonly ApiName[];
}

const REGISTRATION_TIMEOUT_MS = 30_000;
/** How often in a run sessions end. */
const SILENCES = 2;
const STEPS_BETWEEN_HEARTBEATS = 50;
const MAX_SILENCE_MS = 3_000;
/** How often Kafka looks for silent brokers, and some time to be late in. */
const SILENCE_SLACK_MS = 3_500;

export async function runDifferential(options: RunOptions): Promise<RunReport> {
  const run = new Run(options);
  try {
    return await run.run();
  } finally {
    await run.stop();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function repeatedHeartbeat(broker: BrokerState): RequestStep {
  return bareRequest("brokerHeartbeat", 1, {
    ...plainHeartbeat(broker),
    wantFence: broker.fenced,
    wantShutDown: broker.inControlledShutdown && !broker.fenced,
  });
}

/** One that lives and one that is fenced, unless one is about to go anyway. */
function silentBrokers({ model, random }: Context): number[] {
  const brokers = [...model.brokers.values()];
  if (brokers.some(({ fenced, inControlledShutdown }) => !fenced && inControlledShutdown))
    return [];
  const live = random.sample(
    brokers.filter(({ fenced }) => !fenced),
    1,
  );
  const fenced = random.sample(
    brokers.filter((broker) => broker.fenced),
    1,
  );
  return [...live, ...fenced].map(({ id }) => id);
}

class Run {
  readonly #options: RunOptions;
  readonly #random: Random;
  readonly #found: Found[] = [];
  readonly #explained = new Map<Explained, number>();
  readonly #reached = new Map<string, Map<number, number>>();
  readonly #queue: RequestStep[] = [];
  #sides: Sides | null = null;
  #model = new ClusterModel();
  #ourModel = new ClusterModel();
  #versions: ReadonlyMap<ApiName, VersionRange> = new Map();
  #lastHeartbeatMs = 0;
  #done = 0;
  #isBroken = false;
  /** What followed from a difference would differ, too. */
  #isApart = false;
  #restarts = 0;
  #silences = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async run(): Promise<RunReport> {
    const startedMs = Date.now();
    const { requests, keepGoing } = this.#options;
    await this.#restart();
    while (this.#done < requests && (keepGoing || this.#found.length === 0)) {
      await this.#heartbeats();
      const step = this.#queue.shift() ?? this.#choose();
      await this.#take(step);
      this.#done += 1;
      if (this.#done % 500 === 0) this.#tell(startedMs);
      await this.#mend();
    }
    const { seed, level } = this.#options;
    return {
      seed,
      level,
      requests: this.#done,
      ms: Date.now() - startedMs,
      found: this.#found,
      explained: this.#explained,
      reached: this.#reached,
      unserved: (Object.keys(GENERATORS) as ApiName[]).filter((api) => !this.#versions.has(api)),
    };
  }

  async stop(): Promise<void> {
    const sides = this.#sides;
    this.#sides = null;
    if (sides !== null) await Promise.all([sides.apache.stop(), sides.ours.stop()]);
  }

  #tell(startedMs: number): void {
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
    this.#options.onProgress?.(
      `${this.#done} requests in ${seconds} s, ${this.#found.length} differences, ${this.#restarts} starts`,
    );
  }

  #started(): Sides {
    if (this.#sides === null) throw new Error("the clusters do not run");
    return this.#sides;
  }

  async #restart(): Promise<void> {
    await this.stop();
    this.#sides = await startSides(this.#options.level);
    this.#restarts += 1;
    this.#isBroken = false;
    this.#isApart = false;
    this.#queue.length = 0;
    this.#model = new ClusterModel();
    this.#ourModel = new ClusterModel();
    const { apache, ours } = this.#sides;
    const offered = await Promise.all([apache.offered(), ours.offered()]);
    const versions = new Map<ApiName, VersionRange>();
    for (const api of Object.keys(GENERATORS) as ApiName[]) {
      const range = commonVersions(api, offered);
      if (range !== null) versions.set(api, range);
    }
    this.#versions = versions;
    // A controller registers itself after it has begun to serve.
    const deadlineMs = Date.now() + REGISTRATION_TIMEOUT_MS;
    while (this.#model.controllers.size === 0 || this.#ourModel.controllers.size === 0) {
      if (Date.now() > deadlineMs) throw new Error("the controllers have not registered");
      const [first, second] = await Promise.all([apache.readRecords(0), ours.readRecords(0)]);
      for (const record of first) this.#model.apply(record);
      for (const record of second) this.#ourModel.apply(record);
    }
  }

  #context(): Context {
    return { random: this.#random, model: this.#model, versions: this.#versions };
  }

  /** The broker is started again before it was heard of: its former life has no session any more. */
  #comeBack(brokerId: number): RequestStep {
    const body = newRegistration(this.#context(), brokerId);
    return bareRequest(
      "brokerRegistration",
      this.#versions.get("brokerRegistration")?.max ?? 0,
      body,
    );
  }

  #choose(): Step {
    if (
      this.#silences < SILENCES &&
      this.#done > (this.#silences + 0.5) * (this.#options.requests / SILENCES)
    ) {
      this.#silences += 1;
      const brokerIds = silentBrokers(this.#context());
      if (brokerIds.length > 0) return { kind: "silence", brokerIds };
    }
    const authorizes = this.#versions.has("createAcls");
    return chooseStep(this.#context(), { only: this.#options.only, authorizes });
  }

  async #take(step: Step): Promise<void> {
    const { apache, ours } = this.#started();
    let outcomes: readonly [Outcome, Outcome];
    try {
      if (step.kind === "silence") outcomes = await this.#beSilent(step.brokerIds);
      else if (step.kind === "envelope") {
        outcomes = await Promise.all([apache.performEnvelope(step), ours.performEnvelope(step)]);
      } else outcomes = await Promise.all([apache.perform(step), ours.perform(step)]);
    } catch (error) {
      throw new Error(
        `seed ${this.#options.seed}, request ${this.#done}: ${JSON.stringify(step, (_, v) => (typeof v === "bigint" ? String(v) : v))}`,
        { cause: error },
      );
    }
    const [theirs, own] = outcomes;
    const differences = compareOutcomes(step, theirs, own, this.#model);
    for (const record of theirs.records) this.#model.apply(record);
    for (const record of own.records) this.#ourModel.apply(record);
    if (!theirs.isResigned) await awaitPublished(apache, this.#model, theirs.records);
    this.#options.onStep?.(`${this.#done} ${describeStep(step)} -> ${errorCodesOf(theirs.answer)}`);
    for (const { type, data } of theirs.records) {
      this.#options.onStep?.(`    ${type} ${JSON.stringify(data)}`);
    }
    // After a silence of a side the sessions of the brokers have ended.
    this.#isBroken ||= [theirs, own].some(
      ({ isResigned, ms }) => isResigned || ms > MAX_SILENCE_MS,
    );
    this.#count(step, theirs);
    for (const difference of differences) this.#judge(difference);
    if (step.kind === "request") this.#queue.push(...step.followUps);
    if (step.kind === "silence") {
      for (const id of step.brokerIds) await this.#take(this.#comeBack(id));
    }
  }

  #judge(difference: Difference): void {
    const explained = explanationOf(difference);
    this.#isApart ||= difference.kind === "records";
    if (explained === null) this.#found.push({ index: this.#done, difference });
    else this.#explained.set(explained, (this.#explained.get(explained) ?? 0) + 1);
  }

  #count(step: Step, { answer, isResigned }: Outcome): void {
    if (isResigned) return;
    const api = step.kind === "request" ? step.api : step.kind;
    const codes = errorCodesOf(answer);
    this.#countCodes(api, codes);
    if (step.kind === "request" && step.principal !== null) this.#countCodes("envelope", [0]);
  }

  #countCodes(api: string, codes: readonly number[]): void {
    const counts = this.#reached.get(api) ?? new Map<number, number>();
    this.#reached.set(api, counts);
    for (const code of new Set(codes)) counts.set(code, (counts.get(code) ?? 0) + 1);
  }

  /** Keeps every session alive: brokers say again what they said, and what comes of it is compared too. */
  async #heartbeats(): Promise<void> {
    const isTime = Date.now() - this.#lastHeartbeatMs > MAX_SILENCE_MS;
    if (!isTime && this.#done % STEPS_BETWEEN_HEARTBEATS !== 0) return;
    this.#lastHeartbeatMs = Date.now();
    for (const broker of [...this.#model.brokers.values()]) {
      await this.#take(repeatedHeartbeat(broker));
    }
  }

  /** What both logs get until the sessions of the silent brokers must have ended; the others go on. */
  async #beSilent(brokerIds: readonly number[]): Promise<readonly [Outcome, Outcome]> {
    const { apache, ours } = this.#started();
    const records: [NormalRecord[], NormalRecord[]] = [[], []];
    const deadlineMs = Date.now() + SESSION_TIMEOUT_MS + SILENCE_SLACK_MS;
    while (Date.now() < deadlineMs) {
      for (const broker of this.#model.brokers.values()) {
        if (brokerIds.includes(broker.id)) continue;
        const step = repeatedHeartbeat(broker);
        const outcomes = await Promise.all([apache.perform(step), ours.perform(step)]);
        records[0].push(...outcomes[0].records);
        records[1].push(...outcomes[1].records);
      }
      await pause(500);
    }
    this.#lastHeartbeatMs = Date.now();
    const outcomeOf = (list: readonly NormalRecord[]): Outcome => {
      return { request: brokerIds, answer: null, records: list, ms: 0, isResigned: false };
    };
    return [outcomeOf(records[0]), outcomeOf(records[1])];
  }

  #isSameState(): boolean {
    const { apache, ours } = this.#started();
    return (
      this.#model.toText() === this.#ourModel.toText() &&
      apache.symbols.countsText() === ours.symbols.countsText()
    );
  }

  /** After a difference that the state keeps, both sides start afresh: all that follows would differ. */
  async #mend(): Promise<void> {
    const mayStillAgree = this.#queue.length > 0 && !this.#isApart;
    if (mayStillAgree && !this.#isBroken) return;
    if (!this.#isBroken && this.#isSameState()) return;
    const isUnexplained = this.#found.at(-1)?.index === this.#done - 1;
    if (isUnexplained && !this.#options.keepGoing) return;
    await this.#restart();
  }
}
