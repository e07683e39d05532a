/**
 * Which failures of attempts nobody can excuse: an error from a gateway that lives while others are served, or a broken
 * connection to a process that nobody killed.
 */

import type { Downtime, Downtimes } from "./downtimes.ts";
import type { Attempt } from "./exchanges.ts";

/** A gateway says that nobody leads after so long; docs/http-api.md. */
const GATEWAY_BOUND_MS = 5000;
/** A gateway that begins to look for the leader so long before its bound finds it. */
const SEARCH_MS = 500;
/** What the clocks of a client and of a gateway, and a busy machine, make of a moment. */
const SLACK_MS = 100;

/** Somebody who sends attempts. */
export interface Sender {
  readonly name: string;
  /** Null for one that ends attempts when it likes. */
  readonly patienceMs: number | null;
  readonly attempts: readonly Attempt[];
}

/** Says which attempts failed although they need not have; `excused` counts those that failed with good reason. */
export function avoidableErrors(
  senders: readonly Sender[],
  downtimes: Downtimes,
): { readonly violations: string[]; readonly excused: number } {
  const all = senders.flatMap(({ attempts }) => attempts);
  const served = all.filter(({ end }) => end.kind === "answered" && end.status < 300);
  const violations: string[] = [];
  let excused = 0;
  for (const { name, patienceMs, attempts } of senders) {
    for (const attempt of attempts) {
      const problem = problemOf(attempt, patienceMs, { served, downtimes });
      if (problem === null) continue;
      if (problem === "excused") excused += 1;
      else violations.push(`${name} ${problem} from controller ${inWords(attempt)}`);
    }
  }
  return { violations, excused };
}

interface Facts {
  readonly served: readonly Attempt[];
  readonly downtimes: Downtimes;
}

function problemOf(attempt: Attempt, patienceMs: number | null, facts: Facts): string | null {
  const { end } = attempt;
  const wasKilled = wasDown(attempt, "killed", facts);
  const wasFrozen = wasDown(attempt, "stopped", facts);
  switch (end.kind) {
    case "answered": {
      if (end.status < 500) return null;
      const isHelpless = wasFrozen || !othersWereServed(attempt, facts);
      const isExcused = end.status === 503 && tookTheBound(attempt) && isHelpless;
      return isExcused ? "excused" : `got ${end.status} (${end.message})`;
    }
    case "refused":
      return wasKilled ? null : "was refused a connection";
    case "broken":
      return wasKilled ? null : `lost the connection (${end.reason})`;
    case "given-up": {
      const isOwnChoice = patienceMs === null || patienceMs < GATEWAY_BOUND_MS;
      return isOwnChoice || wasKilled || wasFrozen ? null : "waited in vain for an answer";
    }
  }
}

/** Whether the process was dead or frozen at any time of the attempt. */
function wasDown(
  { controllerId: id, invokedAt, endedAt }: Attempt,
  kind: Downtime["kind"],
  { downtimes }: Facts,
): boolean {
  return downtimes.all.some(
    (downtime) =>
      downtime.kind === kind &&
      downtime.controllerId === id &&
      downtime.fromMs <= endedAt &&
      invokedAt <= downtime.toMs + SLACK_MS,
  );
}

/** Whether anybody who asked later was served well before this attempt failed. */
function othersWereServed({ invokedAt, endedAt }: Attempt, { served }: Facts): boolean {
  return served.some((other) => other.invokedAt > invokedAt && other.endedAt < endedAt - SEARCH_MS);
}

function tookTheBound({ invokedAt, endedAt }: Attempt): boolean {
  return endedAt - invokedAt >= GATEWAY_BOUND_MS - SLACK_MS;
}

function inWords({ controllerId, invokedAt, endedAt }: Attempt): string {
  return `${controllerId} at ${invokedAt.toFixed(0)} to ${endedAt.toFixed(0)} ms`;
}
