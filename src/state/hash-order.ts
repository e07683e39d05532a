/**
 * The orders in which an Apache controller walks its hash tables. They reach the log and the answers, so they are part
 * of what a controller says.
 */

const HASH_SET_CAPACITY = 16;
const HASH_SET_LOAD = 0.75;
/** 2^64 divided by the golden ratio: Fibonacci hashing. */
const MULTIPLIER = 0x9e3779b97f4a7c15n;
const TIMELINE_CAPACITY = 2;
const TIMELINE_LOAD = 0.75;

/**
 * The distinct ids in the order of a java.util.HashSet that was made of `first` and then given `then`: by bucket, and in
 * a bucket as they came. Below 16 that is the order of the ids.
 */
export function hashSetOrder(first: readonly number[], then: readonly number[]): number[] {
  const ids = new Set([...first, ...then]);
  let capacity = HASH_SET_CAPACITY;
  while (capacity < first.length / HASH_SET_LOAD + 1) capacity *= 2;
  return inBuckets([...ids], (id) => id, capacity);
}

/** Distinct members, by their Java hash codes, in the order of a java.util.HashSet that they were added to one by one. */
export function hashSetOrderBy<T>(members: readonly T[], hashCodeOf: (member: T) => number): T[] {
  return inBuckets(members, hashCodeOf, HASH_SET_CAPACITY);
}

function inBuckets<T>(
  members: readonly T[],
  hashCodeOf: (member: T) => number,
  initialCapacity: number,
): T[] {
  let capacity = initialCapacity;
  while (members.length > capacity * HASH_SET_LOAD) capacity *= 2;
  return members
    .map((member) => {
      const hashCode = hashCodeOf(member);
      return { member, bucket: (hashCode ^ (hashCode >>> 16)) & (capacity - 1) };
    })
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ member }) => member);
}

/** The place of an object among others in a table of Kafka's timeline package, by its Java hash code. */
export function timelineOrder(hashCode: number): bigint {
  return BigInt.asUintN(64, BigInt(hashCode) * MULTIPLIER);
}

/**
 * The partitions 0 to `count` (exclusive) of a topic, in the order of the table that they were added to one by one, once
 * one of them has changed: by slot, and in a slot the last first.
 */
export function partitionOrder(count: number): number[] {
  let bits = 1n;
  while ((count + 1) * TIMELINE_LOAD > TIMELINE_CAPACITY ** Number(bits)) bits += 1n;
  const slots = Array.from({ length: count }, (_, index) => ({
    index,
    slot: Number(timelineOrder(index) >> (64n - bits)),
  }));
  return slots.sort((a, b) => a.slot - b.slot || b.index - a.index).map(({ index }) => index);
}

/** The hash code of a string in Java. */
export function stringHashCode(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
