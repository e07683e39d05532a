/** Small histories of a register for property tests: likely ones, damaged ones and arbitrary ones. */

import fc from "fast-check";
import {
  lost,
  REGISTER,
  type RegisterInput,
  type RegisterOperation,
  type RegisterOutput,
} from "./register-model.ts";

const MAX_OPERATIONS = 7;

const INPUT: fc.Arbitrary<RegisterInput> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<RegisterInput>({ kind: "read" }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      value: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      value: fc.integer({ min: 1, max: 2 }),
    }),
  },
);

const CALL = fc.record({
  client: fc.integer({ min: 0, max: 3 }),
  input: INPUT,
  invokedAt: fc.integer({ min: 0, max: 12 }),
  duration: fc.integer({ min: 0, max: 6 }),
});

/** Reads return anything, times are anything. */
export const ARBITRARY_HISTORY: fc.Arbitrary<RegisterOperation[]> = fc.array(
  fc
    .record({ call: CALL, value: fc.integer({ min: 0, max: 3 }), isLost: fc.boolean() })
    .map(({ call: { client, input, invokedAt, duration }, value, isLost }) => {
      const output: RegisterOutput = input.kind === "read" ? value : "ok";
      const operation = { client, input, output, invokedAt, returnedAt: invokedAt + duration };
      return isLost && input.kind !== "read" ? lost(operation) : operation;
    }),
  { maxLength: MAX_OPERATIONS },
);

interface Planned {
  readonly operation: RegisterOperation;
  /** Infinity: never. */
  readonly effectiveAt: number;
}

const PLANNED: fc.Arbitrary<Planned> = fc
  .record({
    call: CALL,
    /** Where in its duration it takes effect, or how long after its call if the outcome is unknown. */
    part: fc.integer({ min: 0, max: 4 }),
    fate: fc.constantFrom("answered", "answered", "answered", "late", "never"),
  })
  .map(({ call: { client, input, invokedAt, duration }, part, fate }) => {
    const returnedAt = invokedAt + duration;
    const operation = { client, input, output: null, invokedAt, returnedAt };
    if (fate === "never") return { operation: lost(operation), effectiveAt: Infinity };
    if (fate === "late") return { operation: lost(operation), effectiveAt: invokedAt + 3 * part };
    return { operation, effectiveAt: invokedAt + (duration * part) / 4 };
  });

/** Every operation takes effect at one moment of a real register, so that the history is linearizable. */
export const SIMULATED_HISTORY: fc.Arbitrary<RegisterOperation[]> = fc
  .array(PLANNED, { minLength: 2, maxLength: MAX_OPERATIONS })
  .map((planned) => {
    let state = REGISTER.initial;
    return planned
      .toSorted((a, b) => a.effectiveAt - b.effectiveAt)
      .map(({ operation, effectiveAt }) => {
        if (effectiveAt !== Infinity) state = REGISTER.step(state, operation.input, null)[0]!;
        if (operation.returnedAt === Infinity) return operation;
        return { ...operation, output: operation.input.kind === "read" ? state : "ok" };
      });
  });

/** A simulated history with one operation moved in time or one read changed. */
export const DAMAGED_HISTORY: fc.Arbitrary<RegisterOperation[]> = fc
  .record({
    history: SIMULATED_HISTORY,
    position: fc.nat({ max: MAX_OPERATIONS - 1 }),
    by: fc.constantFrom(-4, -2, -1, 1, 2, 4),
    isMoved: fc.boolean(),
  })
  .map(({ history, position, by, isMoved }) => {
    const index = position % history.length;
    const operation = history[index]!;
    const { invokedAt, returnedAt, output } = operation;
    if (isMoved || typeof output !== "number") {
      return history.with(index, {
        ...operation,
        invokedAt: invokedAt + by,
        returnedAt: returnedAt + by,
      });
    }
    return history.with(index, { ...operation, output: output + by });
  });
