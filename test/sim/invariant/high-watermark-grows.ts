/** A high watermark never goes back in one life, and never beyond the log. */

import { type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

export class HighWatermarkGrows implements Invariant {
  readonly name = "high-watermark-grows";
  readonly #seen = new Map<number, { life: number; highWatermark: number }>();

  onReplica({ id, life, highWatermark, log }: ReplicaView): void {
    if (highWatermark > log.endOffset) {
      this.#fail(`${id} has committed ${highWatermark} of ${log.endOffset}`);
    }
    const seen = this.#seen.get(id);
    if (seen?.life !== life) {
      this.#seen.set(id, { life, highWatermark });
      return;
    }
    if (highWatermark < seen.highWatermark) {
      this.#fail(`the high watermark of ${id} goes from ${seen.highWatermark} to ${highWatermark}`);
    }
    seen.highWatermark = highWatermark;
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
