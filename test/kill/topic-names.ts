/** The few topic names that clients contend for. A name is given up after a while, so that its history can be checked. */

import type { Prng } from "../../src/base/prng.ts";

const NAMES_AT_A_TIME = 4;
const MAX_OPERATIONS = 80;
/** Each of them may have happened at any later time, which is what a check takes its time for. */
const MAX_UNKNOWN = 8;

export interface ContendedName {
  readonly name: string;
  operations: number;
  unknown: number;
  inFlight: number;
}

export class TopicNames {
  readonly #names: ContendedName[];
  readonly #onRetired: (name: string) => void;
  readonly #prefix: string;
  #generation = 0;

  /** `onRetired` is called when a name has been given up and nothing is under way for it. */
  constructor(onRetired: (name: string) => void, prefix = "contended") {
    this.#onRetired = onRetired;
    this.#prefix = prefix;
    this.#names = Array.from({ length: NAMES_AT_A_TIME }, () => this.#create());
  }

  /** Takes a name for one operation. */
  take(prng: Prng): ContendedName {
    const taken = this.#names[prng.below(this.#names.length)] as ContendedName;
    taken.operations += 1;
    taken.inFlight += 1;
    return taken;
  }

  /** The operation is over. */
  giveBack(taken: ContendedName, isUnknown: boolean): void {
    taken.inFlight -= 1;
    if (isUnknown) taken.unknown += 1;
    const index = this.#names.indexOf(taken);
    if (taken.operations >= MAX_OPERATIONS || taken.unknown >= MAX_UNKNOWN) {
      if (index >= 0) this.#names[index] = this.#create();
      if (taken.inFlight === 0) this.#onRetired(taken.name);
    }
  }

  #create(): ContendedName {
    const name = `${this.#prefix}-${this.#generation++}`;
    return { name, operations: 0, unknown: 0, inFlight: 0 };
  }
}
