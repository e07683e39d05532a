/**
 * The operations of unknown outcome. They have no deadline, so that of several with the same input the
 * one invoked first can stand in for any other: it is enough to count how many of each input are used.
 */

import { isDeepStrictEqual } from "node:util";
import type { Operation } from "./history.ts";

/** How many of each group have been placed. */
export type Used = readonly number[];

interface Group<Input, Output> {
  readonly input: Input;
  /** In order of invocation. */
  readonly operations: Operation<Input, Output>[];
}

/** An operation that may be placed next, and what is used once it is. */
export interface Use<Input, Output> {
  readonly operation: Operation<Input, Output>;
  readonly used: Used;
}

export class UnknownOperations<Input, Output> {
  readonly #groups: Group<Input, Output>[] = [];

  constructor(operations: readonly Operation<Input, Output>[]) {
    for (const operation of operations.toSorted((a, b) => a.invokedAt - b.invokedAt)) {
      const group = this.#groups.find(({ input }) => isDeepStrictEqual(input, operation.input));
      if (group === undefined) {
        this.#groups.push({ input: operation.input, operations: [operation] });
      } else {
        group.operations.push(operation);
      }
    }
  }

  get noneUsed(): Used {
    return this.#groups.map(() => 0);
  }

  /** One of each input, of those invoked no later than `time`. */
  usable(used: Used, time: number): Use<Input, Output>[] {
    return this.#groups.flatMap(({ operations }, index) => {
      const operation = operations[used[index]!];
      if (operation === undefined || operation.invokedAt > time) return [];
      return [{ operation, used: used.with(index, used[index]! + 1) }];
    });
  }
}
