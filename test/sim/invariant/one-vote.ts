/** A voter gives one vote in an epoch, across restarts (Raft; KIP-853). */

import { type Invariant, InvariantBroken, type Vote } from "../observation.ts";

export class OneVote implements Invariant {
  readonly name = "one-vote";
  readonly #votes = new Map<string, number>();

  onVote({ voterId, epoch, candidateId }: Vote): void {
    const key = `${voterId}/${epoch}`;
    const given = this.#votes.get(key);
    if (given !== undefined && given !== candidateId) {
      const fact = `${voterId} votes for ${given} and for ${candidateId} in epoch ${epoch}`;
      throw new InvariantBroken(this.name, fact);
    }
    this.#votes.set(key, candidateId);
  }
}
