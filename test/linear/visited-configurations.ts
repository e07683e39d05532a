/**
 * Where a search has been. What is possible with fewer operations of unknown outcome left is possible
 * with more, so a configuration need not be searched after one that is the same but has used less.
 */

import type { Used } from "./unknown-operations.ts";

export class VisitedConfigurations {
  readonly #uses = new Map<string, Used[]>();
  #size = 0;

  /** How many configurations were worth a search. */
  get size(): number {
    return this.#size;
  }

  /** False if the search from here can find nothing that earlier ones did not. */
  add(key: string, used: Used): boolean {
    const earlier = this.#uses.get(key);
    if (earlier === undefined) this.#uses.set(key, [used]);
    else if (earlier.some((other) => isWithin(other, used))) return false;
    else earlier.push(used);
    this.#size += 1;
    return true;
  }
}

function isWithin(small: Used, large: Used): boolean {
  return small === large || small.every((count, index) => count <= large[index]!);
}
