/** A register that can be written, read and added to, and short ways to write down its histories. */

import type { Model, Operation } from "./history.ts";

export type RegisterInput =
  | { readonly kind: "write"; readonly value: number }
  | { readonly kind: "add"; readonly value: number }
  | { readonly kind: "read" };

/** What a read returned; "ok" for the others. */
export type RegisterOutput = number | "ok";

export type RegisterOperation = Operation<RegisterInput, RegisterOutput>;

/** The register holds 0 at first. */
export const REGISTER: Model<number, RegisterInput, RegisterOutput> = {
  initial: 0,
  step(state, input, output) {
    switch (input.kind) {
      case "write":
        return [input.value];
      case "add":
        return [state + input.value];
      case "read":
        return output === null || output === state ? [state] : [];
    }
  },
  key: (state) => `${state}`,
  isObservation: (input) => input.kind === "read",
};

/** An acknowledged write, invoked and returned at these times. */
export function wrote(value: number, invokedAt: number, returnedAt: number): RegisterOperation {
  return { client: value, input: { kind: "write", value }, output: "ok", invokedAt, returnedAt };
}

/** An acknowledged addition. */
export function added(value: number, invokedAt: number, returnedAt: number): RegisterOperation {
  return { client: value, input: { kind: "add", value }, output: "ok", invokedAt, returnedAt };
}

/** A read that returned this value. */
export function read(output: number, invokedAt: number, returnedAt: number): RegisterOperation {
  return { client: 0, input: { kind: "read" }, output, invokedAt, returnedAt };
}

/** The same call, but nobody knows what came of it. */
export function lost({ client, input, invokedAt }: RegisterOperation): RegisterOperation {
  return { client, input, output: null, invokedAt, returnedAt: Number.POSITIVE_INFINITY };
}
