/**
 * `npm run sim`: runs one seed, many, or a plan from a file, on the code as it is or on a planted bug. What breaks is
 * shrunk and told.
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { runJob } from "./job.ts";
import { everyMutant } from "./mutant/every-mutant.ts";
import { drawPlan, type Plan } from "./plan.ts";
import { Pool } from "./pool.ts";
import type { Run } from "./simulate.ts";
import { tellBriefly, tellFailure } from "./tell-failure.ts";

const USAGE = `usage: npm run sim -- [options]
  --seed N        the seed to run (default 1)
  --seeds COUNT   so many seeds from there on
  --plan FILE     a plan as this command prints it, instead of a seed
  --mutant NAME   with a planted bug (test/sim/mutant)
  --timeline      tell everything that happens
`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  say(`--${name} must be a whole number of 0 or more, not "${text}"\n${USAGE}`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      options: {
        seed: { type: "string", default: "1" },
        seeds: { type: "string", default: "1" },
        plan: { type: "string" },
        mutant: { type: "string" },
        timeline: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

/** A plan as a failure prints it, or with what was found around it as in test/sim/once-broken. */
function readPlan(path: string): Plan {
  try {
    const read = JSON.parse(readFileSync(path, "utf8")) as Plan | { readonly plan: Plan };
    const plan = "plan" in read ? read.plan : read;
    if (Array.isArray(plan.faults)) return plan;
    say(`${path} holds no plan: it names no faults`);
  } catch (error) {
    say(`Cannot read a plan from ${path}: ${(error as Error).message}`);
  }
  process.exit(2);
}

async function runOne(plan: Plan, mutant: string | null, timeline: boolean): Promise<boolean> {
  const startedMs = performance.now();
  const run = await runJob({ plan, mutant, keepLines: timeline });
  if (timeline) for (const line of run.timeline) say(line);
  tellRun(run, performance.now() - startedMs);
  if (run.failure !== null) say(await tellFailure(plan, mutant));
  return run.failure === null;
}

function tellRun(run: Run, tookMs: number): void {
  const { seed, events, virtualMs, traceHash, operations, acknowledged, epochs, failure } = run;
  const seconds = (virtualMs / 1000).toFixed(1);
  say(
    `seed ${seed}: ${failure === null ? "ok" : `BROKEN ${failure.invariant}`}, ${events} events, ${seconds} virtual s, ` +
      `${operations} operations (${acknowledged} answered), ${epochs} epochs, trace ${traceHash}, ${tookMs.toFixed(0)} ms`,
  );
}

async function runMany(from: number, count: number, mutant: string | null): Promise<boolean> {
  const pool = new Pool();
  const broken: Run[] = [];
  const startedMs = performance.now();
  let next = from;
  let events = 0;
  const job = () => (next < from + count ? { plan: next++, mutant, keepLines: false } : null);
  await pool.runAll(job, (run) => {
    events += run.events;
    if (run.failure === null) return;
    broken.push(run);
    say(tellBriefly(run, mutant));
  });
  await pool.close();
  const seconds = (performance.now() - startedMs) / 1000;
  say(
    `${count} seeds, ${broken.length} broken, ${(count / seconds).toFixed(1)} seeds/s, ${(events / seconds).toFixed(0)} events/s`,
  );
  return broken.length === 0;
}

const { seed, seeds, plan, mutant = null, timeline } = options();
const first = numberOf("seed", seed);
const count = numberOf("seeds", seeds);
if (count < 1 || (count > 1 && (plan !== undefined || timeline))) {
  say(
    `--seeds must be 1 or more, and above 1 it goes with neither --plan nor --timeline\n${USAGE}`,
  );
  process.exit(2);
}
if (mutant !== null && !everyMutant.some(({ name }) => name === mutant)) {
  say(
    `There is no planted bug ${mutant}. There are: ${everyMutant.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}
// A reader that has seen enough, such as head, ends this.
process.stdout.on("error", () => process.exit(1));
const passed =
  count > 1
    ? await runMany(first, count, mutant)
    : await runOne(plan === undefined ? drawPlan(first) : readPlan(plan), mutant, timeline);
process.exitCode = passed ? 0 : 1;
