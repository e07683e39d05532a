/**
 * A map with the order of a java.util.HashMap. An Apache controller collects what clients ask for in such maps and
 * walks them when it writes records and answers, so their order is part of what it says.
 */

import { hashOrder, stringHashCode, tableCapacity } from "./hash-order.ts";

interface Entry<V> {
  readonly hashCode: number;
  value: V;
}

/** Keys are told apart by their text; what hash code a key has in Java may be said where it is not that of the text. */
export class HashedMap<V> {
  readonly #entries = new Map<string, Entry<V>>();
  #capacity: number;

  /** `initialCapacity` is what the Java constructor is given. */
  constructor(initialCapacity?: number) {
    this.#capacity = tableCapacity(0, initialCapacity);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** A key that is there already keeps its place. */
  set(key: string, value: V, hashCode: number = stringHashCode(key)): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, { hashCode, value });
    else entry.value = value;
    // Tables only grow: what was deleted later still shows in the order.
    this.#capacity = tableCapacity(this.#entries.size, this.#capacity);
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  /** By bucket; in a bucket in the order in which they came. */
  entries(): [key: string, value: V][] {
    return hashOrder(this.#entries, ([, { hashCode }]) => hashCode, this.#capacity).map(
      ([key, { value }]) => [key, value],
    );
  }

  values(): V[] {
    return this.entries().map(([, value]) => value);
  }
}
