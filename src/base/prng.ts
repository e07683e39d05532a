/** The only randomness of the core: xoshiro128**, seeded from outside, so that a run can be repeated. */

import { assert } from "./assert.ts";

export class Prng {
  readonly #state = new Uint32Array(4);

  /** `seed` is 16 bytes; all zero is replaced, because the generator would stay there. */
  constructor(seed: Uint8Array) {
    assert(seed.length === 16, `Cannot seed: 16 bytes wanted, ${seed.length} given`);
    const view = new DataView(seed.buffer, seed.byteOffset, 16);
    for (let i = 0; i < 4; i++) this.#state[i] = view.getUint32(i * 4);
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** A generator for tests and simulations. */
  static fromNumber(seed: number): Prng {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, seed >>> 0);
    view.setUint32(4, Math.floor(seed / 2 ** 32) >>> 0);
    view.setUint32(8, 0x9e3779b9);
    return new Prng(bytes);
  }

  /** A uniform unsigned 32-bit integer. */
  next(): number {
    const s = this.#state;
    // Not by destructuring, which walks an iterator.
    const s0 = s[0] ?? 0;
    const s1 = s[1] ?? 0;
    const s2 = s[2] ?? 0;
    const s3 = s[3] ?? 0;
    const scrambled = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const x2 = s2 ^ s0;
    const x3 = s3 ^ s1;
    s[1] = s1 ^ x2;
    s[0] = s0 ^ x3;
    s[2] = x2 ^ (s1 << 9);
    s[3] = rotateLeft(x3, 11);
    return scrambled;
  }

  /** A uniform integer in [0, bound). */
  below(bound: number): number {
    assert(bound > 0 && bound <= 2 ** 32, `Cannot draw below ${bound}`);
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let drawn = this.next();
    while (drawn >= limit) drawn = this.next();
    return drawn % bound;
  }

  /** Shuffles in place (Fisher-Yates). */
  shuffle<T>(items: T[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const a = items[i] as T;
      items[i] = items[j] as T;
      items[j] = a;
    }
  }
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}
