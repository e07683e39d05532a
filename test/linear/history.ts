/**
 * What clients saw of one object, and what that object is allowed to do. Times are of one clock that
 * all clients share. An operation precedes another only if it returned strictly before the other was
 * invoked; equal times are concurrent.
 */

/** One call by one client, from its invocation to its return. */
export interface Operation<Input, Output> {
  readonly client: number;
  readonly input: Input;
  /** null: the outcome is unknown; it may have taken effect at any time after the invocation, or never. */
  readonly output: Output | null;
  readonly invokedAt: number;
  /** Infinity when the outcome is unknown. */
  readonly returnedAt: number;
}

/** The sequential specification of one object. States are values: a step leaves its argument as it was. */
export interface Model<State, Input, Output> {
  readonly initial: State;
  /** The states after the operation took effect in `state` with this output (null output = unknown: any output is possible); empty when it could not have. */
  step(state: State, input: Input, output: Output | null): readonly State[];
  /** Equal states have equal keys. */
  key(state: State): string;
  /**
   * True for an operation that tells what the state is and never has a use in changing it. The checker
   * places it at the first state that allows it and is left as it was, and tries no other place.
   */
  isObservation?(input: Input, output: Output): boolean;
}
