/** A voter gives one vote in an epoch, across restarts, and has stored it before anybody hears of it (Raft; KIP-853). */

import { type Invariant, InvariantBroken, type Vote } from "../observation.ts";

export class OneVote implements Invariant {
  readonly name = "one-vote";
  readonly #votes = new Map<string, number>();

  onVote({ voterId, epoch, candidateId, stored }: Vote): void {
    const isStored =
      stored !== null &&
      (stored.epoch > epoch || (stored.epoch === epoch && stored.votedId === candidateId));
    if (!isStored) {
      const fact = `${voterId} votes for ${candidateId} in epoch ${epoch} and has stored ${JSON.stringify(stored)}`;
      throw new InvariantBroken(this.name, fact);
    }
    const key = `${voterId}/${epoch}`;
    const given = this.#votes.get(key);
    if (given !== undefined && given !== candidateId) {
      const fact = `${voterId} votes for ${given} and for ${candidateId} in epoch ${epoch}`;
      throw new InvariantBroken(this.name, fact);
    }
    this.#votes.set(key, candidateId);
  }
}
