/**
 * A map with the order of a java.util.HashMap. An Apache controller collects what clients ask for in such maps and
 * walks them when it writes records and answers, so their order is part of what it says.
 */

import { stringHashCode } from "./hash-order.ts";

const DEFAULT_CAPACITY = 16;
const LOAD = 0.75;

interface Entry<V> {
  readonly hashCode: number;
  value: V;
}

/** Keys are told apart by their text; what hash code a key has in Java may be said where it is not that of the text. */
export class HashedMap<V> {
  readonly #entries = new Map<string, Entry<V>>();
  #capacity = 1;

  /** `initialCapacity` is what the Java constructor is given. */
  constructor(initialCapacity = DEFAULT_CAPACITY) {
    while (this.#capacity < initialCapacity) this.#capacity *= 2;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** A key that is there already keeps its place. */
  set(key: string, value: V, hashCode: number = stringHashCode(key)): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      entry.value = value;
      return;
    }
    this.#entries.set(key, { hashCode, value });
    // Tables only grow: what was deleted later still shows in the order.
    if (this.#entries.size > Math.floor(this.#capacity * LOAD)) this.#capacity *= 2;
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  /** By bucket; in a bucket in the order in which they came. */
  entries(): [key: string, value: V][] {
    return [...this.#entries]
      .map(([key, { hashCode, value }]) => ({ key, value, bucket: this.#bucketOf(hashCode) }))
      .sort((a, b) => a.bucket - b.bucket)
      .map(({ key, value }) => [key, value]);
  }

  values(): V[] {
    return this.entries().map(([, value]) => value);
  }

  #bucketOf(hashCode: number): number {
    return (hashCode ^ (hashCode >>> 16)) & (this.#capacity - 1);
  }
}
