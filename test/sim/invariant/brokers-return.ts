/** Once all faults are over every broker is registered, unfenced and has read the whole committed log. */

import { type FinalWorld, type Invariant, InvariantBroken } from "../observation.ts";

export class BrokersReturn implements Invariant {
  readonly name = "brokers-return";

  onEnd({ brokers, replicas }: FinalWorld): void {
    const committed = Math.max(...replicas.map(({ highWatermark }) => highWatermark));
    for (const { id, fenced, endOffset } of brokers) {
      if (fenced === null) this.#fail(`broker ${id} is not registered`);
      if (fenced) this.#fail(`broker ${id} is still fenced`);
      if (endOffset !== committed) this.#fail(`broker ${id} has read ${endOffset} of ${committed}`);
    }
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
