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
      const isReturn = role === "leader" && before.role !== "candidate";
      if (isReturn) this.#fail(`${id} goes from ${before.role} to leader in epoch ${epoch}`);
      const leftLeadership = before.role === "leader" && role !== "resigned";
      if (leftLeadership) this.#fail(`${id} goes from leader to ${role} in epoch ${epoch}`);
      const leftResigned = before.role === "resigned";
      if (leftResigned) this.#fail(`${id} goes from resigned to ${role} in epoch ${epoch}`);
    }
    if (before?.life !== life || before.role !== role || before.epoch !== epoch) {
      this.#before.set(id, { life, role, epoch });
    }
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}

function problemWith({ id, role, leaderId, votedId, voters }: ReplicaView): string | null {
  switch (role) {
    case "leader":
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
