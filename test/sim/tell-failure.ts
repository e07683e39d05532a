/** What is said of a run that broke an invariant: the fact, how to see it again, and what led to it. */

import { runJob } from "./job.ts";
import type { Plan } from "./plan.ts";
import { shrink } from "./shrink.ts";
import type { Failure, Run } from "./simulate.ts";

const LINES = 60;

/** One line: what broke, and the command that shows it again. */
export function tellBriefly({ seed, failure }: Run, mutant: string | null = null): string {
  if (failure === null) return `seed ${seed}: nothing broke`;
  const { invariant, fact, atEvent } = failure;
  return `seed ${seed}: ${invariant} at event ${atEvent}: ${fact}\n  npm run sim -- --seed ${seed}${mutant === null ? "" : ` --mutant ${mutant}`}`;
}

/** The failure of a plan with a smaller plan that shows it too, and the end of that one's timeline. */
export async function tellFailure(plan: Plan, mutant: string | null): Promise<string> {
  const attempt = async (smaller: Plan): Promise<Failure | null> =>
    (await runJob({ plan: smaller, mutant, keepLines: false })).failure;
  const smallest = await shrink(plan, attempt);
  const run = await runJob({ plan: smallest, mutant, keepLines: true });
  const { failure } = run;
  const size = `${plan.faults.length} planned faults shrunk to ${smallest.faults.length}`;
  return [
    `${failure?.invariant}: ${failure?.fact}`,
    `at event ${failure?.atEvent}, ${failure?.atMs.toFixed(1)} ms; ${size}`,
    ...run.timeline.slice(-LINES),
    "the shrunk plan, for --plan FILE:",
    JSON.stringify(smallest),
  ].join("\n");
}
