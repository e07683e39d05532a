// Ports for a quorum of three.

import { freePorts } from "../../cli/ports.ts";

/** Finds a port that is free together with the two after it. */
export async function freeTriple(): Promise<number> {
  for (;;) {
    const [first = 0, , third] = await freePorts(3);
    if (third === first + 2) return first;
  }
}
