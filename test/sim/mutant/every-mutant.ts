/** All planted bugs. */

import { ADMINISTRATION_MUTANTS } from "./administration.ts";
import { ELECTION_MUTANTS } from "./elections.ts";
import { HELD_MUTANTS } from "./held.ts";
import { KEY_MUTANTS } from "./keys.ts";
import { METADATA_MUTANTS } from "./metadata.ts";
import type { Mutant } from "./mutant.ts";
import { REPLICATION_MUTANTS } from "./replication.ts";

export const everyMutant: readonly Mutant[] = [
  ...ELECTION_MUTANTS,
  ...REPLICATION_MUTANTS,
  ...METADATA_MUTANTS,
  ...KEY_MUTANTS.map((mutant) => ({ ...mutant, needsKeys: true })),
  ...HELD_MUTANTS.map((mutant) => ({ ...mutant, needsHeld: true })),
  ...ADMINISTRATION_MUTANTS.map((mutant) => ({ ...mutant, needsAdministration: true })),
];
