/** One run: a quorum of real processes, HTTP clients and subscribers, failovers, and what came of it. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Prng } from "../../src/base/prng.ts";
import { Evidence } from "../kill/evidence.ts";
import { History } from "../kill/history.ts";
import { readBack } from "../kill/listing.ts";
import { killAndCompare, whenCaughtUp } from "../kill/replicas.ts";
import { Victims } from "../kill/victims.ts";
import { finalViolations, nameViolations } from "../kill/violations.ts";
import { checkConfigHistory } from "../linear/config-model.ts";
import { checkOffsets } from "../linear/offsets.ts";
import { Quorate } from "../support/quorate.ts";
import { SimulatedBroker } from "../support/simulated-broker.ts";
import { avoidableErrors, type Sender } from "./avoidable-errors.ts";
import { Downtimes } from "./downtimes.ts";
import { Exchanges, isChangeAtOffset } from "./exchanges.ts";
import { type FailoverKind, Failovers } from "./failovers.ts";
import { logViolations } from "./log-effects.ts";
import { readLog } from "./log-record.ts";
import { makeReport, type Report } from "./report.ts";
import { Subscribers } from "./subscribers.ts";
import { Notes } from "./tasks.ts";
import { Workload } from "./workload.ts";

const BROKER_IDS = [101, 102, 103];
/** Brokers are not the matter here: a frozen controller must not cost them their sessions. */
const PROPERTIES = { "broker.session.timeout.ms": "60000" };
const FAILED = /"event":"request-failed"/;

export interface RunOptions {
  readonly seed: number;
  readonly failovers: number;
  readonly clients: number;
  readonly subscribers: number;
  readonly restMs: number;
  /** How the first leaders are lost; the others as the seed says. */
  readonly kinds?: readonly FailoverKind[];
  /** Called after every failover. */
  readonly onFailover?: (done: number, unavailableMs: number) => void;
}

export async function runFailovers(options: RunOptions): Promise<Report> {
  const evidence = new Evidence();
  const failed: string[] = [];
  const onLine = (id: number, line: string): void => {
    evidence.line(id, line);
    if (FAILED.test(line)) failed.push(`controller ${id} printed ${line}`);
  };
  const quorate = await Quorate.start({ properties: PROPERTIES, onLine });
  const brokers: SimulatedBroker[] = [];
  let isKept = true;
  try {
    for (const id of BROKER_IDS) brokers.push(await SimulatedBroker.start(quorate, id));
    const report = await new Run(options, quorate, { brokers, evidence, failed }).report();
    isKept = report.evidence !== null;
    return report;
  } finally {
    await Promise.all(brokers.map((broker) => broker.stop()));
    await quorate.close();
    await evidence.close(isKept);
  }
}

interface Around {
  readonly brokers: readonly SimulatedBroker[];
  readonly evidence: Evidence;
  /** What gateways printed of requests that they could not answer. */
  readonly failed: readonly string[];
}

class Run {
  readonly #options: RunOptions;
  readonly #quorate: Quorate;
  readonly #around: Around;
  readonly #history = new History();
  readonly #exchanges = new Exchanges();
  readonly #notes = new Notes(this.#history);
  readonly #downtimes = new Downtimes();
  readonly #failovers: Failovers;
  readonly #workload: Workload;
  readonly #subscribers: Subscribers;
  /** Found while it runs. */
  readonly #violations: string[] = [];
  readonly #startMs = performance.now();

  constructor(options: RunOptions, quorate: Quorate, around: Around) {
    this.#options = options;
    this.#quorate = quorate;
    this.#around = around;
    const { evidence } = around;
    const prng = Prng.fromNumber(options.seed);
    const victims = new Victims(quorate.controllers, prng, (id, what) => evidence.line(id, what));
    const writes = this.#exchanges.acknowledgements;
    this.#failovers = new Failovers(victims, this.#downtimes, writes, prng);
    this.#workload = new Workload(options, (name) => {
      this.#violations.push(...nameViolations(this.#history, name));
    });
    this.#subscribers = new Subscribers(options.subscribers, options.seed, quorate);
  }

  async report(): Promise<Report> {
    const found = await this.#failOverAndReadBack().catch((error: unknown) => [
      `The run could not go on: ${(error as Error).stack}`,
    ]);
    // Nobody may be left waiting for a process that is still frozen.
    for (const controller of this.#quorate.controllers) controller.cont();
    await this.#workload.stop();
    await this.#subscribers.stop();
    const { violations: avoidable, excused } = avoidableErrors(this.#senders(), this.#downtimes);
    const violations = [...found, ...avoidable, ...this.#foundSoFar()];
    const { evidence } = this.#around;
    const report = makeReport({
      options: this.#options,
      elapsedMs: performance.now() - this.#startMs,
      exchanges: this.#exchanges,
      history: this.#history,
      failovers: this.#failovers.done,
      subscribers: this.#subscribers.all,
      downtimes: this.#downtimes,
      excused,
      violations,
      evidence: violations.length === 0 ? null : evidence.folder,
    });
    if (violations.length > 0) this.#save(report);
    return report;
  }

  /** Returns what is wrong at the end. */
  async #failOverAndReadBack(): Promise<string[]> {
    const { failovers, kinds, onFailover } = this.#options;
    await this.#subscribers.start();
    this.#workload.start(this.#quorate, this.#exchanges, this.#notes);
    await this.#failovers.progress("the start");
    while (this.#failovers.done.length < failovers) {
      await this.#failovers.next(kinds?.[this.#failovers.done.length]);
      const done = this.#failovers.done;
      onFailover?.(done.length, done.at(-1)?.unavailableMs ?? 0);
      if (this.#foundSoFar().length > 0) return [];
    }
    await this.#workload.stop();
    const { high_watermark: end } = await this.#quorate.get<{ high_watermark: number }>("/quorum");
    const late = await this.#subscribers.reach(end - 1);
    await this.#subscribers.stop();
    const log = await readLog(this.#quorate, end - 1);
    const listed = await readBack(this.#quorate, this.#history);
    const committed = await whenCaughtUp(this.#quorate);
    const found = [
      ...late,
      ...(await this.#subscribers.violations(log)),
      ...logViolations(log, this.#notes.changes),
      ...finalViolations(this.#history, [listed]),
      ...checkConfigHistory(this.#notes.configs),
      ...this.#offsetViolations(),
    ];
    await Promise.all(this.#around.brokers.map((broker) => broker.stop()));
    return [...found, ...(await killAndCompare(this.#quorate, committed))];
  }

  #foundSoFar(): string[] {
    return [
      ...this.#violations,
      ...this.#history.unexpected,
      ...this.#notes.unexpected,
      ...this.#around.evidence.aborts,
      ...this.#around.failed,
      ...this.#workload.failures,
    ];
  }

  #senders(): Sender[] {
    return [
      ...this.#exchanges.all.map(({ client, request, patienceMs, attempts }) => ({
        name: `client ${client} (${request.method} ${request.path})`,
        patienceMs,
        attempts,
      })),
      ...this.#subscribers.all.map(({ name, attempts }) => ({
        name,
        patienceMs: Infinity,
        attempts,
      })),
    ];
  }

  #offsetViolations(): string[] {
    return checkOffsets(
      this.#exchanges.all.flatMap(({ client, request, answer, invokedAt, endedAt }) => {
        if (answer === null || answer.trueAt === null) return [];
        return [
          {
            client,
            invokedAt,
            returnedAt: endedAt,
            offset: answer.trueAt.offset,
            isWrite: isChangeAtOffset(request, answer),
            label: `${request.method} ${request.path} (${answer.status})`,
          },
        ];
      }),
    );
  }

  #save(report: Report): void {
    const { evidence } = this.#around;
    evidence.save(this.#history, report, this.#quorate.dataPath);
    const lines = (items: readonly unknown[]): string =>
      items.map((item) => JSON.stringify(item)).join("\n");
    const write = (name: string, items: readonly unknown[]): void =>
      writeFileSync(join(evidence.folder, name), lines(items));
    write("exchanges.jsonl", this.#exchanges.all);
    write("downtimes.jsonl", this.#downtimes.all);
    write("configs.jsonl", this.#notes.configs);
    write(
      "streams.jsonl",
      this.#subscribers.all.map(({ name, attempts }) => ({ name, attempts })),
    );
  }
}
