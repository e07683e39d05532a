/** Mistakes in elections and replication. */

import type { Mutant } from "./mutant.ts";

export const CONSENSUS_MUTANTS: readonly Mutant[] = [
  {
    name: "own-vote-counts-twice",
    mistake: "a candidate counts itself among those who granted and once more",
    patches: [
      {
        file: "src/raft/campaigning.ts",
        find: "role.ballot.granted.size + 1 >= core.majority",
        replace: "role.ballot.granted.size + 2 >= core.majority",
      },
    ],
  },
];
