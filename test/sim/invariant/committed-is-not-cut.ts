/** No controller truncates below its high watermark (KAFKA-12460). */

import { type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

export class CommittedIsNotCut implements Invariant {
  readonly name = "committed-is-not-cut";
  readonly #highWatermarks = new Map<number, { life: number; highWatermark: number }>();

  onReplica({ id, life, highWatermark, changes }: ReplicaView): void {
    const before = this.#highWatermarks.get(id);
    for (const change of changes) {
      if (change.kind !== "truncated" || before?.life !== life) continue;
      if (change.endOffset >= before.highWatermark) continue;
      const fact = `${id} cuts its log at ${change.endOffset}, below its high watermark ${before.highWatermark}`;
      throw new InvariantBroken(this.name, fact);
    }
    if (before?.life === life) before.highWatermark = highWatermark;
    else this.#highWatermarks.set(id, { life, highWatermark });
  }
}
