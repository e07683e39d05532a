/**
 * Each life of a broker has an epoch of its own, larger than any before it, and every record about a broker names the
 * epoch of the life that is registered (KIP-631).
 */

import { type CommittedEntry, type Invariant, InvariantBroken } from "../observation.ts";

export class BrokerEpochs implements Invariant {
  readonly name = "broker-epochs";
  readonly #registered = new Map<
    number,
    { readonly epoch: bigint; readonly incarnationId: string }
  >();
  #newest = -1n;

  onCommitted({ records, lastOffset }: CommittedEntry): void {
    for (const { type, data } of records) {
      switch (type) {
        case "registerBroker":
          this.#register(data.brokerId, data.brokerEpoch, data.incarnationId, lastOffset);
          break;
        case "fenceBroker":
        case "unfenceBroker":
          this.#check(type, data.id, data.epoch);
          break;
        case "producerIds":
        case "brokerRegistrationChange":
          this.#check(type, data.brokerId, data.brokerEpoch);
          break;
        case "unregisterBroker":
          this.#check(type, data.brokerId, data.brokerEpoch);
          this.#registered.delete(data.brokerId);
          break;
        default:
      }
    }
  }

  #register(id: number, epoch: bigint, incarnationId: string, lastOffset: number): void {
    const known = this.#registered.get(id);
    if (known?.incarnationId === incarnationId) {
      if (known.epoch !== epoch) {
        this.#fail(`the same life of broker ${id} has epoch ${known.epoch}, then ${epoch}`);
      }
      return;
    }
    if (epoch <= this.#newest)
      this.#fail(`broker ${id} gets epoch ${epoch}, ${this.#newest} was given`);
    if (epoch > BigInt(lastOffset))
      this.#fail(`broker ${id} gets epoch ${epoch} at offset ${lastOffset}`);
    this.#newest = epoch;
    this.#registered.set(id, { epoch, incarnationId });
  }

  #check(type: string, id: number, epoch: bigint): void {
    const known = this.#registered.get(id);
    if (known?.epoch === epoch) return;
    this.#fail(
      `${type} names broker ${id} in epoch ${epoch}, registered is ${known?.epoch ?? "none"}`,
    );
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
