/** What a controller keeps for others is bounded: here the calls that it has under way. */

import { type Invariant, InvariantBroken, type ReplicaView } from "../observation.ts";

/** One fetch, and to each of four peers a vote, an announcement and a farewell, twice over. */
const MOST_CALLS = 32;

export class Bounded implements Invariant {
  readonly name = "bounded";

  onReplica({ id, openCalls }: ReplicaView): void {
    if (openCalls <= MOST_CALLS) return;
    throw new InvariantBroken(this.name, `${id} has ${openCalls} calls under way`);
  }
}
