/** A controller's epoch never goes back, and it acts in the epoch that it has stored. */

import { type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

export class EpochGrows implements Invariant {
  readonly name = "epoch-grows";
  readonly #lives = new Map<number, { readonly life: number; readonly epoch: number }>();
  readonly #durable = new Map<number, number>();

  onReplica({ id, life, epoch, storedEpoch }: ReplicaView): void {
    if (epoch !== storedEpoch) {
      this.#fail(`${id} acts in epoch ${epoch} and has stored ${storedEpoch}`);
    }
    const before = this.#lives.get(id);
    if (before?.life === life && epoch < before.epoch) {
      this.#fail(`${id} goes from epoch ${before.epoch} to ${epoch}`);
    }
    const durable = this.#durable.get(id) ?? 0;
    if (epoch < durable) this.#fail(`${id} forgot epoch ${durable}, it is in ${epoch}`);
    if (before?.life !== life || before.epoch !== epoch) this.#lives.set(id, { life, epoch });
  }

  onDurable({ id, epoch }: { id: number; epoch: number }): void {
    this.#durable.set(id, epoch);
  }

  onDiskLost(id: number): void {
    this.#durable.delete(id);
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
