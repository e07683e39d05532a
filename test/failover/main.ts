/**
 * The long form of the test beside it: `node test/failover/main.ts --failovers 20 --clients 32 --subscribers 100`. Ends
 * with exit code 1 when it finds anything wrong, and says where it left the history, the logs and the data.
 */

import { parseArgs } from "node:util";
import { print, printCounts, seconds, summary, wholeNumber } from "../kill/report-text.ts";
import { FAILOVER_KINDS } from "./failovers.ts";
import type { Report } from "./report.ts";
import { type RunOptions, runFailovers } from "./run.ts";

const DEFAULTS = {
  failovers: "20",
  clients: "32",
  subscribers: "100",
  seed: "1",
  "rest-ms": "150",
};

// Without this the controllers, which are in process groups of their own, would outlive an interrupted run.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

const report = await runFailovers(options());
printReport(report);
process.exitCode = report.violations.length === 0 ? 0 : 1;

function options(): RunOptions {
  try {
    const { values } = parseArgs({
      options: Object.fromEntries(
        Object.entries(DEFAULTS).map(([name, value]) => [name, { type: "string", default: value }]),
      ),
    });
    const number = (name: keyof typeof DEFAULTS): number => wholeNumber(name, String(values[name]));
    return {
      failovers: number("failovers"),
      clients: number("clients"),
      subscribers: number("subscribers"),
      seed: number("seed"),
      restMs: number("rest-ms"),
      onFailover: (done, ms) => print(`failover ${done}: no write for ${ms.toFixed(0)} ms`),
    };
  } catch (error) {
    print((error as Error).message);
    const known = Object.entries(DEFAULTS).map(
      ([name, value]) => `[--${name} N, default ${value}]`,
    );
    print(`usage: npm run test:failover -- ${known.join(" ")}`);
    process.exit(2);
  }
}

function printReport(found: Report): void {
  const { elapsedMs, failovers, requests, retries, replays, acknowledgedWrites, events } = found;
  print(`seed ${found.seed}, ${seconds(elapsedMs)}: ${failovers.length} failovers`);
  print(`${requests} requests, sent again ${retries} times, answered again ${replays} times`);
  print(`${acknowledgedWrites} writes acknowledged`);
  printCounts("attempt", found.ends);
  print(`errors that no gateway could hide: ${found.excused}`);
  printCounts("topic", found.outcomes);
  for (const kind of FAILOVER_KINDS) {
    const ofKind = (valuesMs: readonly number[]): string =>
      summary(valuesMs.filter((_, index) => failovers[index]?.kind === kind));
    const unavailableMs = failovers.map((failover) => failover.unavailableMs);
    print(`${kind}: no write acknowledged: ${ofKind(unavailableMs)}`);
    print(`${kind}: longest request at a gateway that lived: ${ofKind(found.longestInFailoverMs)}`);
  }
  print(`longest wait of each patient client: ${summary(found.longestWaitMs)}`);
  print(`the same at gateways that lived: ${summary(found.longestAtLivingMs)}`);
  const total = events.reduce((sum, count) => sum + count, 0);
  const [least, most] = [Math.min(...events), Math.max(...events)];
  print(`${events.length} subscribers saw ${total} events in ${found.streams} streams`);
  print(`  of one subscriber: ${least} to ${most}`);
  for (const violation of found.violations) print(`VIOLATION ${violation}`);
  const hidden = found.violationCount - found.violations.length;
  if (hidden > 0) print(`and ${hidden} more`);
  print(
    found.evidence === null
      ? "linearizable, nothing lost, nothing done twice"
      : `everything is in ${found.evidence}`,
  );
}
