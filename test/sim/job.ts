/** What a worker is asked to run, and how it runs it: one plan on the current code or on a planted bug. */

import { CURRENT_BUILD, loadBuild, type Patch } from "./build.ts";
import type { Build } from "./life.ts";
import { everyMutant } from "./mutant/every-mutant.ts";
import { OLDER_BUILD } from "./older-build.ts";
import { drawPlan, type Plan } from "./plan.ts";
import { type Run, simulate } from "./simulate.ts";
import type { Builds } from "./world.ts";

export interface Job {
  /** A seed, or a plan that was changed since it was drawn. */
  readonly plan: number | Plan;
  /** The planted bug that the controllers run; null for the code as it is. */
  readonly mutant: string | null;
  readonly keepLines: boolean;
}

const loaded = new Map<string, Promise<Build>>();

export async function runJob({ plan, mutant, keepLines }: Job): Promise<Run> {
  const builds = await buildsFor(mutant);
  const withoutOutputGate =
    everyMutant.find(({ name }) => name === mutant)?.withoutOutputGate ?? false;
  const drawn = typeof plan === "number" ? drawPlan(plan) : plan;
  return simulate(drawn, builds, { keepLines, withoutOutputGate });
}

export async function buildsFor(mutant: string | null): Promise<Builds> {
  if (mutant === null) {
    return { current: CURRENT_BUILD, older: await load("older", OLDER_BUILD) };
  }
  const found = everyMutant.find(({ name }) => name === mutant);
  if (found === undefined) throw new Error(`There is no planted bug ${mutant}`);
  // Both versions have the bug: it must not go away by an upgrade.
  return {
    current: await load(mutant, found.patches),
    older: await load(`${mutant}-older`, [...found.patches, ...OLDER_BUILD]),
  };
}

function load(name: string, patches: readonly Patch[]): Promise<Build> {
  let build = loaded.get(name);
  if (build === undefined) {
    build = loadBuild(name, patches);
    loaded.set(name, build);
  }
  return build;
}
