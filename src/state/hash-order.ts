/**
 * The orders in which an Apache controller walks its hash tables. They reach the log and the answers, so they are part
 * of what a controller says.
 */

import { type Uuid, uuidToBytes } from "../base/uuid.ts";

const DEFAULT_CAPACITY = 16;
const LOAD = 0.75;
/** 2^64 divided by the golden ratio: Fibonacci hashing. */
const MULTIPLIER = 0x9e3779b97f4a7c15n;

/**
 * Distinct members in the order of a java.util.HashMap, or HashSet, that they were put into one by one: by bucket, and in
 * a bucket as they came. `initialCapacity` is what the Java constructor is given.
 */
export function hashOrder<T>(
  members: Iterable<T>,
  hashCodeOf: (member: T) => number,
  initialCapacity = DEFAULT_CAPACITY,
): T[] {
  const all = [...members];
  const capacity = tableCapacity(all.length, initialCapacity);
  return all
    .map((member) => {
      const hashCode = hashCodeOf(member);
      return { member, bucket: (hashCode ^ (hashCode >>> 16)) & (capacity - 1) };
    })
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ member }) => member);
}

/** How many buckets such a table has once it has held that many members. */
export function tableCapacity(members: number, initialCapacity = DEFAULT_CAPACITY): number {
  let capacity = 1;
  while (capacity < initialCapacity || members > capacity * LOAD) capacity *= 2;
  return capacity;
}

/**
 * Distinct members in the order of a table of Kafka's timeline package, whose slots are the high bits of a multiplicative
 * hash: the order of that hash itself. What shares a slot there is in an order that only its history explains.
 */
export function timelineOrder<T>(members: Iterable<T>, hashCodeOf: (member: T) => number): T[] {
  return [...members]
    .map((member) => ({ member, hash: multiplicativeHash(hashCodeOf(member)) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .map(({ member }) => member);
}

/**
 * The partitions 0 to `count` (exclusive) of a topic, in the order of the timeline table that they were added to one by
 * one, once one of them has changed: by slot, and in a slot the last first.
 */
export function partitionOrder(count: number): number[] {
  let bits = 1;
  while ((count + 1) * LOAD > 2 ** bits) bits += 1;
  const shift = BigInt(64 - bits);
  return Array.from({ length: count }, (_, index) => ({
    index,
    slot: Number(multiplicativeHash(index) >> shift),
  }))
    .sort((a, b) => a.slot - b.slot || b.index - a.index)
    .map(({ index }) => index);
}

function multiplicativeHash(hashCode: number): bigint {
  return BigInt.asUintN(64, BigInt(hashCode) * MULTIPLIER);
}

/** The hash code of a string in Java. */
export function stringHashCode(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The hash code of a topic id in Java. */
export function uuidHashCode(uuid: Uuid): number {
  const bytes = new Uint8Array(16);
  uuidToBytes(uuid, bytes);
  const view = new DataView(bytes.buffer);
  const high = view.getInt32(0) ^ view.getInt32(8);
  const low = view.getInt32(4) ^ view.getInt32(12);
  return high ^ low;
}

/** The hash code of a partition in Java: that of a record of its topic's id and its index. */
export function partitionHashCode(topicId: Uuid, partitionIndex: number): number {
  return (Math.imul(uuidHashCode(topicId), 31) + partitionIndex) | 0;
}
