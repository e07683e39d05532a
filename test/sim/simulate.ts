/**
 * One run: a world is built from its plan and goes through faults, then everything is mended and must settle, and at
 * the end what is left is compared with what was promised.
 */

import type { Counts } from "./coverage.ts";
import { everyInvariant } from "./every-invariant.ts";
import { FaultStriker } from "./fault-striker.ts";
import { finalWorld } from "./final-world.ts";
import { type Invariant, InvariantBroken } from "./observation.ts";
import type { Plan } from "./plan.ts";
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
}

/** The part with faults ends here at the latest. */
const FAULTY_MS = 150_000;
/** A healed quorum has a leader within this. */
const LEADER_WITHIN_MS = 10_000;
/** Then every broker is back and every controller has everything within this. */
const SETTLED_WITHIN_MS = 40_000;
const CALM_MS = 5000;
/** What an idle world may do in a second, for each of its members. */
const CALM_EVENTS_PER_SECOND = 40;

export function simulate(plan: Plan, builds: Builds, options: RunOptions = {}): Run {
  const invariants = options.invariants ?? everyInvariant();
  const world = new World(plan, builds, invariants, { keepLines: options.keepLines ?? false });
  let failure: Failure | null = null;
  try {
    runFaulty(world);
    runQuiet(world);
    const end = finalWorld(world);
    for (const invariant of invariants) invariant.onEnd?.(end);
  } catch (error) {
    if (!(error instanceof InvariantBroken)) throw error;
    const { invariant, fact } = error;
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
    operations: world.operations.length,
    acknowledged: world.operations.filter(({ output }) => output !== null).length,
    epochs: Math.max(...world.hosts.map(({ disk }) => disk.election?.leaderEpoch ?? 0)),
    timeline: world.trace.lines,
  };
}

function runFaulty(world: World): void {
  const { scheduler, plan } = world;
  const striker = new FaultStriker(world);
  for (const host of world.hosts) {
    host.start();
    world.format(host.id, world.document);
  }
  const startMs = scheduler.nowMs;
  for (const broker of world.brokers) scheduler.after(200, () => broker.start());
  for (const client of world.clients) scheduler.after(1000, () => client.start());
  for (const fault of plan.faults) {
    scheduler.at(startMs + fault.atMs, () => {
      if (!world.isQuiet) striker.strike(fault);
    });
  }
  while (scheduler.events < plan.faultyEvents && world.elapsedMs < FAULTY_MS) scheduler.step();
}

function runQuiet(world: World): void {
  const { scheduler, plan } = world;
  heal(world);
  const extraMs = 2 * plan.speeds.tailMs;
  runUntil(world, LEADER_WITHIN_MS + extraMs, "leader-in-time", "a leader", () =>
    hasWorkingLeader(world),
  );
  const before = world.operations.filter(({ output }) => output !== null).length;
  runUntil(world, SETTLED_WITHIN_MS, "writes-go-on", "20 answers", () => {
    return world.operations.filter(({ output }) => output !== null).length >= before + 20;
  });
  // The clients go on until the world has seen as much as was asked for.
  const enough = plan.totalEvents - CALM_MS / 10;
  while (scheduler.events < enough) scheduler.step();
  world.isOver = true;
  runUntil(world, SETTLED_WITHIN_MS + extraMs, "settles", "everybody up to date", () =>
    isSettled(world),
  );
  checkCalm(world);
  while (scheduler.events < plan.totalEvents) scheduler.step();
  runUntil(world, SETTLED_WITHIN_MS, "settles", "everybody up to date", () => isSettled(world));
}

function heal(world: World): void {
  world.trace.tell("heal", () => "no more faults");
  world.isQuiet = true;
  world.network.heal();
  for (const host of world.hosts) {
    host.endTwin();
    host.slowSyncMs = 0;
    host.disk.accessesUntilFailure = Number.POSITIVE_INFINITY;
    if (host.life === null) host.start();
    else host.life.busyUntilMs = Math.min(host.life.busyUntilMs, world.scheduler.nowMs);
  }
  for (const broker of world.brokers) {
    broker.resume();
    broker.start();
  }
}

function runUntil(
  world: World,
  forMs: number,
  invariant: string,
  what: string,
  done: () => boolean,
): void {
  const endMs = world.scheduler.nowMs + forMs;
  while (!done()) {
    if (world.scheduler.nowMs > endMs || !world.scheduler.step()) {
      world.stop(
        invariant,
        `no sign of ${what} within ${forMs} ms after the faults: ${states(world)}`,
      );
    }
  }
}

function hasWorkingLeader(world: World): boolean {
  const replica = world.leader?.life?.node.quorum?.replica;
  return replica !== undefined && replica.highWatermark > replica.epochStartOffset;
}

function isSettled(world: World): boolean {
  const leader = world.leader?.life?.node.quorum;
  if (leader === undefined || leader === null) return false;
  const { endOffset } = leader.log;
  for (const { life } of world.hosts) {
    const replica = life?.node.quorum?.replica;
    if (replica?.highWatermark !== endOffset || replica.epoch !== leader.replica.epoch)
      return false;
  }
  return world.brokers.every((broker) => {
    return !broker.isFenced && broker.image.appliedOffset === endOffset - 1;
  });
}

/** A healthy, idle quorum keeps its leader and does little (KAFKA-17751). */
function checkCalm(world: World): void {
  const { scheduler, hosts, brokers } = world;
  const epoch = world.leader?.disk.election?.leaderEpoch;
  const events = scheduler.events;
  const endMs = scheduler.nowMs + CALM_MS;
  while (scheduler.nowMs < endMs && scheduler.step());
  const now = world.leader?.disk.election?.leaderEpoch;
  if (now !== epoch) world.stop("calm", `a healthy quorum goes from epoch ${epoch} to ${now}`);
  const perSecond = ((scheduler.events - events) * 1000) / CALM_MS;
  const most = CALM_EVENTS_PER_SECOND * (hosts.length + brokers.length);
  if (perSecond > most) world.stop("calm", `an idle world has ${perSecond} events a second`);
}

function states(world: World): string {
  const brokers = world.brokers.map(({ id, isUp, isFenced, image }) => {
    return `broker ${id} is ${isUp ? "up" : "down"}${isFenced ? ", fenced" : ""}, at ${image.appliedOffset}`;
  });
  const controllers = world.hosts.map(({ id, life }) => {
    const replica = life?.node.quorum?.replica;
    if (replica === undefined) return `${id} is down`;
    return `${id} is ${replica.role} in epoch ${replica.epoch}, committed ${replica.highWatermark}`;
  });
  return [...controllers, ...brokers].join("; ");
}
