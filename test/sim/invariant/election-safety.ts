/** At most one leader in an epoch, ever: not after a restart either (Raft; KAFKA-10527). */

import { type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

export class ElectionSafety implements Invariant {
  readonly name = "election-safety";
  readonly #leaders = new Map<number, { readonly id: number; readonly life: number }>();

  onReleased({ id, life, role, epoch }: ReplicaView): void {
    if (role !== "leader") return;
    const leader = this.#leaders.get(epoch);
    if (leader === undefined) {
      this.#leaders.set(epoch, { id, life });
    } else if (leader.id !== id) {
      throw new InvariantBroken(this.name, `${leader.id} and ${id} lead epoch ${epoch}`);
    } else if (leader.life !== life) {
      throw new InvariantBroken(this.name, `${id} leads epoch ${epoch} again after a restart`);
    }
  }
}
