/** No producer id is given out twice, across all brokers and controllers (KIP-730). */

import { type CommittedEntry, type Invariant, InvariantBroken } from "../observation.ts";

export class ProducerIds implements Invariant {
  readonly name = "producer-ids";
  readonly #blocks: { readonly first: bigint; readonly end: bigint; readonly broker: number }[] =
    [];
  #next = 0n;

  onCommitted({ records }: CommittedEntry): void {
    for (const { type, data } of records) {
      if (type !== "producerIds") continue;
      if (data.nextProducerId <= this.#next) {
        this.#fail(`the next producer id goes from ${this.#next} to ${data.nextProducerId}`);
      }
      this.#next = data.nextProducerId;
    }
  }

  onProducerIds(first: bigint, count: number, toBroker: number): void {
    const end = first + BigInt(count);
    if (end > this.#next)
      this.#fail(`broker ${toBroker} gets ids up to ${end}, committed is ${this.#next}`);
    const other = this.#blocks.find((block) => first < block.end && block.first < end);
    if (other !== undefined) {
      this.#fail(`broker ${toBroker} gets ids from ${first}, which broker ${other.broker} has`);
    }
    this.#blocks.push({ first, end, broker: toBroker });
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
