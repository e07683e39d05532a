/** A planted bug: one small wrong change of the code, which the simulator must find. */

import type { Patch } from "../build.ts";

export interface Mutant {
  readonly name: string;
  /** What is wrong with it, in the words of whoever would have made the mistake. */
  readonly mistake: string;
  readonly patches: readonly Patch[];
  /** The invariant whose worth it proves: a seed in which another one breaks first does not count as found. */
  readonly namedBy?: string;
  /** It lies in what administrators ask for. */
  readonly needsAdministration?: boolean;
  /** It lies in what is remembered of changes under keys. */
  readonly needsKeys?: boolean;
  /** It lies in what is held back in memory. */
  readonly needsHeld?: boolean;
  /** The mistake is the platform's: nothing waits for the disk. */
  readonly withoutOutputGate?: boolean;
}
