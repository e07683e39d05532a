/** Looks for the first seed that finds a planted bug. */

import type { Mutant } from "./mutant/mutant.ts";
import { drawPlan, type Plan, withoutAdministration, withoutHeld, withoutKeys } from "./plan.ts";
import type { Pool } from "./pool.ts";
import type { Failure } from "./simulate.ts";

export interface Catch {
  readonly mutant: Mutant;
  /** The first seed that breaks an invariant, the one that must name the bug if one must; null when none did. */
  readonly seed: number | null;
  readonly failure: Failure | null;
}

/** Tries seeds from 1 on until one breaks as it must, at most `mostSeeds`. */
export async function hunt(pool: Pool, mutant: Mutant, mostSeeds: number): Promise<Catch> {
  let best: Catch = { mutant, seed: null, failure: null };
  let next = 1;
  const job = () =>
    next <= mostSeeds && best.seed === null
      ? { plan: worldFor(mutant, next++), mutant: mutant.name, keepLines: false }
      : null;
  await pool.runAll(job, ({ seed, failure }) => {
    if (failure === null || !isNamed(mutant, failure)) return;
    if (best.seed === null || seed < best.seed) best = { mutant, seed, failure };
  });
  return best;
}

/** Which of several invariants is the first to break depends on the seed. */
function isNamed({ namedBy }: Mutant, { invariant }: Failure): boolean {
  return namedBy === undefined || namedBy === invariant;
}

/**
 * Only what administrators ask for can show a mistake in it, and only keys one in what is remembered, and only stores
 * that hold things back one in those; everything else is found sooner without them.
 */
function worldFor(mutant: Mutant, seed: number): Plan {
  const { needsAdministration = false, needsKeys = false, needsHeld = false } = mutant;
  const drawn = needsHeld ? drawPlan(seed) : withoutHeld(drawPlan(seed));
  const plan = needsKeys ? drawn : withoutKeys(drawn);
  return needsAdministration ? plan : withoutAdministration(plan);
}

/** One line for each planted bug. */
export function tellCatch({ mutant, seed, failure }: Catch): string {
  const name = mutant.name.padEnd(30);
  if (failure === null) return `${name} SURVIVES ${mutant.namedBy ?? ""}`;
  return `${name} ${failure.invariant.padEnd(26)} seed ${String(seed).padStart(4)}, event ${failure.atEvent}`;
}
