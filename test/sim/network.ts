/** The links between controllers, and how a message fares on one: how long it takes, and whether it arrives at all. */

import type { Prng } from "../../src/base/prng.ts";
import type { Rates, Speeds } from "./plan.ts";

/** `dead` swallows what is sent; `refusing` lets the caller know that it failed. */
export type Cut = "dead" | "refusing";

const NO_RATES: Rates = {
  loss: 0,
  duplicate: 0,
  appliedButFailed: 0,
  reset: 0,
  crashAfterTransaction: 0,
  crashBetweenSends: 0,
  splitBytes: 0,
  crashAfterRevocation: 0,
};

export class Network {
  readonly #prng: Prng;
  #speeds: Speeds;
  #rates: Rates;
  /** The cuts of each link that are not mended yet; the newest decides. */
  readonly #cuts = new Map<number, Cut[]>();
  readonly #clogs = new Map<number, number>();

  constructor(prng: Prng, rates: Rates, speeds: Speeds) {
    this.#prng = prng;
    this.#rates = rates;
    this.#speeds = speeds;
  }

  cut(from: number, to: number, how: Cut): void {
    if (from === to) return;
    const cuts = this.#cuts.get(linkKey(from, to)) ?? [];
    cuts.push(how);
    this.#cuts.set(linkKey(from, to), cuts);
  }

  /** Takes back one cut of that kind; a link that was cut twice stays cut. */
  mend(from: number, to: number, how: Cut): void {
    const cuts = this.#cuts.get(linkKey(from, to)) ?? [];
    const position = cuts.indexOf(how);
    if (position >= 0) cuts.splice(position, 1);
  }

  /** Everything on this link takes so much longer. */
  clog(from: number, to: number, byMs: number): void {
    this.#clogs.set(linkKey(from, to), byMs);
  }

  unclog(from: number, to: number): void {
    this.#clogs.delete(linkKey(from, to));
  }

  /** No fault is left. */
  heal(): void {
    this.#cuts.clear();
    this.#clogs.clear();
    this.#rates = NO_RATES;
    this.#speeds = { ...this.#speeds, tailPerMille: 0 };
  }

  cutBetween(from: number, to: number): Cut | null {
    return this.#cuts.get(linkKey(from, to))?.at(-1) ?? null;
  }

  /** Draws whether something that happens now and then happens now. */
  strikes(what: keyof Rates): boolean {
    const perMille = this.#rates[what];
    return perMille > 0 && this.#prng.below(1000) < perMille;
  }

  /** Draws how long a message takes. */
  delayMs(from: number, to: number): number {
    const { delayMs, spreadMs, tailPerMille, tailMs } = this.#speeds;
    let drawn = delayMs + (spreadMs * this.#prng.below(1000)) / 1000;
    if (tailPerMille > 0 && this.#prng.below(1000) < tailPerMille)
      drawn += this.#prng.below(tailMs);
    if (this.#clogs.size === 0) return drawn;
    return drawn + (this.#clogs.get(linkKey(from, to)) ?? 0);
  }

  below(bound: number): number {
    return this.#prng.below(bound);
  }
}

function linkKey(from: number, to: number): number {
  return from * 65_536 + to;
}
