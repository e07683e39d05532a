/** The choices of a run: everything that generators draw comes from one seed. */

import { Prng } from "../../src/base/prng.ts";
import { randomUuid, type Uuid } from "../../src/base/uuid.ts";

export class Random {
  readonly #prng: Prng;

  constructor(seed: number) {
    this.#prng = Prng.fromNumber(seed);
  }

  /** A uniform integer in [0, bound). */
  below(bound: number): number {
    return this.#prng.below(bound);
  }

  /** A uniform integer in [first, last]. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  chance(probability: number): boolean {
    return this.below(1_000_000) < probability * 1_000_000;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error("there is nothing to pick from");
    return items[this.below(items.length)] as T;
  }

  /** One of the items, or null when there is none. */
  pickOrNull<T>(items: readonly T[]): T | null {
    return items.length === 0 ? null : this.pick(items);
  }

  /** Calls one of the makers, each as likely as its weight says. */
  oneOf<T>(choices: readonly (readonly [weight: number, make: () => T])[]): T {
    let drawn = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, make] of choices) {
      if (drawn < weight) return make();
      drawn -= weight;
    }
    throw new Error("there is nothing to choose from");
  }

  /** `count` different items, or all of them, in random order. */
  sample<T>(items: readonly T[], count: number): T[] {
    return this.shuffled(items).slice(0, count);
  }

  shuffled<T>(items: readonly T[]): T[] {
    const copy = [...items];
    this.#prng.shuffle(copy);
    return copy;
  }

  /** Between `least` and `most` things. */
  many<T>(least: number, most: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.between(least, most) }, (_, index) => make(index));
  }

  uuid(): Uuid {
    return randomUuid(this.#prng);
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}
