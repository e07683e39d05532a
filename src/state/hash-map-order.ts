/** The order of a java.util.HashMap whose keys are strings: it decides which of several mistakes is told, for one. */

import { stringHashCode } from "./hash-order.ts";

const INITIAL_CAPACITY = 16;
const LOAD = 0.75;

/** Distinct keys in the order in which a map that they were put into one by one is walked. */
export function hashMapOrder(keys: readonly string[]): string[] {
  let capacity = INITIAL_CAPACITY;
  while (keys.length > capacity * LOAD) capacity *= 2;
  const buckets = new Map(
    keys.map((key) => {
      const hash = stringHashCode(key);
      return [key, (hash ^ (hash >>> 16)) & (capacity - 1)];
    }),
  );
  return keys.toSorted((a, b) => (buckets.get(a) ?? 0) - (buckets.get(b) ?? 0));
}
