/** Where a client believes the active controller to be. */

import type { Prng } from "../../src/base/prng.ts";

export class ControllerDirectory {
  readonly #controllers: number;
  readonly #prng: Prng;
  current: number;

  constructor(controllers: number, prng: Prng) {
    this.#controllers = controllers;
    this.#prng = prng;
    this.current = 1 + prng.below(controllers);
  }

  /** Somebody says who leads. */
  learn(leaderId: number): void {
    if (leaderId >= 1 && leaderId <= this.#controllers) this.current = leaderId;
  }

  /** `controllerId` was of no use; another one is tried next. */
  failed(controllerId: number): void {
    if (this.current === controllerId) this.current = 1 + this.#prng.below(this.#controllers);
  }
}
