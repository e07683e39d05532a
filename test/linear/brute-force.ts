/**
 * Decides the same question as the checker, for histories of a few operations, by trying every order.
 * It shares no code with the checker, so that neither can hide a mistake of the other.
 */

import type { Model, Operation } from "./history.ts";

/** Whether some order of the operations, with any of those of unknown outcome left out, is allowed. */
export function isLinearizableByBruteForce<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  return canComplete(model, model.initial, operations);
}

function canComplete<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  remaining: readonly Operation<Input, Output>[],
): boolean {
  if (remaining.every(({ output }) => output === null)) return true;
  return remaining.some((first) => {
    const others = remaining.filter((other) => other !== first);
    const isTooEarly = others.some(
      (other) => other.output !== null && other.returnedAt < first.invokedAt,
    );
    if (isTooEarly) return false;
    return model
      .step(state, first.input, first.output)
      .some((next) => canComplete(model, next, others));
  });
}
