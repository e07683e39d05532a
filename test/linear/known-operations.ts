/**
 * The operations of known outcome, and how far an order of them has come. Every one has to be placed
 * between its call and its return, so that only those that overlap can change places.
 */

import { assert } from "../../src/base/assert.ts";
import type { Operation } from "./history.ts";

/**
 * A set of placed operations: the first `invoked` in order of invocation, but for those in `pending`.
 * Each of the pending ones may be placed next; all others were invoked after one of them returned.
 */
export interface Frontier {
  readonly invoked: number;
  /** Indices in order of invocation. */
  readonly pending: readonly number[];
}

export class KnownOperations<Input, Output> {
  readonly #operations: readonly Operation<Input, Output>[];

  constructor(operations: readonly Operation<Input, Output>[]) {
    for (const { invokedAt, returnedAt } of operations) {
      assert(invokedAt <= returnedAt, `Cannot return at ${returnedAt} from a call at ${invokedAt}`);
    }
    this.#operations = operations.toSorted((a, b) => a.invokedAt - b.invokedAt);
  }

  at(index: number): Operation<Input, Output> {
    return this.#operations[index]!;
  }

  /** The frontier at which nothing is placed. */
  start(): Frontier {
    return this.#extend(0, []);
  }

  /** The frontier after some of the pending operations have been placed. */
  place(frontier: Frontier, placed: readonly number[]): Frontier {
    const pending = frontier.pending.filter((index) => !placed.includes(index));
    return this.#extend(frontier.invoked, pending);
  }

  /** Whatever is invoked later than this has to be placed later; Infinity if nothing is pending. */
  deadline({ pending }: Frontier): number {
    return Math.min(...pending.map((index) => this.at(index).returnedAt));
  }

  #extend(from: number, pending: number[]): Frontier {
    let invoked = from;
    let deadline = this.deadline({ invoked, pending });
    for (; invoked < this.#operations.length; invoked++) {
      const { invokedAt, returnedAt } = this.at(invoked);
      if (invokedAt > deadline) break;
      pending.push(invoked);
      deadline = Math.min(deadline, returnedAt);
    }
    return { invoked, pending };
  }
}
