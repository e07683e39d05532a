/** All planted bugs. */

import { CONSENSUS_MUTANTS } from "./consensus.ts";
import type { Mutant } from "./mutant.ts";

export const everyMutant: readonly Mutant[] = [...CONSENSUS_MUTANTS];
