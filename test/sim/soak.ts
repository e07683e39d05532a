/**
 * `npm run sim:soak`: new seeds for so many minutes, and at the end what was injected, what was reached and what was
 * not. Every seed that breaks something is told with the command that shows it again.
 */

import { parseArgs } from "node:util";
import { type Lines, tellLines } from "./code-coverage.ts";
import { Pool } from "./pool.ts";
import { unreachedStates } from "./reachable.ts";
import { Tally } from "./tally.ts";
import { tellBriefly } from "./tell-failure.ts";

const USAGE = `usage: npm run sim:soak -- [options]
  --minutes M   how long (default 10)
  --seed N      the first seed (default: one that depends on the time)
  --code        also tell which lines of src/raft, src/state and src/controller no seed reached (slower)
`;
const TELL_EVERY_MS = 60_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function options(): { minutes: number; seed: number; code: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: "string", default: "10" },
        seed: { type: "string", default: String(Math.floor(Date.now() / 1000)) },
        code: { type: "boolean", default: false },
      },
    });
    const minutes = Number(values.minutes);
    const seed = Number(values.seed);
    if (!(minutes > 0)) throw new Error(`--minutes must be above 0, not "${values.minutes}"`);
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new Error(`--seed must be a whole number of 0 or more, not "${values.seed}"`);
    }
    return { minutes, seed, code: values.code };
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

function tellCounts(title: string, counts: readonly (readonly [string, number])[]): void {
  say(`\n${title}`);
  for (const [what, count] of counts) say(`  ${String(count).padStart(10)}  ${what}`);
}

function tellCode(lines: Lines): void {
  say("\nlines of the core that no seed reached");
  for (const [path, unreached] of Object.entries(lines).sort()) {
    if (unreached.length > 0) say(`  ${path}: ${tellLines(unreached)}`);
  }
}

const { minutes, seed, code } = options();
const tally = new Tally();
const pool = new Pool({ countsCode: code });
let next = seed;
let toldMs = 0;
say(`soak of ${minutes} minutes from seed ${seed} on ${pool.size} cores`);
await pool.runAll(
  () =>
    tally.elapsedMs < minutes * 60_000 ? { plan: next++, mutant: null, keepLines: false } : null,
  (run) => {
    tally.add(run);
    if (run.failure !== null) say(tellBriefly(run));
    if (tally.elapsedMs - toldMs < TELL_EVERY_MS) return;
    toldMs = tally.elapsedMs;
    say(tally.tell());
  },
);
tellCounts("faults injected", tally.countsOf("fault "));
tellCounts("changes of role", tally.countsOf("role "));
tellCounts("records committed", tally.countsOf("record "));
const others = Object.entries(tally.counts).filter(([what]) => !/^(fault|role|record) /.test(what));
tellCounts(
  "answers and incidents",
  others.sort(([a], [b]) => (a < b ? -1 : 1)),
);
say("\nstates that no seed reached");
for (const { state, why } of unreachedStates(tally.counts)) say(`  ${state}: ${why}`);
if (code) tellCode(await pool.unreached());
await pool.close();
say(`\n${tally.tell()}`);
process.exitCode = tally.broken.length === 0 ? 0 : 1;
