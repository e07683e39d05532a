/** One run: a quorum of real processes, clients, faults until there were enough kills, and what came of it. */

import { Prng } from "../../src/base/prng.ts";
import { Quorate } from "../support/quorate.ts";
import { SimulatedBroker } from "../support/simulated-broker.ts";
import { Evidence } from "./evidence.ts";
import { History } from "./history.ts";
import { readBack } from "./listing.ts";
import { Nemesis } from "./nemesis.ts";
import { killAndCompare, whenCaughtUp } from "./replicas.ts";
import { Victims } from "./victims.ts";
import { finalViolations, nameViolations } from "./violations.ts";
import { Workload } from "./workload.ts";

const BROKER_IDS = [101, 102, 103];
const MAX_VIOLATIONS = 50;

export interface RunOptions {
  readonly seed: number;
  /** Faults strike until so many processes have been killed. */
  readonly kills: number;
  /** Called after every fault. */
  readonly onFault?: (progress: Progress) => void;
}

export interface Progress {
  readonly kills: number;
  readonly stops: number;
  readonly restarts: number;
  readonly operations: number;
  readonly acknowledgedWrites: number;
}

export interface Report extends Progress {
  readonly seed: number;
  readonly elapsedMs: number;
  readonly names: number;
  /** How often each kind of fault struck. */
  readonly struck: Readonly<Record<string, number>>;
  /** How many operations of each kind ended how. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly unavailableMs: {
    readonly killed: readonly number[];
    readonly stopped: readonly number[];
  };
  /** Empty when all is well. */
  readonly violations: readonly string[];
  /** The folder with everything there is to find the reason by; null when all is well. */
  readonly evidence: string | null;
}

export async function runKills(options: RunOptions): Promise<Report> {
  const evidence = new Evidence();
  const quorate = await Quorate.start({ onLine: (id, line) => evidence.line(id, line) });
  const brokers: SimulatedBroker[] = [];
  let isKept = true;
  try {
    for (const id of BROKER_IDS) brokers.push(await SimulatedBroker.start(quorate, id));
    const report = await new Run(options, quorate, brokers, evidence).report();
    isKept = report.evidence !== null;
    return report;
  } finally {
    await Promise.all(brokers.map((broker) => broker.stop()));
    await quorate.close();
    await evidence.close(isKept);
  }
}

class Run {
  readonly #options: RunOptions;
  readonly #quorate: Quorate;
  readonly #brokers: readonly SimulatedBroker[];
  readonly #evidence: Evidence;
  readonly #history = new History();
  readonly #victims: Victims;
  readonly #nemesis: Nemesis;
  readonly #workload: Workload;
  /** Found while it runs. */
  readonly #violations: string[] = [];
  readonly #startMs = performance.now();

  constructor(
    options: RunOptions,
    quorate: Quorate,
    brokers: readonly SimulatedBroker[],
    evidence: Evidence,
  ) {
    this.#options = options;
    this.#quorate = quorate;
    this.#brokers = brokers;
    this.#evidence = evidence;
    const prng = Prng.fromNumber(options.seed);
    this.#victims = new Victims(quorate.controllers, prng, (id, what) => evidence.line(id, what));
    this.#nemesis = new Nemesis(this.#victims, this.#history, prng);
    this.#workload = new Workload(quorate, this.#history, (name) => {
      this.#violations.push(...nameViolations(this.#history, name));
    });
  }

  async report(): Promise<Report> {
    this.#workload.start(this.#options.seed);
    const violations = await this.#strikeAndReadBack().catch((error: unknown) => [
      ...this.#foundSoFar(),
      ...finalViolations(this.#history, []),
      `The run could not go on: ${(error as Error).stack}`,
    ]);
    // Nobody may be left waiting for a process that is still frozen.
    for (const controller of this.#quorate.controllers) controller.cont();
    await this.#workload.stop();
    const evidence = violations.length === 0 ? null : this.#evidence.folder;
    const report = this.#write(violations.slice(0, MAX_VIOLATIONS), evidence);
    if (evidence !== null) this.#evidence.save(this.#history, report, this.#quorate.dataPath);
    return report;
  }

  /** Returns all violations: at once when one is found while faults strike, else those of the end. */
  async #strikeAndReadBack(): Promise<string[]> {
    const { kills, onFault } = this.#options;
    await this.#nemesis.progress("the start");
    while (this.#victims.kills < kills) {
      await this.#nemesis.strike();
      onFault?.(this.#progress());
      if (this.#foundSoFar().length > 0) return this.#foundSoFar();
    }
    await this.#workload.stop();
    const first = await readBack(this.#quorate, this.#history);
    // What the next leader says must be the same.
    const leader = await this.#victims.leader();
    await this.#victims.kill(leader);
    await this.#victims.restart(leader);
    const second = await readBack(this.#quorate, this.#history);
    const committed = await whenCaughtUp(this.#quorate);
    await Promise.all(this.#brokers.map((broker) => broker.stop()));
    return [
      ...finalViolations(this.#history, [first, second]),
      ...(await killAndCompare(this.#quorate, committed)),
      ...this.#foundSoFar(),
    ];
  }

  #foundSoFar(): string[] {
    return [
      ...this.#violations,
      ...this.#history.unexpected,
      ...this.#evidence.aborts,
      ...this.#workload.failures,
    ];
  }

  #progress(): Progress {
    const { kills, stops, restarts } = this.#victims;
    const { operations, acknowledgedWrites } = this.#history;
    return { kills, stops, restarts, operations, acknowledgedWrites };
  }

  #write(violations: readonly string[], evidence: string | null): Report {
    return {
      seed: this.#options.seed,
      elapsedMs: performance.now() - this.#startMs,
      ...this.#progress(),
      names: this.#history.names().length,
      struck: Object.fromEntries(this.#nemesis.struck),
      outcomes: Object.fromEntries([...this.#history.counts].sort()),
      unavailableMs: this.#nemesis.unavailableMs,
      violations,
      evidence,
    };
  }
}
