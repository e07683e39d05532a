/** What a role says of epoch, vote and leader holds, and nobody leads an epoch that it has left (KAFKA-10661). */

import { type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

export class LegalRoles implements Invariant {
  readonly name = "legal-roles";
  readonly #before = new Map<number, { life: number; role: string; epoch: number }>();

  onReplica(view: ReplicaView): void {
    const problem = problemWith(view);
    if (problem !== null)
      this.#fail(`${view.id} is ${view.role} in epoch ${view.epoch} and ${problem}`);
    const { id, life, role, epoch } = view;
    const before = this.#before.get(id);
    if (before?.life === life && before.epoch === epoch && before.role !== role) {
      if (!isLegalMove(before.role, role))
        this.#fail(`${id} goes from ${before.role} to ${role} in epoch ${epoch}`);
    }
    if (before?.life !== life || before.role !== role || before.epoch !== epoch) {
      this.#before.set(id, { life, role, epoch });
    }
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}

function problemWith(view: ReplicaView): string | null {
  const { id, role, leaderId, votedId, voters, hasLostDisk } = view;
  switch (role) {
    case "leader":
      if (hasLostDisk) return "has lost its disk";
      if (!voters.includes(id)) return "has no vote";
      return leaderId === id ? null : `calls ${leaderId} the leader`;
    case "candidate":
      if (!voters.includes(id)) return "has no vote";
      if (leaderId !== -1) return `knows leader ${leaderId}`;
      return votedId === id ? null : `has voted for ${votedId}`;
    case "prospective":
      return voters.includes(id) ? null : "has no vote";
    case "follower":
      return leaderId >= 0 && leaderId !== id ? null : `follows ${leaderId}`;
    default:
      return null;
  }
}

/** Of two roles of one life in one epoch; roles in between that nobody saw are as legal. */
function isLegalMove(from: string, to: string): boolean {
  // A candidate raises the epoch, so that every epoch has candidates that voted for nobody else.
  if (from === "resigned" || to === "candidate") return false;
  if (from === "leader") return to === "resigned";
  return from === "candidate" || (to !== "leader" && to !== "resigned");
}
