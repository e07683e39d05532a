/** Owns sets of message indices kept as ascending [first, last] pairs, both inclusive. */

/** Ascending pairs that do not touch. */
export type Ranges = readonly (readonly [first: number, last: number])[];

/** Returns how many indices the ranges hold. */
export function countOf(ranges: Ranges): number {
  return ranges.reduce((count, [first, last]) => count + last - first + 1, 0);
}

/** Returns the indices of `wanted` that `present` does not hold: acknowledged messages that are lost. */
export function missingFrom(present: Ranges, wanted: Ranges): number[] {
  const held = new Set(indicesOf(present));
  return indicesOf(wanted).filter((index) => !held.has(index));
}

function indicesOf(ranges: Ranges): number[] {
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
}
