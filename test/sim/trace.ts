/** What happened, as one number that two equal runs share, and on demand as lines that a person can read. */

import { crc32c } from "../../src/base/crc32c.ts";

const FNV_PRIME = 0x01000193;

export class Trace {
  #a = 0x811c9dc5;
  #b = 0x9e3779b9;
  readonly #lines: string[] | null;
  readonly #now: () => number;

  constructor(options: { readonly now: () => number; readonly keepLines: boolean }) {
    this.#now = options.now;
    this.#lines = options.keepLines ? [] : null;
  }

  /** Sixteen hexadecimal digits. */
  get hash(): string {
    return hex(this.#a) + hex(this.#b);
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  /** Mixes in numbers that identify what just happened. */
  mix(x: number, y = 0, z = 0): void {
    this.#a = Math.imul(this.#a ^ (x | 0), FNV_PRIME);
    this.#a = Math.imul(this.#a ^ (y | 0), FNV_PRIME);
    this.#b = Math.imul(this.#b ^ (z | 0) ^ (this.#a >>> 13), FNV_PRIME);
  }

  mixBytes(bytes: Uint8Array): void {
    this.mix(crc32c(bytes), bytes.length);
  }

  /** A line of the timeline; `text` is only called when lines are kept. */
  tell(who: string, text: () => string): void {
    this.#lines?.push(`${this.#now().toFixed(1).padStart(9)} ms  ${who.padEnd(14)} ${text()}`);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
