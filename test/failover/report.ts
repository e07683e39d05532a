/** The numbers of a run. */

import type { History } from "../kill/history.ts";
import type { Downtimes } from "./downtimes.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import type { Failover } from "./failovers.ts";
import type { Subscriber } from "./subscriber.ts";

const MAX_VIOLATIONS = 50;

export interface Report {
  readonly seed: number;
  readonly elapsedMs: number;
  readonly failovers: readonly Failover[];
  readonly requests: number;
  readonly attempts: number;
  readonly retries: number;
  /** Changes that were answered again instead of made again, as their clients were told. */
  readonly replays: number;
  readonly acknowledgedWrites: number;
  /** How many attempts ended how: the status, or what kept the answer away. */
  readonly ends: Readonly<Record<string, number>>;
  /** Errors that no gateway could have hidden. */
  readonly excused: number;
  /** How many operations on topics ended how. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The longest time that each patient client waited for an answer, retries included. */
  readonly longestWaitMs: readonly number[];
  /** The longest time of those that always asked gateways that lived. */
  readonly longestAtLivingMs: readonly number[];
  /** Of each failover the longest time that a request of those took, in the order of `failovers`. */
  readonly longestInFailoverMs: readonly number[];
  readonly events: readonly number[];
  readonly streams: number;
  /** Empty when all is well. */
  readonly violations: readonly string[];
  readonly violationCount: number;
  /** The folder with everything there is to find the reason by; null when all is well. */
  readonly evidence: string | null;
}

export interface Facts {
  readonly options: { readonly seed: number };
  readonly elapsedMs: number;
  readonly exchanges: Exchanges;
  readonly history: History;
  readonly failovers: readonly Failover[];
  readonly subscribers: readonly Subscriber[];
  readonly downtimes: Downtimes;
  readonly excused: number;
  readonly violations: readonly string[];
  readonly evidence: string | null;
}

export function makeReport(facts: Facts): Report {
  const { exchanges, subscribers, violations } = facts;
  const { attempts, retries, replays, acknowledgements } = exchanges;
  const patient = exchanges.all.filter(({ patienceMs }) => patienceMs > 1000);
  const living = patient.filter((exchange) => atLiving(exchange, facts));
  return {
    seed: facts.options.seed,
    elapsedMs: facts.elapsedMs,
    failovers: facts.failovers,
    requests: exchanges.all.length,
    attempts,
    retries,
    replays,
    acknowledgedWrites: acknowledgements.count,
    ends: exchanges.byEnd(),
    excused: facts.excused,
    outcomes: Object.fromEntries([...facts.history.counts].sort()),
    longestWaitMs: longestOfEach(patient),
    longestAtLivingMs: longestOfEach(living),
    longestInFailoverMs: facts.failovers.map((failover) => longestDuring(failover, living)),
    events: subscribers.map(({ seen }) => seen.offsets.length),
    streams: subscribers.reduce((sum, subscriber) => sum + subscriber.streams, 0),
    violations: violations.slice(0, MAX_VIOLATIONS),
    violationCount: violations.length,
    evidence: facts.evidence,
  };
}

function longestOfEach(exchanges: readonly Exchange[]): number[] {
  return [...Map.groupBy(exchanges, ({ client }) => client).values()].map(longest);
}

function longestDuring({ atMs, unavailableMs }: Failover, exchanges: readonly Exchange[]): number {
  return longest(
    exchanges.filter(
      ({ invokedAt, endedAt }) => invokedAt <= atMs + unavailableMs && atMs <= endedAt,
    ),
  );
}

function longest(exchanges: readonly Exchange[]): number {
  return exchanges.reduce((most, { invokedAt, endedAt }) => Math.max(most, endedAt - invokedAt), 0);
}

/** Whether no gateway that was asked was dead or frozen meanwhile. */
function atLiving({ attempts }: Exchange, { downtimes }: Facts): boolean {
  return !attempts.some(({ controllerId, invokedAt, endedAt }) =>
    downtimes.all.some(
      (downtime) =>
        downtime.controllerId === controllerId &&
        downtime.fromMs <= endedAt &&
        invokedAt <= downtime.toMs,
    ),
  );
}
