/** The part of a run after the faults: everything is mended, work must go on, and an idle world must come to rest. */

import type { World } from "./world.ts";

/** A healed quorum has a leader within this. */
const LEADER_WITHIN_MS = 10_000;
/** Then every broker is back and every controller has everything within this. */
const SETTLED_WITHIN_MS = 40_000;
const CALM_MS = 5000;
/** What an idle world may do in a second, for each of its members. */
const CALM_EVENTS_PER_SECOND = 40;
/** Writes that must take effect before the clients stop. */
const WRITES = 5;
const EFFECTS: readonly string[] = ["created", "deleted", "grown"];

export function runQuiet(world: World): void {
  const { scheduler, plan } = world;
  heal(world);
  const extraMs = 2 * plan.speeds.tailMs;
  runUntil(world, LEADER_WITHIN_MS + extraMs, () => hasWorkingLeader(world), "leader-in-time");
  const before = writesOf(world);
  const goOn = (): boolean => writesOf(world) >= before + WRITES;
  runUntil(world, SETTLED_WITHIN_MS, goOn, "writes-go-on");
  // The clients go on until the world has seen as much as was asked for.
  const enough = plan.totalEvents - CALM_MS / 10;
  while (scheduler.events < enough) scheduler.step();
  world.isOver = true;
  world.undisturbedSinceMs = scheduler.nowMs;
  // Who does not get there is named by the invariants that look at the end.
  runUntil(world, SETTLED_WITHIN_MS + extraMs, () => isSettled(world), null);
  checkCalm(world);
  while (scheduler.events < plan.totalEvents) scheduler.step();
  runUntil(world, SETTLED_WITHIN_MS, () => isSettled(world), null);
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
    else host.resume();
  }
  for (const broker of world.brokers) {
    broker.resume();
    broker.start();
  }
}

/** Steps until `done`, or until time is up; then `invariant` is broken, if one is named. */
function runUntil(
  world: World,
  forMs: number,
  done: () => boolean,
  invariant: string | null,
): void {
  const endMs = world.scheduler.nowMs + forMs;
  while (!done()) {
    if (world.scheduler.nowMs <= endMs && world.scheduler.step()) continue;
    if (invariant !== null) world.stop(invariant, `not within ${forMs} ms: ${states(world)}`);
    return;
  }
}

function writesOf(world: World): number {
  return world.witness.operations.filter(({ output }) => EFFECTS.includes(output?.kind ?? ""))
    .length;
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
