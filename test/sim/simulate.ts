/**
 * One run: a world is built from its plan and goes through faults, then everything is mended and must settle, and at
 * the end what is left is compared with what was promised.
 */

import type { Counts } from "./coverage.ts";
import { everyInvariant } from "./every-invariant.ts";
import { finalWorld } from "./final-world.ts";
import { type Invariant, InvariantBroken } from "./observation.ts";
import { LONGEST_FAULTY_MS, type Plan } from "./plan.ts";
import { runQuiet } from "./quiet-part.ts";
import { type Builds, World } from "./world.ts";

export interface Failure {
  readonly invariant: string;
  readonly fact: string;
  readonly atMs: number;
  readonly atEvent: number;
}

export interface Run {
  readonly seed: number;
  readonly failure: Failure | null;
  readonly events: number;
  readonly virtualMs: number;
  /** Two runs that went the same way have the same one. */
  readonly traceHash: string;
  readonly coverage: Readonly<Counts>;
  readonly operations: number;
  readonly acknowledged: number;
  readonly epochs: number;
  readonly timeline: readonly string[];
}

export interface RunOptions {
  readonly keepLines?: boolean;
  readonly invariants?: readonly Invariant[];
  /** Plants the bug of a platform that says things before it has stored them. */
  readonly withoutOutputGate?: boolean;
}

export function simulate(plan: Plan, builds: Builds, options: RunOptions = {}): Run {
  const invariants = options.invariants ?? everyInvariant();
  const world = new World(plan, builds, invariants, { keepLines: options.keepLines ?? false });
  world.hasOutputGate = options.withoutOutputGate !== true;
  let failure: Failure | null = null;
  try {
    runFaulty(world);
    runQuiet(world);
    const end = finalWorld(world);
    for (const invariant of invariants) invariant.onEnd?.(end);
  } catch (error) {
    // What a controller says may break whoever reads it: that is a finding too.
    const { invariant, fact } =
      error instanceof InvariantBroken
        ? error
        : { invariant: "nothing-throws", fact: String((error as Error)?.stack ?? error) };
    failure = { invariant, fact, atMs: world.elapsedMs, atEvent: world.scheduler.events };
    world.trace.tell("broken", () => `${invariant}: ${fact}`);
  }
  return {
    seed: plan.seed,
    failure,
    events: world.scheduler.events,
    virtualMs: world.elapsedMs,
    traceHash: world.trace.hash,
    coverage: world.coverage.counts,
    operations: world.witness.operations.length,
    acknowledged: world.witness.operations.filter(({ output }) => output !== null).length,
    epochs: Math.max(...world.hosts.map(({ disk }) => disk.election?.leaderEpoch ?? 0)),
    timeline: world.trace.lines,
  };
}

function runFaulty(world: World): void {
  const { scheduler, plan } = world;
  for (const host of world.hosts) {
    host.start();
    world.format(host.id, world.document);
  }
  const startMs = scheduler.nowMs;
  for (const broker of world.brokers) scheduler.after(200, () => broker.start());
  for (const client of world.clients) scheduler.after(1000, () => client.start());
  for (const administrator of world.administrators)
    scheduler.after(1000, () => administrator.start());
  scheduler.after(1000, () => world.operator.start());
  scheduler.after(1000, () => world.watcher.start());
  for (const fault of plan.faults) {
    scheduler.at(startMs + fault.atMs, () => {
      if (!world.isQuiet) world.striker.strike(fault);
    });
  }
  while (scheduler.events < plan.faultyEvents && world.elapsedMs < LONGEST_FAULTY_MS)
    scheduler.step();
}
