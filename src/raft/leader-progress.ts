/** What a leader knows of the replicas that fetch from it, voters and observers, by id and directory. */

import { reachedByMajority } from "./high-watermark.ts";
import type { ReplicaKey, Voter } from "./voter-set.ts";

/** What a voter has confirmed of who leads. */
export interface Confirmations extends ReplicaKey {
  /** The newest read barrier that it has confirmed. */
  readBarrier: number;
  /** The one that it is being asked for; null when it owes no answer. */
  asked: number | null;
  /** When it last confirmed one; -1 for never. */
  confirmedMs: number;
  /** When it may be asked again, after it has failed to confirm. */
  retryMs: number;
}

export interface ReplicaProgress extends ReplicaKey {
  /** Where the replica's log ends, -1 while unknown. */
  endOffset: number;
  /** Where it will end with the answer that is on its way. */
  sentEndOffset: number;
  /** -1 when it has not fetched from this leader. */
  lastFetchMs: number;
  lastCaughtUpMs: number;
  /** Where the leader's log ended at the last fetch. */
  leaderEndOffset: number;
  /** The last high watermark sent to it, for replicas that do not say which one they know. */
  highWatermarkSent: number;
  readonly confirmations: Confirmations;
  /** An observer was told once who leads, so that it cannot be stuck without endpoints. */
  introduced: boolean;
}

/** More observers than this are served but not remembered. */
const MAX_OBSERVERS = 5000;

export class LeaderProgress {
  /** By id; seldom more than one directory has fetched under one. */
  readonly #replicas = new Map<number, ReplicaProgress[]>();
  #count = 0;

  get({ id, directoryId }: ReplicaKey): ReplicaProgress | undefined {
    return this.#replicas.get(id)?.find((progress) => progress.directoryId === directoryId);
  }

  /** The entry of a replica. That of a voter is always kept, that of an observer unless there are too many. */
  open(key: ReplicaKey, isVoter: boolean): ReplicaProgress {
    const known = this.get(key);
    if (known !== undefined) return known;
    const fresh: ReplicaProgress = {
      id: key.id,
      directoryId: key.directoryId,
      endOffset: -1,
      sentEndOffset: -1,
      lastFetchMs: -1,
      lastCaughtUpMs: -1,
      leaderEndOffset: -1,
      highWatermarkSent: -1,
      confirmations: {
        id: key.id,
        directoryId: key.directoryId,
        readBarrier: 0,
        asked: null,
        confirmedMs: -1,
        retryMs: 0,
      },
      introduced: false,
    };
    if (isVoter || this.#count < MAX_OBSERVERS) this.#keep(fresh);
    else fresh.introduced = true;
    return fresh;
  }

  /** Everyone who is not in `voters`. */
  observers(voters: readonly Voter[]): ReplicaProgress[] {
    const isVoter = (progress: ReplicaProgress): boolean =>
      voters.some((voter) => isSame(voter, progress));
    return [...this.#replicas.values()].flat().filter((progress) => !isVoter(progress));
  }

  /** Forgets observers that have not fetched since `sinceMs`. */
  expireObservers(voters: readonly Voter[], sinceMs: number): void {
    for (const progress of this.observers(voters)) {
      if (progress.lastFetchMs < sinceMs) this.#forget(progress);
    }
  }

  /** The largest `value` that a majority of the voters has reached; the leader's own is `own` if it votes. */
  reached(
    voters: readonly Voter[],
    self: ReplicaKey,
    own: number,
    value: (progress: ReplicaProgress) => number,
  ): number {
    return reachedByMajority(
      voters.map((voter) => {
        if (isSame(voter, self)) return own;
        const progress = this.get(voter);
        return progress === undefined ? -1 : value(progress);
      }),
    );
  }

  #keep(progress: ReplicaProgress): void {
    const others = this.#replicas.get(progress.id) ?? [];
    this.#replicas.set(progress.id, [...others, progress]);
    this.#count += 1;
  }

  #forget(progress: ReplicaProgress): void {
    const others = (this.#replicas.get(progress.id) ?? []).filter((other) => other !== progress);
    if (others.length === 0) this.#replicas.delete(progress.id);
    else this.#replicas.set(progress.id, others);
    this.#count -= 1;
  }
}

/** Notes a fetch at `fetchOffset` that agrees with the leader's log, which ends at `leaderEndOffset`. */
export function noteFetch(
  progress: ReplicaProgress,
  fetchOffset: number,
  leaderEndOffset: number,
  nowMs: number,
): void {
  // A replica that lost its log comes back with a smaller offset (KAFKA-12181).
  progress.endOffset = fetchOffset;
  progress.sentEndOffset = fetchOffset;
  if (fetchOffset >= leaderEndOffset) {
    progress.lastCaughtUpMs = nowMs;
  } else if (progress.leaderEndOffset > 0 && fetchOffset >= progress.leaderEndOffset) {
    progress.lastCaughtUpMs = Math.max(progress.lastFetchMs, progress.lastCaughtUpMs);
  }
  progress.leaderEndOffset = leaderEndOffset;
  progress.lastFetchMs = nowMs;
}

function isSame(a: ReplicaKey, b: ReplicaKey): boolean {
  return a.id === b.id && a.directoryId === b.directoryId;
}
