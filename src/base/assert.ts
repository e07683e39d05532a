/** Assertions for programming errors only: they stop the object, which then reloads from storage. */

export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Throws when something that the code itself guarantees does not hold. Never used on input. */
export function assert(condition: boolean, fact: string): asserts condition {
  if (!condition) throw new AssertionError(fact);
}

/** Marks the branch that the types rule out. */
export function unreachable(value: never): never {
  throw new AssertionError(`Cannot continue: ${JSON.stringify(value)} was ruled out`);
}

/** Returns the value, or stops when the code promised one and there is none. */
export function present<T>(value: T | null | undefined, fact: string): T {
  if (value === null || value === undefined) throw new AssertionError(fact);
  return value;
}
