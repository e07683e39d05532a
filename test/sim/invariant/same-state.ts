/** Equal logs make equal states: whoever has applied a batch has written the same rows for it and all before it. */

import type { Batch } from "../../../src/protocol/record-batch.ts";
import type { LogChange } from "../disk.ts";
import { type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

export class SameState implements Invariant {
  readonly name = "same-state";
  /** By offset and epoch of the last batch that wrote rows. */
  readonly #digests = new Map<number, number>();

  onReplica({ id, log, changes, stateLastOffset }: ReplicaView): void {
    if (stateLastOffset >= log.endOffset) {
      const fact = `the state of ${id} holds offset ${stateLastOffset}, its log ends at ${log.endOffset}`;
      throw new InvariantBroken(this.name, fact);
    }
    const last = lastApplied(changes);
    if (last === null || stateLastOffset === last.lastOffset) return;
    const fact = `${id} has appended offset ${last.lastOffset} and applied ${stateLastOffset}`;
    throw new InvariantBroken(this.name, fact);
  }

  onReleased({ id, changes, stateDigest }: ReplicaView): void {
    const last = lastApplied(changes);
    if (last === null) return;
    const { lastOffset, leaderEpoch } = last;
    const key = leaderEpoch * 2 ** 32 + lastOffset;
    const known = this.#digests.get(key);
    if (known === undefined) this.#digests.set(key, stateDigest);
    else if (known !== stateDigest) {
      const fact = `the state of ${id} at offset ${lastOffset} of epoch ${leaderEpoch} differs from another one's`;
      throw new InvariantBroken(this.name, fact);
    }
  }
}

/** The batch that a transaction applied last, when that is also the last thing it did to the log. */
function lastApplied(changes: readonly LogChange[]): Batch | null {
  const last = changes.at(-1);
  return last?.kind === "appended" && !last.batch.control ? last.batch : null;
}
